using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Layouts;
using NLog.Targets;
using NLog.Targets.Wrappers;
using NLog.Time;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Afanasy.Logging;

/// <summary>The one log of a program: to stderr, and to a rotated file in the data folder. Called once, where the program is put together.</summary>
public static class LogSetup
{
    // Lines wait here while the disk or the terminal is busy: a second of a farm at full speed, some megabytes.
    private const int WaitingLinesMax = 10_000;

    /// <summary>
    /// Makes NLog the only provider of <paramref name="builder"/>, and returns the levels, which are also registered as a service:
    /// whoever may switch the verbosity of the running program calls <see cref="LogLevels.Set"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The level is wrong; settings are checked with <see cref="LogLevels.Problems"/> before.</exception>
    /// <exception cref="IOException">The folder of the log file cannot be made.</exception>
    public static LogLevels Configure(ILoggingBuilder builder, LogOptions options, Assembly program) =>
        Configure(builder, options, program, Console.Error, WantsColour());

    internal static LogLevels Configure(ILoggingBuilder builder, LogOptions options, Assembly program, TextWriter console, bool isColoured)
    {
        var levels = new LogLevels(program);
        if (levels.Set(options.Level) is [var problem, ..])
            throw new ArgumentException(problem, nameof(options));
        if (options.DataFolder.Length > 0)
            Directory.CreateDirectory(FolderOf(options));

        builder.ClearProviders();
        builder.Services.AddSingleton(levels);
        builder.Services.AddSingleton<ILoggerProvider>(_ => NewProvider(options, levels, TextWriter.Synchronized(console), isColoured));

        // The levels alone decide: neither a default of the framework nor a "Logging" section of some appsettings.json.
        builder.Services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            filters.MinLevel = LogLevel.Trace;
            filters.Rules.Clear();
        });
        return levels;
    }

    private static LogProvider NewProvider(LogOptions options, LogLevels levels, TextWriter console, bool isColoured)
    {
        TimeSource.Current = new AccurateUtcTimeSource();
        var factory = new LogFactory();
        var configuration = new LoggingConfiguration(factory);
        FileTrouble? trouble = null;

        // A terminal that was stopped with Ctrl-S must not stop the farm: there, lines are dropped. The file gets them all.
        configuration.AddRuleForAllLevels(Behind(
            new WriterTarget(console) { Name = "stderr", Layout = LayoutFor(options.Format, isColoured) }, AsyncTargetWrapperOverflowAction.Discard));
        if (options.DataFolder.Length > 0)
        {
            trouble = new FileTrouble(PathOf(options), console, LayoutFor(options.Format, isColoured));
            configuration.AddRuleForAllLevels(Behind(FileFor(options), AsyncTargetWrapperOverflowAction.Block));
        }

        factory.Configuration = configuration;
        return new LogProvider(factory, levels, trouble);
    }

    private static AsyncTargetWrapper Behind(Target target, AsyncTargetWrapperOverflowAction overflow) =>
        new(target, WaitingLinesMax, overflow) { Name = $"{target.Name} behind a queue" };

    private static FileTarget FileFor(LogOptions options) => new()
    {
        Name = "file",
        FileName = PathOf(options),
        ArchiveFileName = PathOf(options),   // named, so that the current file always has the plain name
        ArchiveSuffixFormat = ".{0:000}",
        ArchiveAboveSize = options.FileBytesMax,
        MaxArchiveFiles = options.OldFilesMax,
        KeepFileOpen = true,
        LineEnding = LineEndingMode.LF,
        Layout = LayoutFor(options.Format, isColoured: false),
    };

    private static Layout LayoutFor(LogFormat format, bool isColoured) => format == LogFormat.Json ? new JsonLine() : new TextLine(isColoured);

    // Made absolute here: NLog would take a relative path from the program's own folder.
    private static string FolderOf(LogOptions options) => Path.GetFullPath(Path.Combine(options.DataFolder, "logs"));

    private static string PathOf(LogOptions options) => Path.Combine(FolderOf(options), options.Program + ".log");

    private static bool WantsColour() => !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}

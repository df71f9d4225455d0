using Microsoft.Extensions.Logging;
using NLog;
using NLog.Extensions.Logging;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace Afanasy.Logging;

/// <summary>NLog behind <see cref="ILogger"/>: one per program, owned by its logger factory, which flushes and closes the log with it.</summary>
[ProviderAlias("NLog")]
internal sealed class LogProvider : ILoggerProvider
{
    // A disk or terminal that takes longer than this is stuck, and a stop must end within five seconds.
    private static readonly TimeSpan _flushMax = TimeSpan.FromSeconds(2);

    // A start that fails is thrown to the program, which says it in a sentence; the host would say it too, with a stack trace.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    private readonly LogFactory _factory;
    private readonly NLogLoggerProvider _nlog;
    private readonly LogLevels _levels;
    private readonly FileTrouble? _trouble;

    public LogProvider(LogFactory factory, LogLevels levels, FileTrouble? trouble)
    {
        var options = new NLogProviderOptions { CaptureEventId = EventIdCaptureType.EventId, ShutdownOnDispose = true, RegisterServiceProvider = false };
        (_factory, _levels, _trouble, _nlog) = (factory, levels, trouble, new NLogLoggerProvider(options, factory));
        AppDomain.CurrentDomain.UnhandledException += FlushLastWords;
    }

    public ILogger CreateLogger(string categoryName)
    {
        if (categoryName == HostCategory) return Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        var subsystem = Subsystem.Of(categoryName);
        return new SubsystemLogger(_nlog.CreateLogger(subsystem), _levels.CellOf(subsystem), Subsystem.IsForeign(categoryName));
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= FlushLastWords;
        Flush();
        _nlog.Dispose();
        _factory.Dispose();
        _trouble?.Dispose();
    }

    private void Flush() => _factory.Flush(_flushMax);

    // Lines are written by a thread of their own: when an exception ends the process, the lines before it matter most.
    private void FlushLastWords(object sender, UnhandledExceptionEventArgs e) => Flush();
}

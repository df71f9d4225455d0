using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AfLoad.Servers;

/// <summary>The server that is measured: one of our own with fresh data, or one that somebody else has started.</summary>
internal sealed partial class MeasuredServer : IAsyncDisposable
{
    private readonly LoadContext _context;
    private readonly string? _folder;
    private ChildProgram? _program;
    private int _jobs;

    private MeasuredServer(LoadContext context, string? folder) => (_context, _folder) = (context, folder);

    public ServerAddress Address { get; private set; }

    /// <summary>Of our own server; nothing is known of another one's process.</summary>
    public ProcessGauge? Gauge => _program is { } program ? new ProcessGauge(program.Id) : null;

    /// <summary>What the server itself says that reading its journal took.</summary>
    public double RecoveredMilliseconds { get; private set; }

    public static async Task<MeasuredServer> OpenAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is { } given) return new MeasuredServer(context, null) { Address = given };
        Directory.CreateDirectory(context.Folder);
        var server = new MeasuredServer(context, Directory.CreateDirectory(Path.Combine(context.Folder, $"afanasy-load-{Path.GetRandomFileName()}")).FullName);
        try
        {
            await server.StartAsync(cancel);
            if (server._jobs > 0) throw new LoadFailure(ExitCodes.WrongUsage, $"--postgres: {server._jobs} jobs are in this database; give an empty one, for what is there would be measured too");
            return server;
        }
        catch (Exception e) when (e is LoadFailure or OperationCanceledException)
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts our own server on its data; returns the time until it was ready.</summary>
    public async Task<TimeSpan> StartAsync(CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        _program = ChildProgram.Start(_context.Programs.Server, ["--bind", "127.0.0.1", "--port", "0", "--data", _folder!, .. _context.Store.Arguments]);   // only our own is started
        var ready = Ready().Match(await _program.SaysAsync("afserver ready:", cancel));
        if (!ready.Success) throw new LoadFailure(ExitCodes.Failed, "afserver did not say its address and recovery as expected; is it of another version?");
        Address = new ServerAddress("127.0.0.1", int.Parse(ready.Groups["port"].Value, CultureInfo.InvariantCulture));
        RecoveredMilliseconds = double.Parse(ready.Groups["recovered"].Value, CultureInfo.InvariantCulture);
        _jobs = int.Parse(ready.Groups["jobs"].Value, CultureInfo.InvariantCulture);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>What its journal and history take on the disk; nothing is known of another one's.</summary>
    public double? DataMegabytes => _folder is null ? null : Directory.EnumerateFiles(_folder, "farm.db*").Sum(file => new FileInfo(file).Length) / (1024.0 * 1024);

    public async Task StopAsync()
    {
        if (_program is null) return;
        await _program.StopAsync();
        _program.Dispose();
        _program = null;
    }

    public async Task KillAsync()
    {
        if (_program is null) return;
        await _program.KillAsync();
        _program.Dispose();
        _program = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"^afserver ready: http://[^ ]*:(?<port>\d+) .*, (?<jobs>\d+) jobs, .* recovered in (?<recovered>[\d.]+) ms\)$")]
    private static partial Regex Ready();
}

using System.Net;
using System.Net.Sockets;
using Afanasy.Logging;
using AfServer.Connections;
using AfServer.Journaling;
using Microsoft.AspNetCore.Connections;

namespace AfServer.Hosting;

/// <summary>The composition root: opens the data folder and the store, leads or stands by, and ends all of it in order.</summary>
internal sealed partial class ServerHost
{
    /// <summary>Exit codes that scripts rely on; interfaces of the product.</summary>
    public const int Fine = 0;
    public const int Failed = 1;
    public const int NotToBeHad = 3;

    private readonly ServerSettings _settings;
    private readonly DataFolder _folder;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly LogLevels _levels;
    private readonly ILogger _logger;
    private int _port;
    private StandbyPort? _standby;

    private ServerHost(ServerSettings settings, DataFolder folder, TextWriter output, TimeProvider time, ILoggerFactory loggers, LogLevels levels)
    {
        (_settings, _folder, _output, _time, _loggers, _levels) = (settings, folder, output, time, loggers, levels);
        _logger = loggers.CreateLogger<ServerHost>();
        _port = settings.Port;
    }

    /// <summary>Runs a server until <paramref name="stop"/>; returns the exit code. What goes wrong at the start is a sentence on <paramref name="errors"/>.</summary>
    public static async Task<int> RunAsync(ServerSettings settings, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var folder = DataFolder.Open(settings.Data, time);
            LogLevels? levels = null;
            var options = new LogOptions { Program = "afserver", Level = settings.LogLevel, Format = settings.LogFormat, DataFolder = folder.Path };
            using var loggers = LoggerFactory.Create(builder => levels = LogSetup.Configure(builder, options, typeof(ServerHost).Assembly));
            return await new ServerHost(settings, folder, output, time, loggers, levels!).RunAsync(stop);   // Create has called the callback
        }
        catch (Exception e) when (e is DataFolderLockedException || e.InnerException is AddressInUseException)
        {
            await errors.WriteLineAsync(e is DataFolderLockedException
                ? $"afserver: {e.Message}"
                : $"afserver: port {settings.Port} of {settings.Bind} is taken by another program. Give another one with --port, or stop that program.");
            return NotToBeHad;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Fine;   // told to stop while it was starting
        }
        catch (Exception e) when (e is JournalException or SocketException or IOException)
        {
            await errors.WriteLineAsync($"afserver: {e.Message}");
            return Failed;
        }
    }

    private async Task<int> RunAsync(CancellationToken stop)
    {
        using IFarmStore store = _settings.Store == ServerSettings.PostgresStore ? new PostgresStore(_settings, _time, _loggers) : new SqliteStore(_folder, _time, _loggers);
        try
        {
            while (true)
            {
                using var term = await store.LeadAsync(() => StandBy(store), stop);
                await CloseStandbyAsync();
                if (term is null) return Fine;

                var end = await LeadAsync(store, term, stop);
                if (end != TermEnd.Lost || stop.IsCancellationRequested) return end == TermEnd.Broken ? Failed : Fine;
            }
        }
        finally
        {
            await CloseStandbyAsync();
        }
    }

    private async Task<TermEnd> LeadAsync(IFarmStore store, Term term, CancellationToken stop)
    {
        var farm = term.Recovered.Farm;
        using var logs = new RunLogs(_settings.Logs.Length > 0 ? Path.GetFullPath(_settings.Logs) : _folder.LogsFolder, new RunLogLimits(), _loggers.CreateLogger<RunLogs>());
        logs.DeleteUnknown(farm.Jobs.ContainsKey);
        await using var leading = await Leading.StartAsync(new LeadingParts(_settings, term, store.Servers, logs, _levels, _time, _loggers), IPAddress.Parse(_settings.Bind), _port, stop);
        _port = leading.Port;
        store.Servers.Address = AddressOf(_port);
        if (store is SqliteStore) store.Servers.All = [new ServerSeen(store.Servers.Address, ServerSeen.Leader, term.Journal.LastSequence)];

        await SayAsync(
            $"afserver ready: {store.Servers.Address} (store {store.Words}, {farm.Jobs.Count} jobs, {farm.Renders.Count} renders known, "
            + $"sequence {term.Journal.LastSequence}, recovered in {_time.GetElapsedTime(term.Began).TotalMilliseconds:0} ms)");
        return await leading.RunAsync(stop);
    }

    private void StandBy(IFarmStore store)
    {
        // On the store's own thread, which has nothing else to do now.
        _standby = StandbyPort.OpenAsync(IPAddress.Parse(_settings.Bind), _port, store.Servers, _loggers).GetAwaiter().GetResult();
        _port = _standby.Port;
        store.Servers.Address = AddressOf(_port);
        var leader = store.Servers.Leader.Length > 0 ? $"follows {store.Servers.Leader}" : "no leader is known now";
        LogStandsBy(_logger, leader);
        SayAsync($"afserver standby: {store.Servers.Address} ({leader}, store {store.Words})").GetAwaiter().GetResult();
    }

    private async Task CloseStandbyAsync()
    {
        if (_standby is { } standby) await standby.DisposeAsync();
        _standby = null;
    }

    private async Task SayAsync(string line)
    {
        await _output.WriteLineAsync(line);
        await _output.FlushAsync(CancellationToken.None);
    }

    /// <summary>How others reach this server.</summary>
    private string AddressOf(int port)
    {
        var host = _settings.Address.Length > 0 ? _settings.Address : _settings.Bind is "0.0.0.0" or "::" ? Environment.MachineName : _settings.Bind;
        return $"http://{(host.Contains(':') ? $"[{host}]" : host)}:{port}";
    }

    [LoggerMessage(3004, LogLevel.Information, "This server stands by: {Leader}.")]
    private static partial void LogStandsBy(ILogger logger, string leader);
}

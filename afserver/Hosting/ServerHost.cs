using System.Net;
using System.Net.Sockets;
using Afanasy.Logging;
using Afanasy.Model;
using AfServer.Connections;
using AfServer.Engine;
using AfServer.Gateways.Live;
using AfServer.Gateways.Rest;
using AfServer.Gateways.Views;
using AfServer.Gateways.Web;
using AfServer.Journaling;
using Microsoft.AspNetCore.Connections;

namespace AfServer.Hosting;

/// <summary>The composition root: opens the data folder, recovers the farm, opens the port, and ends all of it in order.</summary>
internal sealed partial class ServerHost
{
    /// <summary>Exit codes that scripts rely on; interfaces of the product.</summary>
    public const int Fine = 0;
    public const int Failed = 1;
    public const int NotToBeHad = 3;

    /// <summary>Long-lived connections get this long to take their farewell; a stop may take 5 s in all.</summary>
    private static readonly TimeSpan _sessionsPatience = TimeSpan.FromSeconds(2.5);

    private readonly ServerSettings _settings;
    private readonly DataFolder _folder;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;

    private ServerHost(ServerSettings settings, DataFolder folder, TextWriter output, TimeProvider time) =>
        (_settings, _folder, _output, _time) = (settings, folder, output, time);

    /// <summary>Runs a server until <paramref name="stop"/>; returns the exit code. What goes wrong at the start is a sentence on <paramref name="errors"/>.</summary>
    public static async Task<int> RunAsync(ServerSettings settings, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var folder = DataFolder.Open(settings.Data, time);
            return await new ServerHost(settings, folder, output, time).RunAsync(stop);
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
        var began = _time.GetTimestamp();
        LogLevels? levels = null;
        var options = new LogOptions { Program = "afserver", Level = _settings.LogLevel, Format = _settings.LogFormat, DataFolder = _folder.Path };
        using var loggers = LoggerFactory.Create(builder => levels = LogSetup.Configure(builder, options, typeof(ServerHost).Assembly));
        using var journal = SqliteJournal.Open(_folder.JournalFile, _time, loggers.CreateLogger<SqliteJournal>());
        using var history = new SqliteHistory(_folder.JournalFile);
        using var logs = new RunLogs(_folder.LogsFolder, new RunLogLimits(), loggers.CreateLogger<RunLogs>());

        var recovered = Recovery.Recover(journal);
        logs.DeleteUnknown(recovered.Farm.Jobs.ContainsKey);
        var notices = new Notices();
        var engine = new FarmEngine(recovered, journal, notices, RulesOf(_settings), _time, loggers.CreateLogger<FarmEngine>());
        var pool = new SocketPool();
        await using var app = Build(new Parts(engine.Mailbox, notices, pool, history, logs, levels!), loggers);   // Create has called the callback
        await app.StartAsync(stop);

        await _output.WriteLineAsync(
            $"afserver ready: {AddressOf(app)} (store {_settings.Store} {_folder.Path}, {recovered.Farm.Jobs.Count} jobs, {recovered.Farm.Renders.Count} renders known, "
            + $"sequence {journal.LastSequence}, recovered in {_time.GetElapsedTime(began).TotalMilliseconds:0} ms)");
        await _output.FlushAsync(CancellationToken.None);
        return await ServeAsync(app, engine, pool, new LogSweeper(logs, notices), loggers, stop);
    }

    private static FarmRules RulesOf(ServerSettings settings) =>
        new(settings.Rights == RightsPolicy.Enforced ? new Rights(true, settings.Admins) : Rights.Open, settings.WakeCommand);

    private async Task<int> ServeAsync(WebApplication app, FarmEngine engine, SocketPool pool, LogSweeper sweeper, ILoggerFactory loggers, CancellationToken stop)
    {
        var logger = loggers.CreateLogger<ServerHost>();
        using var endEngine = new CancellationTokenSource();
        var turning = Task.Run(() => engine.RunAsync(endEngine.Token), CancellationToken.None);
        var ticking = new Clockwork(engine.Mailbox, _settings.RenderSilenceMax, _time, loggers.CreateLogger<Clockwork>()).RunAsync(endEngine.Token);
        var sweeping = sweeper.RunAsync(endEngine.Token);

        await Task.WhenAny(turning, Task.Delay(Timeout.InfiniteTimeSpan, stop));
        var hasBroken = turning.IsFaulted;
        if (hasBroken) LogBroken(logger, turning.Exception?.InnerException);
        else LogStopping(logger);

        await Task.WhenAll(pool.CloseAsync("The server is stopping.", _sessionsPatience), app.StopAsync(CancellationToken.None));
        await endEngine.CancelAsync();
        await Task.WhenAll(turning, ticking, sweeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!turning.IsFaulted) LogStopped(logger);
        else if (!hasBroken) LogBroken(logger, turning.Exception?.InnerException);
        return turning.IsFaulted ? Failed : Fine;
    }

    private WebApplication Build(Parts parts, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "afserver", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(parts.Mailbox).AddSingleton(parts.Notices).AddSingleton(parts.Pool).AddSingleton(parts.Logs).AddSingleton(parts.Levels);
        builder.Services.AddSingleton<IHistory>(parts.History).AddSingleton(_time);
        builder.Services.AddRouting().AddProblemDetails().AddRestDescription();
        builder.Services.ConfigureHttpJsonOptions(json => DoorJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);   // so that the answer names the parameter
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _sessionsPatience);

        var rhythm = new RenderRhythm(_settings.Heartbeat, _settings.RenderSilenceMax);
        var doors = new IDoor[] { new RenderDoor(parts.Mailbox, parts.Pool, parts.Logs, rhythm, loggers.CreateLogger<RenderSession>()) };
        var sniffer = new PortSniffer(doors, loggers.CreateLogger<PortSniffer>());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = JsonBody.BytesMax;
            kestrel.Listen(IPAddress.Parse(_settings.Bind), _settings.Port, port => port.Use(http => connection => sniffer.ServeAsync(connection, http)));
        });

        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Gateways.Rest.Problems.OfExceptionAsync,
            SuppressDiagnosticsCallback = failed => Gateways.Rest.Problems.IsExpected(failed.Exception),
        });
        app.UseStatusCodePages();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.MapRest();
        app.MapMonitor();
        return app;
    }

    private string AddressOf(WebApplication app)
    {
        var port = new Uri(app.Urls.First()).Port;
        return _settings.Bind is "0.0.0.0" or "::" ? $"http://{Environment.MachineName}:{port}" : $"http://{_settings.Bind}:{port}";
    }

    [LoggerMessage(3001, LogLevel.Information, "Stopping.")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(3002, LogLevel.Information, "Stopped; the journal is closed.")]
    private static partial void LogStopped(ILogger logger);

    private static void LogBroken(ILogger logger, Exception? exception) => LogBroken(logger, exception?.Message ?? "", exception);

    [LoggerMessage(3003, LogLevel.Critical, "The farm cannot be kept any longer and the server ends: {Reason} What was answered is on disk; start it again when the cause is mended.")]
    private static partial void LogBroken(ILogger logger, string reason, Exception? exception);

    private sealed record Parts(Mailbox Mailbox, Notices Notices, SocketPool Pool, SqliteHistory History, RunLogs Logs, LogLevels Levels);

    /// <summary>Signals are the program's business, not the web host's.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

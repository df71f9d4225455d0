using System.Net;
using Afanasy.Logging;
using AfServer.Connections;
using AfServer.Engine;
using AfServer.Gateways.Live;
using AfServer.Gateways.Rest;
using AfServer.Gateways.Views;
using AfServer.Gateways.Web;
using AfServer.Journaling;

namespace AfServer.Hosting;

/// <summary>How a time of leading ended.</summary>
internal enum TermEnd
{
    /// <summary>This server was told to stop.</summary>
    Stopped,

    /// <summary>Another server leads now, or the database is gone: this one may stand by.</summary>
    Lost,

    /// <summary>The farm could not be kept any longer; the log says why.</summary>
    Broken,
}

/// <summary>What leading needs from the server around it.</summary>
internal sealed record LeadingParts(
    ServerSettings Settings, Term Term, FarmServers Servers, RunLogs Logs, LogLevels Levels, TimeProvider Time, ILoggerFactory Loggers);

/// <summary>The farm while this server decides for it: the engine, its clock, and the port with all its doors.</summary>
internal sealed partial class Leading : IAsyncDisposable
{
    /// <summary>Long-lived connections get this long to take their farewell; a stop may take 5 s in all.</summary>
    private static readonly TimeSpan _sessionsPatience = TimeSpan.FromSeconds(2.5);

    private readonly LeadingParts _parts;
    private readonly ServerSettings _settings;
    private readonly FarmEngine _engine;
    private readonly Notices _notices = new();
    private readonly SocketPool _pool = new();
    private readonly WebApplication _app;
    private readonly ILogger _logger;

    private Leading(LeadingParts parts, IPAddress address, int port)
    {
        (_parts, _settings) = (parts, parts.Settings);
        _engine = new FarmEngine(parts.Term.Recovered, parts.Term.Journal, _notices, RulesOf(_settings), parts.Time, parts.Loggers.CreateLogger<FarmEngine>());
        _logger = parts.Loggers.CreateLogger<ServerHost>();
        _app = Build(address, port);
    }

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Opens the port; nobody is answered before <see cref="RunAsync"/>.</summary>
    public static async Task<Leading> StartAsync(LeadingParts parts, IPAddress address, int port, CancellationToken stop)
    {
        var leading = new Leading(parts, address, port);
        try
        {
            await leading._app.StartAsync(stop);
            return leading;
        }
        catch
        {
            await leading.DisposeAsync();
            throw;
        }
    }

    /// <summary>Leads until told to stop, or until it cannot go on.</summary>
    public async Task<TermEnd> RunAsync(CancellationToken stop)
    {
        using var endEngine = new CancellationTokenSource();
        var turning = Task.Run(() => _engine.RunAsync(endEngine.Token), CancellationToken.None);
        var ticking = new Clockwork(_engine.Mailbox, _settings.RenderSilenceMax, _parts.Time, _parts.Loggers.CreateLogger<Clockwork>()).RunAsync(endEngine.Token);
        var sweeping = new LogSweeper(_parts.Logs, _notices).RunAsync(endEngine.Token);

        await Task.WhenAny(turning, Task.Delay(Timeout.InfiniteTimeSpan, stop));
        var hasEnded = turning.IsFaulted;
        if (hasEnded) LogEnd(turning.Exception?.InnerException);
        else LogStopping(_logger);

        var farewell = hasEnded ? "This server does not lead the farm any more." : "The server is stopping.";
        await Task.WhenAll(_pool.CloseAsync(farewell, _sessionsPatience), _app.StopAsync(CancellationToken.None));
        await endEngine.CancelAsync();
        await Task.WhenAll(turning, ticking, sweeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!turning.IsFaulted) LogStopped(_logger);
        else if (!hasEnded && turning.Exception?.InnerException is LeadershipLostException lost) LogStoppedWithout(_logger, lost.Message);
        else if (!hasEnded) LogEnd(turning.Exception?.InnerException);
        return !turning.IsFaulted ? TermEnd.Stopped
            : turning.Exception?.InnerException is LeadershipLostException ? TermEnd.Lost
            : TermEnd.Broken;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static FarmRules RulesOf(ServerSettings settings) =>
        new(settings.Rights == RightsPolicy.Enforced ? new Rights(true, settings.Admins) : Rights.Open, settings.WakeCommand);

    private WebApplication Build(IPAddress address, int port)
    {
        var (mailbox, loggers) = (_engine.Mailbox, _parts.Loggers);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "afserver", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(mailbox).AddSingleton(_notices).AddSingleton(_pool).AddSingleton(_parts.Logs).AddSingleton(_parts.Levels);
        builder.Services.AddSingleton(_parts.Servers).AddSingleton(_parts.Term.History).AddSingleton(_parts.Time);
        builder.Services.AddRouting().AddProblemDetails().AddRestDescription();
        builder.Services.ConfigureHttpJsonOptions(json => DoorJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);   // so that the answer names the parameter
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _sessionsPatience);

        var rhythm = new RenderRhythm(_settings.Heartbeat, _settings.RenderSilenceMax);
        var doors = new IDoor[] { new RenderDoor(mailbox, _pool, _parts.Logs, rhythm, loggers.CreateLogger<RenderSession>()) };
        var sniffer = new PortSniffer(doors, loggers.CreateLogger<PortSniffer>());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.Backlog = SocketPool.WaitingMax).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = JsonBody.BytesMax;
            kestrel.Listen(address, port, listening => listening.Use(http => connection => sniffer.ServeAsync(connection, http)));
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

    private void LogEnd(Exception? reason)
    {
        if (reason is LeadershipLostException) LogLost(_logger, reason.Message);
        else LogBroken(_logger, reason?.Message ?? "", reason);
    }

    [LoggerMessage(3001, LogLevel.Information, "Stopping.")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(3002, LogLevel.Information, "Stopped; the journal is closed.")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(3003, LogLevel.Critical, "The farm cannot be kept any longer and the server ends: {Reason} What was answered is on disk; start it again when the cause is mended.")]
    private static partial void LogBroken(ILogger logger, string reason, Exception? exception);

    [LoggerMessage(3006, LogLevel.Warning, "Stopped. {Reason} What was answered is kept.")]
    private static partial void LogStoppedWithout(ILogger logger, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "This server does not lead the farm any more: {Reason} What was answered is kept; it stands by from now on.")]
    private static partial void LogLost(ILogger logger, string reason);
}

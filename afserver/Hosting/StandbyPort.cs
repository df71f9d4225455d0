using System.Net;
using Afanasy.Logging;
using AfServer.Connections;
using AfServer.Gateways.Rest;
using AfServer.Journaling;

namespace AfServer.Hosting;

/// <summary>The port of a server that stands by: says to everybody who leads, and how far this one has followed.</summary>
internal sealed class StandbyPort : IAsyncDisposable
{
    /// <summary>The farm waits for this port when it is to be led from here.</summary>
    private static readonly TimeSpan _closeMax = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _app;

    private StandbyPort(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<StandbyPort> OpenAsync(IPAddress address, int port, FarmServers servers, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "afserver", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRouting().AddProblemDetails();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _closeMax);
        var sniffer = new PortSniffer([new StandbyDoor(servers)], loggers.CreateLogger<PortSniffer>());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.Backlog = SocketPool.WaitingMax).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port, listening => listening.Use(http => connection => sniffer.ServeAsync(connection, http)));
        });

        var app = builder.Build();
        app.MapStandby(servers);
        try
        {
            await app.StartAsync();
            return new StandbyPort(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

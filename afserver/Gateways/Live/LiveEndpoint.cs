using AfServer.Engine;
using AfServer.Gateways.Rest;
using AfServer.Journaling;

namespace AfServer.Gateways.Live;

/// <summary>The WebSocket of monitors.</summary>
internal static class LiveEndpoint
{
    public static void MapLive(this RouteGroupBuilder api) => api.MapGet("/live", ServeAsync)
        .WithSummary("WebSocket: a picture of the farm, then what changes");

    private static async Task ServeAsync(
        HttpContext http, Mailbox mailbox, IHistory history, RunLogs logs, Notices notices, TimeProvider time,
        IHostApplicationLifetime lifetime, ILogger<MonitorSession> logger)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await Problems.Field("", "This address speaks WebSocket only.").ExecuteAsync(http);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var session = new MonitorSession(socket, $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}", mailbox, history, logs, notices, time, logger);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, http.RequestAborted);
        await session.RunAsync(stop.Token);
    }
}

using Afanasy.Model;
using AfServer.Gateways.Views;
using AfServer.Journaling;

namespace AfServer.Gateways.Rest;

/// <summary>What a server that stands by answers over HTTP: its health, and for everything else who leads.</summary>
internal static class StandbyEndpoints
{
    private const string RetrySeconds = "1";

    public static void MapStandby(this WebApplication app, FarmServers servers)
    {
        app.MapGet("/health", (HttpContext http) => Health(http, servers));
        app.MapFallback("{**path}", (HttpContext http) => SendOn(http, servers));
    }

    private static IResult Health(HttpContext http, FarmServers servers)
    {
        HealthAnswer.LetOthersRead(http);
        return Results.Json(
            new HealthAnswer("standby", servers.Sequence, ProgramVersion.Text) { Leader = servers.Leader, Servers = servers.All },
            DoorJson.Options, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult SendOn(HttpContext http, FarmServers servers)
    {
        var leader = servers.Leader;
        var isBrowser = http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (isBrowser && leader.Length > 0 && leader != servers.Address)
            return Results.Redirect($"{leader}{http.Request.Path}{http.Request.QueryString}", permanent: false, preserveMethod: true);

        http.Response.Headers.RetryAfter = RetrySeconds;
        return Results.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "This server is a standby.",
            detail: leader.Length > 0 ? $"The leader is {leader}." : "No leader is known now; try again.",
            extensions: new Dictionary<string, object?> { ["leader"] = leader });
    }
}

using AfServer.Journaling;

namespace AfServer.Gateways.Rest;

/// <summary>How a server is: <c>ok</c>, <c>standby</c>, or why it does not answer.</summary>
internal sealed record HealthAnswer(string Status, long Sequence, string Version)
{
    /// <summary>The address of the server that leads; empty when none is known.</summary>
    public string Leader { get; init; } = "";

    public IReadOnlyList<ServerSeen> Servers { get; init; } = [];

    /// <summary>A page of another server may ask how this one is, so that it finds the farm again.</summary>
    public static void LetOthersRead(HttpContext http) => http.Response.Headers.AccessControlAllowOrigin = "*";
}

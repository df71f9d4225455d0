namespace Afanasy.Messages;

/// <summary>What the peer is; decides which messages it may send.</summary>
public enum PeerRole
{
    Render = 1,
}

/// <summary>The first message of a connection: who is there. Answered by <see cref="Welcome"/> or <see cref="Refusal"/>.</summary>
public sealed record Hello
{
    public required PeerRole Role { get; init; }
    public required string Name { get; init; }
    public string Version { get; init; } = "";
    public string Credential { get; init; } = "";
}

/// <summary>The server takes the peer in.</summary>
public sealed record Welcome
{
    public string Version { get; init; } = "";
}

/// <summary>The server does not want this peer, in words for a person; the connection ends after it.</summary>
public sealed record Refusal
{
    public required string Reason { get; init; }
}

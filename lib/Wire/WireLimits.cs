namespace Afanasy.Wire;

/// <summary>What a peer may ask of us on the wire. Whoever breaks one of these loses its connection.</summary>
public static class WireLimits
{
    /// <summary>Holds the orders of a whole turn for one render, or the held runs of the largest one, and bounds what one connection makes us buffer.</summary>
    public const int PacketBytesMax = 8 * 1024 * 1024;

    /// <summary>Until a peer is let in it may say Hello, which is small: a stranger must not make us buffer megabytes.</summary>
    public const int HandshakePacketBytesMax = 16 * 1024;

    /// <summary>Our messages nest four deep; the rest is room for peers to come. Skipping is recursive, so the stack must be bounded.</summary>
    public const int DepthMax = 32;

    /// <summary>The longest text is a command, and Linux starts no process with an argument of more than 128 KiB.</summary>
    public const int StringBytesMax = 128 * 1024;

    /// <summary>No list of ours comes near it. An element of one byte becomes an object of a hundred: this bounds the growth.</summary>
    public const int ArrayElementsMax = 64 * 1024;

    /// <summary>Packets queued for one peer; it takes one per heartbeat, so one that is this far behind does not read and is dropped.</summary>
    public const int PacketsInFlightMax = 256;

    /// <summary>From the first bytes of a connection until its peer is registered; a loaded machine needs one second, a scanner would stay for ever.</summary>
    public static readonly TimeSpan HandshakeMax = TimeSpan.FromSeconds(10);
}

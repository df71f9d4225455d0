using Afanasy.Messages;

namespace AfRender.Link;

/// <summary>Why there is no connection, as one word.</summary>
internal enum SessionEndKind
{
    /// <summary>Nobody answered at the address.</summary>
    NotReached,

    /// <summary>The server does not want this render, and says why.</summary>
    Refused,

    /// <summary>It is a server of the farm that does not lead; another one does, or this one will.</summary>
    Standby,

    /// <summary>The server closed it, or the network did.</summary>
    Lost,

    /// <summary>The server said nothing for too long.</summary>
    Silent,

    /// <summary>What came was not our protocol.</summary>
    BadPacket,

    /// <summary>This program ends.</summary>
    Leaving,
}

/// <summary>A session ends once, with one reason in words.</summary>
internal sealed record SessionEnd(SessionEndKind Kind, string Words)
{
    /// <summary>A server that takes this render now.</summary>
    public ServerAddress? Next { get; init; }

    public static SessionEnd Of(Refusal refusal) =>
        new(refusal.StandsBy ? SessionEndKind.Standby : SessionEndKind.Refused, refusal.Reason);
}

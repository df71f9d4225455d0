using Microsoft.AspNetCore.Connections;

namespace AfServer.Connections;

/// <summary>What the first bytes of a connection say to one door.</summary>
internal enum DoorMatch
{
    No,
    NeedMore,
    Yes,
}

/// <summary>A protocol that shares the server's port. It is told apart by its first bytes and then owns the connection.</summary>
internal interface IDoor
{
    string Name { get; }

    /// <summary>Judges the first bytes; a pure function. NeedMore only while more bytes could still make it a Yes.</summary>
    DoorMatch Recognise(ReadOnlySpan<byte> first);

    /// <summary>Serves the connection to its end; nothing has been consumed of it yet. Does not throw for what a peer does.</summary>
    Task ServeAsync(ConnectionContext connection);
}

using System.Buffers;
using Afanasy.Wire;
using AfServer.Engine;
using AfServer.Journaling;
using Microsoft.AspNetCore.Connections;

namespace AfServer.Connections;

/// <summary>How long renders may be silent, and how often they speak.</summary>
internal sealed record RenderRhythm(TimeSpan Heartbeat, TimeSpan SilenceMax);

/// <summary>The door of the native protocol, through which renders come.</summary>
internal sealed class RenderDoor(Mailbox mailbox, SocketPool pool, RunLogs logs, RenderRhythm rhythm, ILogger<RenderSession> logger) : IDoor
{
    public string Name => "native";

    public DoorMatch Recognise(ReadOnlySpan<byte> first) => IsNative(first);

    /// <summary>Whether these bytes begin the native protocol; a pure function.</summary>
    public static DoorMatch IsNative(ReadOnlySpan<byte> first) => Preface.TryRead(new ReadOnlySequence<byte>(first.ToArray()), out _) switch
    {
        PrefaceMatch.Match => DoorMatch.Yes,
        PrefaceMatch.NeedsMore => DoorMatch.NeedMore,
        _ => DoorMatch.No,
    };

    public Task ServeAsync(ConnectionContext connection) => new RenderSession(connection, mailbox, pool, logs, rhythm, logger).RunAsync();
}

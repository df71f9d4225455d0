using System.Buffers;
using System.Diagnostics;

namespace Afanasy.Wire;

/// <summary>
/// One message as it came: its type may be one that this side does not know, its body is one well-formed value. The body is part
/// of the buffer that it was read from, and gone with it.
/// </summary>
public readonly struct Packet(int type, long id, long responseId, ReadOnlySequence<byte> body)
{
    public int Type { get; } = type;

    /// <summary>Counted by the sender, from 1 for each connection.</summary>
    public long Id { get; } = id;

    /// <summary>The id of the packet that this one answers; 0 is none.</summary>
    public long ResponseId { get; } = responseId;

    public ReadOnlySequence<byte> Body { get; } = body;

    /// <summary>Reads the body as the message of that type; the result keeps nothing of the buffer.</summary>
    /// <exception cref="WireException">The body is not such a message.</exception>
    public TBody Read<TBody>()
        where TBody : IPacketBody<TBody>
    {
        Debug.Assert(Type == TBody.PacketType, "The caller chooses the reader by the type.");
        var reader = new MessagePackReader(Body);
        return TBody.Read(ref reader);
    }
}

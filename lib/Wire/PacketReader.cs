using System.Buffers;

namespace Afanasy.Wire;

/// <summary>Takes packets off the bytes of a connection.</summary>
public static class PacketReader
{
    internal const int HeaderBytes = sizeof(int);
    internal const int PacketElements = 4;                // type, id, responseId, body

    private const int PacketBytesMin = 1 + PacketElements;

    /// <summary>Takes one packet off the front of <paramref name="buffer"/>; false means more bytes are needed.</summary>
    /// <exception cref="WireException">The peer does not speak this protocol; the connection is of no more use.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out Packet packet) =>
        TryRead(ref buffer, WireLimits.PacketBytesMax, out packet);

    /// <summary>The same with a lower limit, for a peer that was not let in yet: <see cref="WireLimits.HandshakePacketBytesMax"/>.</summary>
    /// <exception cref="WireException">The peer does not speak this protocol; the connection is of no more use.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int bytesMax, out Packet packet)
    {
        packet = default;
        var header = new SequenceReader<byte>(buffer);
        if (!header.TryReadLittleEndian(out int length)) return false;

        // Refuse the length before waiting for that many bytes.
        if ((uint)length > bytesMax) throw new WireException($"A packet of {(uint)length} bytes, the limit is {bytesMax}.");
        if (length < PacketBytesMin) throw new WireException($"A packet of {length} bytes, the least is {PacketBytesMin}.");
        if (header.Remaining < length) return false;

        packet = Read(buffer.Slice(HeaderBytes, length));
        buffer = buffer.Slice(HeaderBytes + length);
        return true;
    }

    private static Packet Read(ReadOnlySequence<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var elements = reader.ReadArrayHeader();
        if (elements < PacketElements) throw new WireException($"A packet of {elements} elements, it must have {PacketElements}.");

        var type = reader.ReadInt32();
        var id = reader.ReadInt64();
        var responseId = reader.ReadInt64();
        var bodyStart = reader.Position;
        reader.Skip();
        var body = bytes.Slice(bodyStart, reader.Position);

        for (var unknown = elements - PacketElements; unknown > 0; unknown--) reader.Skip();
        if (!reader.End) throw new WireException($"A packet of {bytes.Length} bytes ends at byte {reader.Consumed}.");
        return new Packet(type, id, responseId, body);
    }
}

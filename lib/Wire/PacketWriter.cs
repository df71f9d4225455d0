using System.Buffers;
using System.Buffers.Binary;

namespace Afanasy.Wire;

/// <summary>Puts packets on a connection.</summary>
public static class PacketWriter
{
    private const int KeptBytesMax = 64 * 1024;           // one large packet must not hold its memory for ever on every thread

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>Writes one whole packet, or nothing.</summary>
    /// <exception cref="InvalidOperationException">The message is larger than <see cref="WireLimits.PacketBytesMax"/>: the sender has to divide it.</exception>
    public static void Write<TBody>(IBufferWriter<byte> output, TBody message, long id, long responseId)
        where TBody : IPacketBody<TBody>
    {
        var scratch = _scratch ??= new ArrayBufferWriter<byte>();
        scratch.ResetWrittenCount();

        var writer = new MessagePackWriter(scratch);
        writer.WriteArrayHeader(PacketReader.PacketElements);
        writer.Write(TBody.PacketType);
        writer.Write(id);
        writer.Write(responseId);
        message.Write(ref writer);
        writer.Flush();

        if (scratch.Capacity > KeptBytesMax) _scratch = null;
        if (scratch.WrittenCount > WireLimits.PacketBytesMax)
            throw new InvalidOperationException($"{typeof(TBody).Name} of {scratch.WrittenCount} bytes, a packet holds {WireLimits.PacketBytesMax}.");

        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(PacketReader.HeaderBytes), scratch.WrittenCount);
        output.Advance(PacketReader.HeaderBytes);
        output.Write(scratch.WrittenSpan);
    }
}

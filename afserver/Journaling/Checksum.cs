using System.Buffers.Binary;
using System.Numerics;

namespace AfServer.Journaling;

/// <summary>CRC-32C of a record and of the place that it belongs to, so that a record in the wrong row is noticed too.</summary>
internal static class Checksum
{
    public static long Of(long sequence, int part, ReadOnlySpan<byte> record)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)sequence);
        crc = BitOperations.Crc32C(crc, (uint)part);
        while (record.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(record));
            record = record[sizeof(ulong)..];
        }

        foreach (var one in record)
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}

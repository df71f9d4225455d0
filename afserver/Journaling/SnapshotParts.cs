using System.Buffers;
using System.Buffers.Binary;
using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>A piece of a snapshot as one row keeps it: [length, change] pairs.</summary>
internal readonly record struct SnapshotPart(int Number, bool IsLast, byte[] Record)
{
    public long ChecksumAt(long sequence) => Checksum.Of(sequence, IsLast ? ~Number : Number, Record);
}

/// <summary>Cuts a snapshot into parts and puts it together again; the same in every store.</summary>
internal static class SnapshotParts
{
    // A part is held in memory while it is written; SQLite takes 1 GB at most in one row, PostgreSQL as well.
    private const int PartBytes = 4 << 20;

    public static IEnumerable<SnapshotPart> Cut(IReadOnlyList<Change> changes)
    {
        var part = new ArrayBufferWriter<byte>();
        var number = 0;
        foreach (var change in changes)
        {
            if (part.WrittenCount >= PartBytes)
            {
                yield return new SnapshotPart(number++, false, part.WrittenSpan.ToArray());
                part.ResetWrittenCount();
            }

            var record = ChangeCodec.Write(change);
            BinaryPrimitives.WriteInt32LittleEndian(part.GetSpan(sizeof(int)), record.Length);
            part.Advance(sizeof(int));
            part.Write(record);
        }

        yield return new SnapshotPart(number, true, part.WrittenSpan.ToArray());
    }

    /// <param name="rows">In the order of their numbers, each with the checksum that stands beside it.</param>
    /// <exception cref="InvalidDataException">A part is missing, damaged, or holds a change that is not known.</exception>
    public static List<Change> Join(long sequence, IEnumerable<(SnapshotPart Part, long Checksum)> rows)
    {
        var changes = new List<Change>();
        var (number, isLast) = (0, false);
        foreach (var (part, checksum) in rows)
        {
            isLast = part.IsLast;
            if (part.Number != number || part.ChecksumAt(sequence) != checksum)
                throw new InvalidDataException($"Part {number} is missing or damaged.");
            Decode(part.Record, changes);
            number++;
        }

        return isLast ? changes : throw new InvalidDataException($"Its parts end after {number}.");
    }

    private static void Decode(ReadOnlyMemory<byte> record, List<Change> changes)
    {
        while (record.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(record.Span);
            changes.Add(ChangeCodec.Read(record.Slice(sizeof(int), length)));
            record = record[(sizeof(int) + length)..];
        }
    }
}

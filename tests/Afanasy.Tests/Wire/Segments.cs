using System.Buffers;

namespace Afanasy.Tests.Wire;

/// <summary>Bytes that lie in several pieces, as a pipe hands them out.</summary>
internal static class Segments
{
    public static ReadOnlySequence<byte> Split(byte[] bytes, params int[] positions)
    {
        var first = new Segment(bytes.AsMemory(0, positions[0]), 0);
        var last = first;
        for (var i = 0; i < positions.Length; i++)
        {
            var end = i + 1 < positions.Length ? positions[i + 1] : bytes.Length;
            last = last.Append(bytes.AsMemory(positions[i]..end));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public static ReadOnlySequence<byte> OfOneByteEach(byte[] bytes) => Split(bytes, [.. Enumerable.Range(0, bytes.Length)]);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

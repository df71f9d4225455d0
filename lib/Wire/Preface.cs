using System.Buffers;

namespace Afanasy.Wire;

/// <summary>What the first bytes of a connection say about who is there.</summary>
public enum PrefaceMatch
{
    /// <summary>Another protocol.</summary>
    None,

    /// <summary>Nothing speaks against it so far; more bytes are needed.</summary>
    NeedsMore,

    /// <summary>The native protocol, in the version that was read.</summary>
    Match,
}

/// <summary>The four bytes that whoever connects sends first: 0xAF 'A' 'F' version.</summary>
public static class Preface
{
    public const int Length = 4;

    /// <summary>Counts only what old and new could not settle by skipping and by defaults.</summary>
    public const byte Version = 1;

    public static ReadOnlySpan<byte> Bytes => [0xAF, (byte)'A', (byte)'F', Version];

    /// <summary>Looks at the first bytes of a connection and takes none of them.</summary>
    public static PrefaceMatch TryRead(in ReadOnlySequence<byte> buffer, out byte version)
    {
        version = 0;
        Span<byte> first = stackalloc byte[Length];
        var length = (int)Math.Min(buffer.Length, Length);
        buffer.Slice(0, length).CopyTo(first);

        var mark = Bytes[..^1];
        var seen = Math.Min(length, mark.Length);
        if (!first[..seen].SequenceEqual(mark[..seen])) return PrefaceMatch.None;
        if (length < Length) return PrefaceMatch.NeedsMore;

        version = first[^1];
        return PrefaceMatch.Match;
    }
}

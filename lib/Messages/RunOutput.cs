using System.Buffers;
using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Messages;

/// <summary>What a run printed, from a byte of its output on. Not answered; a server that has some of it already takes the rest.</summary>
public sealed record RunOutput : IMessage<RunOutput>
{
    public required TaskRunId Run { get; init; }
    public required long Offset { get; init; }
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public static MessageType Type => MessageType.RunOutput;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        Elements.WriteRun(ref writer, Run);
        writer.Write(Offset);
        writer.Write(Bytes.Span);
    }

    public static RunOutput Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("RunOutput", required: 3);
        var runOutput = new RunOutput
        {
            Run = reader.NextRun(ref left),
            Offset = ReadOffset(reader.NextInt64(ref left)),
            Bytes = ReadChunk(ref reader, ref left),
        };
        reader.SkipElements(left);
        return runOutput;
    }

    private static long ReadOffset(long offset) => offset >= 0 ? offset : throw new WireException($"RunOutput from byte {offset} on.");

    // A copy: what is read lives in the buffer of the connection only until the next packet.
    private static byte[] ReadChunk(ref MessagePackReader reader, ref int left)
    {
        left--;
        if (reader.ReadBytes() is not { } bytes) return [];
        if (bytes.Length > MessageLimits.OutputBytesMax)
            throw new WireException($"RunOutput of {bytes.Length} bytes, the limit is {MessageLimits.OutputBytesMax}.");
        return bytes.ToArray();
    }
}

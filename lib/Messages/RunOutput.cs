using Afanasy.Model;

namespace Afanasy.Messages;

/// <summary>What a run printed, from a byte of its output on. Not answered; a server that has some of it already takes the rest.</summary>
public sealed record RunOutput
{
    public required TaskRunId Run { get; init; }
    public required long Offset { get; init; }
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}

using Afanasy.Model;

namespace AfServer.Model;

/// <summary>A block waits for another frame by frame; of the same job or of another.</summary>
internal sealed record FrameEdge(Block Consumer, Block Producer, long Offset, DependOutcome On);

/// <summary>One task of a block of the same job.</summary>
internal readonly record struct BlockTask(Block Block, int Task);

/// <summary>What a block waits for, and what waits for it.</summary>
internal sealed class BlockEdges
{
    /// <summary>Blocks that must be finished before anything here starts.</summary>
    public List<Block> WaitsFor { get; } = [];

    public List<Block> HeldBack { get; } = [];

    public HashSet<FrameEdge> Frames { get; } = [];

    public HashSet<FrameEdge> HeldBackFrames { get; } = [];

    /// <summary>Single tasks that single tasks of this block wait for.</summary>
    public Dictionary<int, List<BlockTask>> Tasks { get; } = [];

    public Dictionary<int, List<BlockTask>> HeldBackTasks { get; } = [];

    public bool IsEmpty => WaitsFor.Count == 0 && Frames.Count == 0 && Tasks.Count == 0;

    /// <summary>All tasks wait for the same things.</summary>
    public bool IsUniform => Frames.Count == 0 && Tasks.Count == 0;
}

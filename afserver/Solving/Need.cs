using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>What a task needs of a render. Blocks with the same need share one queue.</summary>
internal readonly record struct Need(string Service, int Capacity)
{
    public static Need Of(Block block) => new(block.Description.Service, block.Description.Capacity);
}

/// <summary>Where a block stands in the order of service: higher priority first, then the older job, then the earlier block.</summary>
internal readonly record struct Rank(int Priority, JobId Job, int Block) : IComparable<Rank>
{
    public static Rank Of(Block block) => new(block.Job.Description.Priority, block.Job.Id, block.Number);

    public int CompareTo(Rank other)
    {
        var byPriority = other.Priority.CompareTo(Priority);
        if (byPriority != 0) return byPriority;
        var byJob = Job.CompareTo(other.Job);
        return byJob != 0 ? byJob : Block.CompareTo(other.Block);
    }
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Finds the tasks that depend on others, and those that depend on them: over masks of blocks, frames and single edges, also in other jobs.</summary>
internal sealed class TaskSpread
{
    private readonly Dictionary<Block, TaskSet> _reached = [];
    private readonly Stack<(Block Block, int First, int Last)> _open = [];

    private TaskSpread()
    {
    }

    /// <summary>The dependent tasks, by job and block; the seeds are among them only when they depend on others of them.</summary>
    public static IReadOnlyList<ChosenTasks> Of(IEnumerable<ChosenTasks> seeds)
    {
        var spread = new TaskSpread();
        foreach (var (block, tasks) in seeds)
        {
            if (tasks is null) spread.Follow(block, 0, block.States.Size - 1);
            else foreach (var (first, last) in ChosenTasks.Ranges(tasks)) spread.Follow(block, first, last);
        }

        while (spread._open.TryPop(out var range)) spread.Follow(range.Block, range.First, range.Last);
        return [.. spread._reached.OrderBy(entry => entry.Key.Job.Id).ThenBy(entry => entry.Key.Number).Select(entry => new ChosenTasks(entry.Key, entry.Value))];
    }

    /// <summary>Reaches what depends on these tasks (both ends included).</summary>
    private void Follow(Block block, int first, int last)
    {
        if (last < first) return;
        foreach (var consumer in block.Edges.HeldBack) Reach(consumer, 0, consumer.States.Size - 1);
        foreach (var edge in block.Edges.HeldBackFrames)
        {
            var (producer, consumer) = (block.Description, edge.Consumer.Description);
            Reach(edge.Consumer,
                FrameProjection.WaitingFor(producer, first, consumer, edge.Offset).First,
                FrameProjection.WaitingFor(producer, last, consumer, edge.Offset).Last);
        }

        if (block.Edges.HeldBackTasks.Count == 0) return;
        for (var task = first; task <= last; task++)
        {
            if (!block.Edges.HeldBackTasks.TryGetValue(task, out var waiting)) continue;
            foreach (var (consumer, number) in waiting) Reach(consumer, number, number);
        }
    }

    /// <summary>Takes these tasks in; those that are new are to be followed.</summary>
    private void Reach(Block block, int first, int last)
    {
        if (!_reached.TryGetValue(block, out var reached)) _reached.Add(block, reached = new TaskSet(block.States.Size));
        if (reached.Count == reached.Size) return;
        var begin = -1;
        for (var task = first; task <= last; task++)
        {
            if (reached.Contains(task))
            {
                if (begin >= 0) _open.Push((block, begin, task - 1));
                begin = -1;
                continue;
            }

            reached.Add(task);
            if (begin < 0) begin = task;
        }

        if (begin >= 0) _open.Push((block, begin, last));
    }
}

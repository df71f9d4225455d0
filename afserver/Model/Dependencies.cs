using Afanasy.Model;

namespace AfServer.Model;

/// <summary>
/// What finishing or reopening a task means for the tasks that wait for it. Frame-by-frame dependencies project the frames of
/// the waiting task onto the block that it waits for (CGRU contract §5.5a); the projection never falls, so the tasks that wait
/// for one task are a range.
/// </summary>
internal static class Dependencies
{
    /// <summary>Ready when everything that the task waits for is finished, else Waiting.</summary>
    public static TaskState ReadyOrWaiting(Block block, int task)
    {
        foreach (var producer in block.WaitsFor)
        {
            if (!producer.States.AllFinished) return TaskState.Waiting;
        }

        foreach (var producer in block.WaitsFrameByFrameFor)
        {
            var (first, last) = Project(block, task, producer);
            if (!producer.States.Finished(first, last)) return TaskState.Waiting;
        }

        return TaskState.Ready;
    }

    /// <summary>The tasks of <paramref name="producer"/>, both ends included, that hold the frames of one task of <paramref name="block"/>.</summary>
    public static (int First, int Last) Project(Block block, int task, Block producer)
    {
        var consumer = block.Description;
        var target = producer.Description;
        long first = task, last = task;
        if (consumer.IsNumeric)
        {
            var frames = consumer.Frames.Of(task);
            (first, last) = (frames.First, frames.Last);
            if (!target.IsNumeric) (first, last) = (first - consumer.FrameFirst, last - consumer.FrameFirst);
        }
        else if (target.IsNumeric)
        {
            (first, last) = (task + target.FrameFirst, task + target.FrameFirst);
        }

        if (target.IsNumeric) return ((int)target.Frames.TaskOf(first), (int)target.Frames.TaskOf(last));
        var end = producer.States.Size - 1;
        return ((int)Math.Clamp(first, 0, end), (int)Math.Clamp(last, 0, end));
    }

    /// <summary>The tasks of <paramref name="consumer"/> that wait for one task of <paramref name="producer"/>; empty when last is below first.</summary>
    public static (int First, int Last) WaitingFor(Block producer, int task, Block consumer)
    {
        var first = LeastTask(consumer.States.Size, t => Project(consumer, t, producer).Last >= task);
        var last = LeastTask(consumer.States.Size, t => Project(consumer, t, producer).First > task) - 1;
        return (first, last);
    }

    /// <summary>Tasks (both ends included) have become done or skipped: wakes what waited for them and for nothing else.</summary>
    public static void OnFinished(Block block, int firstTask, int lastTask, FarmTouches touches)
    {
        foreach (var consumer in block.HeldBackFrameByFrame)
        {
            var (first, last) = (WaitingFor(block, firstTask, consumer).First, WaitingFor(block, lastTask, consumer).Last);
            Settle(consumer, first, last, TaskState.Waiting, touches);
        }

        if (!block.States.AllFinished) return;
        foreach (var consumer in block.HeldBack) SettleAll(consumer, TaskState.Waiting, touches);
    }

    /// <summary>Finished tasks among these are open again: what has not started yet waits again.</summary>
    public static void OnReopened(Block block, int firstTask, int lastTask, FarmTouches touches)
    {
        foreach (var consumer in block.HeldBackFrameByFrame)
        {
            var (first, last) = (WaitingFor(block, firstTask, consumer).First, WaitingFor(block, lastTask, consumer).Last);
            Settle(consumer, first, last, TaskState.Ready, touches);
        }

        foreach (var consumer in block.HeldBack) SettleAll(consumer, TaskState.Ready, touches);
    }

    private static void SettleAll(Block block, TaskState from, FarmTouches touches)
    {
        if (block.States.Count(from) == 0) return;
        if (block.WaitsFrameByFrameFor.Count > 0)
        {
            Settle(block, 0, block.States.Size - 1, from, touches);
            return;
        }

        var to = ReadyOrWaiting(block, 0);
        if (to == from) return;
        block.States.MoveAll(from, to);
        touches.Block(block);
    }

    private static void Settle(Block block, int first, int last, TaskState from, FarmTouches touches)
    {
        for (var task = block.States.First(from, first); task >= 0 && task <= last; task = block.States.First(from, task + 1))
        {
            var to = ReadyOrWaiting(block, task);
            if (to == from) continue;
            block.States.Set(task, to);
            touches.Task(block, task);
        }
    }

    private static int LeastTask(int size, Func<int, bool> holds)
    {
        var (low, high) = (0, size);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (holds(middle)) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}

using Afanasy.Model;

namespace AfServer.Model;

/// <summary>
/// What the new state of a task means for the tasks that wait for it. Frame-by-frame dependencies project the frames of the
/// waiting task onto the block that it waits for (see <see cref="FrameProjection"/>); the tasks that wait for one task are a range.
/// </summary>
internal static class Dependencies
{
    private static readonly TaskState[] _open = [TaskState.Waiting, TaskState.Ready, TaskState.Suspended, TaskState.Running];

    /// <summary>Ready when everything that the task waits for has ended as it should, else Waiting.</summary>
    public static TaskState ReadyOrWaiting(Block block, int task)
    {
        foreach (var producer in block.Edges.WaitsFor)
        {
            if (!producer.States.AllFinished) return TaskState.Waiting;
        }

        foreach (var edge in block.Edges.Frames)
        {
            if (!IsMet(edge, task)) return TaskState.Waiting;
        }

        if (block.Edges.Tasks.Count > 0 && block.Edges.Tasks.TryGetValue(task, out var producers))
        {
            foreach (var (producer, number) in producers)
            {
                if (!TaskStates.Satisfies(producer.States.Of(number), DependOutcome.Done)) return TaskState.Waiting;
            }
        }

        return TaskState.Ready;
    }

    /// <summary>Tasks (both ends included) have ended, one way or another: wakes what waited for just that.</summary>
    public static void OnEnded(Block block, int firstTask, int lastTask, FarmTouches touches)
    {
        OnMoved(block, firstTask, lastTask, touches);
        if (!block.States.AllFinished) return;
        foreach (var consumer in block.Edges.HeldBack) SettleAll(consumer, TaskState.Waiting, touches);
    }

    /// <summary>Tasks among these that had ended are open again: what has not started yet waits again.</summary>
    public static void OnReopened(Block block, int firstTask, int lastTask, FarmTouches touches)
    {
        OnMoved(block, firstTask, lastTask, touches);
        foreach (var consumer in block.Edges.HeldBack) SettleAll(consumer, TaskState.Ready, touches);
    }

    /// <summary>A running task has finished all frames before this one: wakes what waited for just those, and looks at nothing behind them.</summary>
    public static void OnPassed(Block block, int task, long frame, FarmTouches touches)
    {
        foreach (var edge in block.Edges.HeldBackFrames)
        {
            var (consumer, (first, last)) = (edge.Consumer, FrameProjection.WaitingFor(block.Description, task, edge.Consumer.Description, edge.Offset));
            for (var number = consumer.States.First(TaskState.Waiting, first); number >= 0 && number <= last; number = consumer.States.First(TaskState.Waiting, number + 1))
            {
                if (!FrameProjection.IsPassed(block.Description, task, frame, consumer.Description, number, edge.Offset)) break;
                Settle(consumer, number, number, TaskState.Waiting, touches);
            }
        }
    }

    /// <summary>Looks at frame and task edges of these tasks in both directions.</summary>
    public static void OnMoved(Block block, int firstTask, int lastTask, FarmTouches touches)
    {
        foreach (var edge in block.Edges.HeldBackFrames)
        {
            var (producer, consumer) = (block.Description, edge.Consumer.Description);
            var first = FrameProjection.WaitingFor(producer, firstTask, consumer, edge.Offset).First;
            var last = FrameProjection.WaitingFor(producer, lastTask, consumer, edge.Offset).Last;
            Settle(edge.Consumer, first, last, TaskState.Waiting, touches);
            Settle(edge.Consumer, first, last, TaskState.Ready, touches);
        }

        if (block.Edges.HeldBackTasks.Count == 0) return;
        for (var task = firstTask; task <= lastTask; task++)
        {
            if (!block.Edges.HeldBackTasks.TryGetValue(task, out var waiting)) continue;
            foreach (var (consumer, number) in waiting)
            {
                Settle(consumer, number, number, TaskState.Waiting, touches);
                Settle(consumer, number, number, TaskState.Ready, touches);
            }
        }
    }

    /// <summary>Everything of the block that has not started is judged anew; its edges have changed.</summary>
    public static void SettleAll(Block block, FarmTouches touches)
    {
        SettleAll(block, TaskState.Waiting, touches);
        SettleAll(block, TaskState.Ready, touches);
    }

    private static bool IsMet(FrameEdge edge, int task)
    {
        var (first, last) = FrameProjection.Project(edge.Consumer.Description, task, edge.Producer.Description, edge.Offset);
        if (edge.Producer.States.Ended(first, last, edge.On)) return true;
        if (edge.On == DependOutcome.Failed || !edge.Producer.Description.Flags.HasFlag(BlockTraits.DependSubTask)) return false;

        foreach (var state in _open)
        {
            var number = edge.Producer.States.First(state, first);
            for (; number >= 0 && number <= last; number = edge.Producer.States.First(state, number + 1))
            {
                if (state != TaskState.Running || !IsPassed(edge, number, task)) return false;
            }
        }

        return edge.On == DependOutcome.Any || edge.Producer.States.First(TaskState.Error, first) is var error && (error < 0 || error > last);
    }

    private static bool IsPassed(FrameEdge edge, int number, int task) =>
        edge.Producer.Find(number)?.Run?.FramesPassed is { } frame
        && FrameProjection.IsPassed(edge.Producer.Description, number, frame, edge.Consumer.Description, task, edge.Offset);

    private static void SettleAll(Block block, TaskState from, FarmTouches touches)
    {
        if (block.States.Count(from) == 0) return;
        if (!block.Edges.IsUniform)
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
}

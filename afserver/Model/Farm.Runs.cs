using Afanasy.Model;

namespace AfServer.Model;

internal sealed partial class Farm
{
    /// <summary>How long a block rests that got no licence: long enough to spare the licence server, short enough to be there when one is free.</summary>
    public static readonly TimeSpan LicenceRest = TimeSpan.FromSeconds(30);

    /// <summary>What a task without a stated need is taken to have used when it ran out of memory.</summary>
    private const int MemoryUnstated = 1024;

    private void Start(Change.RunStarted c)
    {
        var block = BlockOf(c.Run.TaskId.BlockId);
        var render = _renders[c.Render];
        var task = block.Remember(c.Run.Task);
        if (task.Run is not null) throw new InvalidOperationException($"{c.Run} starts while {task.Run.Id} runs.");

        // A start of an older server says nothing of what was reserved: it was the block's capacity.
        var grant = c.Grant.Capacity > 0 ? c.Grant : c.Grant with { Capacity = block.Description.Capacity };
        var run = new TaskRun(c.Run, block, render, [.. grant.Helpers.Select(helper => _renders[helper])], grant, c.At);
        (task.Run, task.Runs, task.LastOutcome) = (run, c.Run.Run, null);
        _running.Add(c.Run, run);
        Reserve(run, c.At);
        foreach (var share in SharesOf(block.Job)) share.Start(run.Grant.Capacity, _lastStart + 1);
        _lastStart++;
        block.Job.Started ??= c.At;
        if (block.Job.TryNext.Count > 0) block.Job.TryNext = [.. block.Job.TryNext.Where(next => next != c.Run.TaskId)];
        Become(block, c.Run.Task, TaskState.Running);
        Clocks.Place(run);
        TouchRun(run);
    }

    private static IEnumerable<Share> SharesOf(Job job)
    {
        yield return job.Share;
        yield return job.Owner.Share;
        yield return job.User.Share;
        for (Branch? branch = job.Branch; branch is not null; branch = branch.Parent) yield return branch.Share;
    }

    private static void Reserve(TaskRun run, DateTimeOffset at)
    {
        foreach (var host in run.Hosts)
        {
            host.Add(run, at);
            TakeTickets(run, host);
        }
    }

    private void Release(TaskRun run, DateTimeOffset at)
    {
        foreach (var host in run.Hosts)
        {
            host.Remove(run, at);
            GiveBackTickets(run, host);
        }
    }

    private static void TakeTickets(TaskRun run, Render host)
    {
        foreach (var (name, count) in run.Grant.Tickets)
        {
            foreach (var pool in host.Pool.Chain()) pool.Take(name, count, host.Id);
        }
    }

    private void GiveBackTickets(TaskRun run, Render host)
    {
        foreach (var (name, count) in run.Grant.Tickets)
        {
            Touches.TicketsFreed.Add(name);
            foreach (var pool in host.Pool.Chain()) pool.GiveBack(name, count, host.Id);
        }
    }

    private void AskStop(TaskRun run, StopCause cause)
    {
        run.Stop = cause;
        TouchRun(run);
    }

    private void Preempt(TaskRun run, DateTimeOffset? until)
    {
        run.PreemptedAt = until;
        Clocks.Place(run);
        TouchRun(run);
    }

    private void PassFrames(TaskRun run, long frame)
    {
        run.FramesPassed = frame;
        Dependencies.OnPassed(run.Block, run.Id.Task, frame, Touches);
    }

    private void End(Change.RunEnded c)
    {
        var run = _running[c.Run];
        var (block, number) = (run.Block, c.Run.Task);
        var task = block.Remember(number);
        var hadPassed = run.FramesPassed is not null;
        _running.Remove(c.Run);
        Clocks.Remove(run);
        Release(run, c.At);
        task.Run = null;

        var after = StateAfter(run, task, c);
        task.LastRender = after is TaskState.Done or TaskState.Skipped ? null : run.Render.Id;
        if (after is TaskState.Done or TaskState.Skipped && task.Memory > 0) block.SetMemory(number, 0);
        Account(run, after, c);
        Become(block, number, after == TaskState.Ready ? Dependencies.ReadyOrWaiting(block, number) : after);
        if (hadPassed) Dependencies.OnMoved(block, number, number, Touches);
        block.ForgetIfPlain(number);
        Clocks.Place(block);
        TouchRun(run);
        Finish(block.Job, c.At);
    }

    private static TaskState StateAfter(TaskRun run, JobTask task, Change.RunEnded end)
    {
        var isGood = end.Outcome is RunOutcome.Done or RunOutcome.FailedPost;
        switch (run.Stop)
        {
            case StopCause.Restart:
                task.Errors = 0;
                return TaskState.Ready;
            case StopCause.Skip:
                return isGood ? TaskState.Done : TaskState.Skipped;
            case StopCause.Done:
                return TaskState.Done;
            case StopCause.Suspend:
                return isGood ? TaskState.Done : TaskState.Suspended;
            case StopCause.Eject or StopCause.Preempted:
                return isGood ? TaskState.Done : TaskState.Ready;
            case StopCause.MaxRunTime or StopCause.NoProgress:
                return isGood ? TaskState.Done : Failed(run, task, end, isHostsFault: true);
            default:
                return AfterItself(run, task, end);
        }
    }

    /// <summary>What a task is after a run that nobody asked to end.</summary>
    private static TaskState AfterItself(TaskRun run, JobTask task, Change.RunEnded end)
    {
        switch (end.Outcome)
        {
            case RunOutcome.Done:
                return TaskState.Done;
            case RunOutcome.FailedPost:
                task.LastOutcome = end.Outcome;
                return TaskState.Done;
            case RunOutcome.Skipped:
                return TaskState.Skipped;
            case RunOutcome.Stopped or RunOutcome.RenderLost:
                return TaskState.Ready;
            case RunOutcome.LicenceShortage:
                task.LastOutcome = end.Outcome;
                run.Block.SleepsUntil = end.At + LicenceRest;
                return TaskState.Ready;
            case RunOutcome.OutOfMemory:
                run.Block.SetMemory(run.Id.Task, MoreMemory(run, task));
                return Failed(run, task, end, isHostsFault: false);
            default:
                return Failed(run, task, end, isHostsFault: true);
        }
    }

    private static TaskState Failed(TaskRun run, JobTask task, Change.RunEnded end, bool isHostsFault)
    {
        task.Errors++;
        task.LastOutcome = end.Outcome;
        if (isHostsFault)
        {
            run.Block.CountError(run.Id.Task, run.Render.Id, end.At);
            run.Render.CountError(run.Block.Job.Description.UserName);
        }

        return end.Outcome == RunOutcome.FatalError || task.Errors > run.Block.RetriesAllowed ? TaskState.Error : TaskState.Ready;
    }

    private static int MoreMemory(TaskRun run, JobTask task)
    {
        var factor = run.Block.Description.RetryMemoryFactor;
        if (factor <= 1) return task.Memory;
        var had = run.Grant.MemoryMegabytes > 0 ? run.Grant.MemoryMegabytes : MemoryUnstated;
        return (int)Math.Min(int.MaxValue, had * factor);
    }

    /// <summary>The books: shares, totals, how long runs of the block take, the render's health.</summary>
    private static void Account(TaskRun run, TaskState after, Change.RunEnded end)
    {
        var job = run.Block.Job;
        var seconds = Math.Max(0, (end.At - run.Started).TotalSeconds);
        void Leave(Share share, WorkSettings above)
        {
            share.End(run.Grant.Capacity, seconds, above.SolveNeed == SolveNeed.Capacity ? run.Grant.Capacity : 1, above.UsageHalfLife, end.At);
            if (after == TaskState.Done) share.Count(isDone: true);
            else if (after == TaskState.Error) share.Count(isDone: false);
        }

        Leave(job.Share, job.Branch.Settings.SolveJobs ? job.Branch.Settings : job.User.Settings);
        Leave(job.Owner.Share, job.Branch.Settings);
        Leave(job.User.Share, job.User.Settings);
        foreach (var branch in job.Branch.Chain()) Leave(branch.Share, branch.Parent?.Settings ?? branch.Settings);

        if (after != TaskState.Done) return;
        run.Block.Times = run.Block.Times.With(seconds);
        run.Render.Heal();
    }

    private void Mark(Block block, Change.TasksMarked c)
    {
        var (reopened, ended) = (false, false);
        for (var number = c.First; number <= c.Last; number++)
        {
            var before = block.States.Of(number);
            if (block.Find(number) is { } task && c.Mark is not (TaskMark.Suspend or TaskMark.Continue))
            {
                (task.Errors, task.LastRender, task.LastOutcome, task.ErrorHosts) = (0, null, null, null);
                block.SetMemory(number, 0);
            }

            Set(block, number, After(block, number, c.Mark));
            var after = block.States.Of(number);
            reopened |= HasEnded(before) && !HasEnded(after);
            ended |= HasEnded(after);
            block.ForgetIfPlain(number);
        }

        if (reopened) Dependencies.OnReopened(block, c.First, c.Last, Touches);
        if (ended) Dependencies.OnEnded(block, c.First, c.Last, Touches);
        Finish(block.Job, c.At);
    }

    private static TaskState After(Block block, int number, TaskMark mark) => mark switch
    {
        TaskMark.Skip => TaskState.Skipped,
        TaskMark.Done => TaskState.Done,
        TaskMark.Suspend => TaskState.Suspended,
        _ => Dependencies.ReadyOrWaiting(block, number),
    };

    private void Forget(Block block, RenderId? render)
    {
        block.ForgetErrors(render);
        Clocks.Place(block);
        Touches.Block(block);
    }

    private void Wake(Block block)
    {
        block.SleepsUntil = null;
        Clocks.Place(block);
        Touches.Block(block);
    }

    /// <summary>Changes the state of one task; whoever waits for it is settled with it.</summary>
    private void Become(Block block, int number, TaskState state)
    {
        var before = block.States.Of(number);
        if (before == state) return;
        Set(block, number, state);
        if (HasEnded(state)) Dependencies.OnEnded(block, number, number, Touches);
        else if (HasEnded(before)) Dependencies.OnReopened(block, number, number, Touches);
    }

    /// <summary>Changes the state and nothing else: whoever calls it settles what waits for the task.</summary>
    private void Set(Block block, int number, TaskState state)
    {
        if (block.States.Of(number) == state) return;
        block.States.Set(number, state);
        Touches.Task(block, number);
    }

    private static bool HasEnded(TaskState state) => state is TaskState.Done or TaskState.Skipped or TaskState.Error;

    private void TouchRun(TaskRun run)
    {
        Touches.Task(run.Block, run.Id.Task);
        foreach (var host in run.Hosts) Touches.Render(host);
    }
}

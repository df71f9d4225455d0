using System.Diagnostics;
using Afanasy.Model;

namespace AfServer.Model;

internal sealed partial class Farm
{
    /// <summary>Makes a fact true. No clock, no random, no I/O, no refusal.</summary>
    public void Apply(Change change)
    {
        switch (change)
        {
            case Change.UserRegistered c: _users.Add(c.Name, new User(c.Name, c.At)); break;
            case Change.JobSubmitted c: Add(new Job(c.Job, c.Description, c.At)); break;
            case Change.JobPaused c: Pause(_jobs[c.Job], true); break;
            case Change.JobResumed c: Pause(_jobs[c.Job], false); break;
            case Change.JobPriorityChanged c: SetPriority(_jobs[c.Job], c.Priority); break;
            case Change.JobDeletionAsked c: AskDeletion(_jobs[c.Job]); break;
            case Change.JobDeleted c: Remove(_jobs[c.Job]); break;
            case Change.RunStarted c: Start(c); break;
            case Change.RunStopAsked c: AskStop(_running[c.Run], c.Then); break;
            case Change.RunEnded c: End(c); break;
            case Change.TasksRestarted c: Restart(_jobs[c.Block.Job].Blocks[c.Block.Block], c); break;
            case Change.TasksSkipped c: Skip(_jobs[c.Block.Job].Blocks[c.Block.Block], c); break;
            case Change.RenderRegistered c: Register(c); break;
            case Change.RenderDeleted c: Remove(_renders[c.Render]); break;
            case Change.NumbersRestored c: (_lastJob, _lastRender) = (c.LastJob, c.LastRender); break;
            case Change.JobTimesRestored c: (_jobs[c.Job].Started, _jobs[c.Job].Done) = (c.Started, c.Done); break;
            case Change.TasksRestored c: _jobs[c.Block.Job].Blocks[c.Block.Block].Restore(c.First, c.Last, c.State, c.RanOnce); break;
            case Change.TaskRestored c: Restore(c); break;
            default: throw new UnreachableException($"{change.GetType().Name} is not applied.");
        }
    }

    private void Add(Job job)
    {
        _jobs.Add(job.Id, job);
        _lastJob = Math.Max(_lastJob, job.Id.Value);
        Touches.Job(job);
    }

    private void Pause(Job job, bool paused)
    {
        job.IsPaused = paused;
        Touches.Job(job);
    }

    private void SetPriority(Job job, int priority)
    {
        job.Description = job.Description with { Priority = priority };
        Touches.Job(job);
    }

    private void AskDeletion(Job job)
    {
        job.IsDeletionAsked = true;
        _leaving.Add(job);
        Touches.Job(job);
    }

    private void Remove(Job job)
    {
        Debug.Assert(job.RunningTasks == 0, "a job with running tasks is not deleted");
        _jobs.Remove(job.Id);
        _leaving.Remove(job);
        foreach (var block in job.Blocks) Touches.Blocks.Add(block);
        Touches.Gone(job);
    }

    private void Start(Change.RunStarted c)
    {
        var block = _jobs[c.Run.Job].Blocks[c.Run.Block];
        var render = _renders[c.Render];
        var task = block.Remember(c.Run.Task);
        if (task.Run is not null) throw new InvalidOperationException($"{c.Run} starts while {task.Run.Id} runs.");

        var run = new TaskRun(c.Run, block, render, c.At);
        task.Run = run;
        task.Runs = c.Run.Run;
        _running.Add(c.Run, run);
        render.Add(run);
        block.Job.RunningTasks++;
        block.Job.Started ??= c.At;
        Become(block, c.Run.Task, TaskState.Running);
        TouchRun(run);
    }

    private void AskStop(TaskRun run, TaskState then)
    {
        run.StopThen = then;
        TouchRun(run);
    }

    private void End(Change.RunEnded c)
    {
        var run = _running[c.Run];
        var (block, number) = (run.Block, c.Run.Task);
        var task = block.Remember(number);
        _running.Remove(c.Run);
        run.Render.Remove(run);
        block.Job.RunningTasks--;
        task.Run = null;

        var after = StateAfter(run, task, c.Outcome);
        task.LastRender = after == TaskState.Done ? null : run.Render.Id;
        Become(block, number, after == TaskState.Ready ? Dependencies.ReadyOrWaiting(block, number) : after);
        block.ForgetIfPlain(number);
        TouchRun(run);
        Finish(block.Job, c.At);
    }

    private static TaskState StateAfter(TaskRun run, JobTask task, RunOutcome outcome)
    {
        if (run.StopThen is { } then)
        {
            task.Errors = 0;
            return outcome == RunOutcome.Done && then == TaskState.Skipped ? TaskState.Done : then;
        }

        if (outcome == RunOutcome.Done) return TaskState.Done;
        if (outcome is RunOutcome.Stopped or RunOutcome.RenderLost) return TaskState.Ready;

        task.Errors++;
        return task.Errors > run.Block.Description.RetriesAllowed ? TaskState.Error : TaskState.Ready;
    }

    private void Restart(Block block, Change.TasksRestarted c)
    {
        var reopened = false;
        for (var number = c.First; number <= c.Last; number++)
        {
            if (block.Find(number) is { } task) (task.Errors, task.LastRender) = (0, null);
            reopened |= IsFinished(block.States.Of(number));
            Set(block, number, Dependencies.ReadyOrWaiting(block, number));
            block.ForgetIfPlain(number);
        }

        if (reopened) Dependencies.OnReopened(block, c.First, c.Last, Touches);
        Finish(block.Job, c.At);
    }

    private void Skip(Block block, Change.TasksSkipped c)
    {
        for (var number = c.First; number <= c.Last; number++)
        {
            Set(block, number, TaskState.Skipped);
            block.ForgetIfPlain(number);
        }

        Dependencies.OnFinished(block, c.First, c.Last, Touches);
        Finish(block.Job, c.At);
    }

    /// <summary>Changes the state of one task; whoever waits for it is settled with it.</summary>
    private void Become(Block block, int number, TaskState state)
    {
        var before = block.States.Of(number);
        if (before == state) return;
        Set(block, number, state);

        var (wasFinished, isFinished) = (IsFinished(before), IsFinished(state));
        if (isFinished && !wasFinished) Dependencies.OnFinished(block, number, number, Touches);
        else if (wasFinished && !isFinished) Dependencies.OnReopened(block, number, number, Touches);
    }

    /// <summary>Changes the state and nothing else: whoever calls it settles what waits for the task.</summary>
    private void Set(Block block, int number, TaskState state)
    {
        if (block.States.Of(number) == state) return;
        block.States.Set(number, state);
        Touches.Task(block, number);
    }

    private static bool IsFinished(TaskState state) => state is TaskState.Done or TaskState.Skipped;

    private static void Finish(Job job, DateTimeOffset at) => job.Done = job.IsFinished ? job.Done ?? at : null;

    private void Register(Change.RenderRegistered c)
    {
        if (_renders.TryGetValue(c.Render, out var known))
        {
            known.Offer = c.Offer;
        }
        else
        {
            known = new Render(c.Render, c.Name, c.Offer, c.At);
            _renders.Add(c.Render, known);
            _rendersByName.Add(c.Name, known);
            _lastRender = Math.Max(_lastRender, c.Render.Value);
        }

        Touches.Render(known);
    }

    private void Remove(Render render)
    {
        _renders.Remove(render.Id);
        _rendersByName.Remove(render.Name);
        Touches.Gone(render);
    }

    private void Restore(Change.TaskRestored c)
    {
        var task = Find(c.Task.BlockId)!.Remember(c.Task.Task);   // a snapshot names a task after its job
        (task.Runs, task.Errors, task.LastRender) = (c.Runs, c.Errors, c.LastRender);
        Find(c.Task.BlockId)!.ForgetIfPlain(c.Task.Task);
    }

    private void TouchRun(TaskRun run)
    {
        Touches.Task(run.Block, run.Id.Task);
        Touches.Render(run.Render);
        if (run.Block.Job.Description.MaxRunningTasks >= 0) Touches.Job(run.Block.Job);
    }
}

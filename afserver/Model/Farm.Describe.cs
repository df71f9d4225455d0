using Afanasy.Model;

namespace AfServer.Model;

internal sealed partial class Farm
{
    /// <summary>The changes that rebuild this farm from nothing: a snapshot.</summary>
    public IEnumerable<Change> Describe(DateTimeOffset at)
    {
        yield return new Change.NumbersRestored(_lastJob, _lastRender) { At = at };
        foreach (var user in _users.Values) yield return new Change.UserRegistered(user.Name) { At = user.Registered };
        foreach (var render in _renders.Values) yield return new Change.RenderRegistered(render.Id, render.Name, render.Offer) { At = render.Registered };
        foreach (var job in _jobs.Values)
        {
            foreach (var change in Describe(job, at)) yield return change;
        }
    }

    private static IEnumerable<Change> Describe(Job job, DateTimeOffset at)
    {
        yield return new Change.JobSubmitted(job.Id, job.Description) { At = job.Created };
        if (job.IsPaused && !job.Description.Offline) yield return new Change.JobPaused(job.Id) { At = at };
        if (!job.IsPaused && job.Description.Offline) yield return new Change.JobResumed(job.Id) { At = at };
        foreach (var block in job.Blocks)
        {
            foreach (var change in Describe(block, at)) yield return change;
        }

        if (job.IsDeletionAsked) yield return new Change.JobDeletionAsked(job.Id) { At = at };
        yield return new Change.JobTimesRestored(job.Id, job.Started, job.Done) { At = at };
    }

    private static IEnumerable<Change> Describe(Block block, DateTimeOffset at)
    {
        foreach (var (state, ranOnce, first, last) in block.Describe())
        {
            // A running task is restored as ready: its run, below, makes it run.
            yield return new Change.TasksRestored(block.Id, first, last, state == TaskState.Running ? TaskState.Ready : state, ranOnce) { At = at };
        }

        foreach (var (number, task) in block.Remembered)
        {
            yield return new Change.TaskRestored(new TaskId(block.Job.Id, block.Number, number), task.Runs, task.Errors, task.LastRender) { At = at };
            if (task.Run is not { } run) continue;
            yield return new Change.RunStarted(run.Id, run.Render.Id) { At = run.Started };
            if (run.StopThen is { } then) yield return new Change.RunStopAsked(run.Id, then) { At = at };
        }
    }
}

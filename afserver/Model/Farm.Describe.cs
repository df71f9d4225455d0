using Afanasy.Model;

namespace AfServer.Model;

internal sealed partial class Farm
{
    /// <summary>The changes that rebuild this farm from nothing: a snapshot.</summary>
    public IEnumerable<Change> Describe(DateTimeOffset at)
    {
        yield return new Change.NumbersRestored(_lastJob, _lastRender) { At = at };
        foreach (var user in _users.Values) yield return new Change.UserSet(user.Name, user.Settings) { At = user.Registered };
        foreach (var branch in _branches.Values.OrderBy(branch => branch.Path, StringComparer.Ordinal)) yield return new Change.BranchSet(branch.Path, branch.Settings) { At = branch.Created };
        foreach (var pool in _pools.Values.OrderBy(pool => pool.Path, StringComparer.Ordinal)) yield return new Change.PoolSet(pool.Path, pool.Settings) { At = pool.Created };
        foreach (var render in _renders.Values)
        {
            yield return new Change.RenderRegistered(render.Id, render.Name, render.Offer) { At = render.Registered };
            yield return new Change.RenderSet(render.Id, render.Pool.Path, render.Settings) { At = at };
            if (render.ErrorUsers.Count > 0 || render.IsSick) yield return new Change.RenderHealthRestored(render.Id, [.. render.ErrorUsers], render.IsSick) { At = at };
        }

        foreach (var job in _jobs.Values.OrderBy(job => job.Id))
        {
            foreach (var change in Describe(job, at)) yield return change;
        }

        foreach (var job in _jobs.Values.Where(WaitsForNewer).OrderBy(job => job.Id))
        {
            yield return new Change.JobEdited(job.Id, job.Description) { At = EditedAt(job) };
            if (HasComeEarly(job)) yield return new Change.JobTimeCame(job.Id) { At = at };
        }

        // The runs last, in the order of their starts: a start counts for the shares of all levels.
        foreach (var run in _running.Values.OrderBy(run => run.Started).ThenBy(run => run.Id.Job).ThenBy(run => run.Id.Block).ThenBy(run => run.Id.Task))
        {
            yield return new Change.RunStarted(run.Id, run.Render.Id) { At = run.Started, Grant = run.Grant };
            if (run.PreemptedAt is { } until) yield return new Change.RunPreempted(run.Id, until) { At = at };
            if (run.FramesPassed is { } frame) yield return new Change.FramesPassed(run.Id, frame) { At = at };
            if (run.Stop is { } cause) yield return new Change.RunStopAsked(run.Id, cause) { At = at };
        }

        foreach (var render in _renders.Values.Where(render => render.LastTurn != default)) yield return new Change.RenderTurnRestored(render.Id) { At = render.LastTurn };
        foreach (var change in DescribeShares(at)) yield return change;
    }

    private static IEnumerable<Change> Describe(Job job, DateTimeOffset at)
    {
        var whole = WaitsForNewer(job) ? job.Whole with { DependJobs = [.. job.Description.DependJobs.Where(dependency => !IsNewer(dependency, job))] } : job.Whole;
        yield return new Change.JobSubmitted(job.Id, whole) { At = job.Created };
        if (job.IsPaused && !job.Description.Offline) yield return new Change.JobPaused(job.Id) { At = at };
        if (!job.IsPaused && job.Description.Offline) yield return new Change.JobResumed(job.Id) { At = at };
        if (HasComeEarly(job)) yield return new Change.JobTimeCame(job.Id) { At = at };
        if (WaitsAgain(job) && !WaitsForNewer(job)) yield return new Change.JobEdited(job.Id, job.Description) { At = EditedAt(job) };
        yield return new Change.TryNextSet(job.Id, job.TryNext) { At = at };
        if (job.Order != (long)job.Id.Value << Job.OrderBits) yield return new Change.JobsOrdered([(job.Id, job.Order)]) { At = at };
        foreach (var block in job.Blocks)
        {
            foreach (var change in Describe(block, at)) yield return change;
        }

        if (job.IsDeletionAsked) yield return new Change.JobDeletionAsked(job.Id) { At = at };
        yield return new Change.JobTimesRestored(job.Id, job.Started, job.Done) { At = at };
    }

    /// <summary>It was edited to wait for a job that came after it: this is told when all jobs are there.</summary>
    private static bool WaitsForNewer(Job job) => job.Description.DependJobs.Any(dependency => IsNewer(dependency, job));

    private static bool IsNewer(JobDependency dependency, Job job) => int.TryParse(dependency.Job, out var serial) && serial > job.Id.Value;

    private static bool HasComeEarly(Job job) => !job.IsBeforeItsTime && job.Description.TimeWait > job.Created.ToUnixTimeSeconds();

    /// <summary>The clock was set back behind its creation when it was edited last.</summary>
    private static bool WaitsAgain(Job job) => job.IsBeforeItsTime && job.Description.TimeWait <= job.Created.ToUnixTimeSeconds();

    private static DateTimeOffset EditedAt(Job job) => WaitsAgain(job) ? DateTimeOffset.FromUnixTimeSeconds(job.Description.TimeWait - 1) : job.Created;

    private static IEnumerable<Change> Describe(Block block, DateTimeOffset at)
    {
        foreach (var (state, ranOnce, first, last) in block.Describe())
        {
            // A running task is restored as ready: its run, told later, makes it run.
            yield return new Change.TasksRestored(block.Id, first, last, state == TaskState.Running ? TaskState.Ready : state, ranOnce) { At = at };
        }

        foreach (var (number, task) in block.Remembered)
        {
            yield return new Change.TaskRestored(new TaskId(block.Job.Id, block.Number, number), task.Runs, task.Errors, task.LastRender, task.LastOutcome, task.Memory) { At = at };
            foreach (var (render, errors) in task.ErrorHosts ?? []) yield return new Change.ErrorHostRestored(block.Id, number, render, errors) { At = at };
        }

        foreach (var (render, errors) in block.ErrorHosts) yield return new Change.ErrorHostRestored(block.Id, -1, render, errors.Count) { At = errors.Last };
        if (block.SleepsUntil is not null || block.Times.Count > 0) yield return new Change.BlockRestored(block.Id, block.SleepsUntil, block.Times) { At = at };
    }

    private IEnumerable<Change> DescribeShares(DateTimeOffset at)
    {
        Change.ShareRestored Of(Share share, ShareOwner owner, string path, string user, JobId? job) =>
            new(owner, path, user, job, share.LastSolved, share.Usage, share.Totals) { At = share.Usage > 0 ? share.UsedAt : at };

        foreach (var user in _users.Values.Where(user => user.Share.IsWorthTelling)) yield return Of(user.Share, ShareOwner.User, "", user.Name, null);
        foreach (var branch in _branches.Values)
        {
            if (branch.Share.IsWorthTelling) yield return Of(branch.Share, ShareOwner.Branch, branch.Path, "", null);
            foreach (var member in branch.Users.Values.Where(member => member.Share.IsWorthTelling))
                yield return Of(member.Share, ShareOwner.UserInBranch, branch.Path, member.User.Name, null);
        }

        foreach (var job in _jobs.Values.Where(job => job.Share.IsWorthTelling)) yield return Of(job.Share, ShareOwner.Job, "", "", job.Id);
    }

    private void Restore(Change.ShareRestored c)
    {
        var share = c.Owner switch
        {
            ShareOwner.Branch => _branches[c.Path].Share,
            ShareOwner.User => _users[c.User].Share,
            ShareOwner.UserInBranch => _branches[c.Path].Users[c.User].Share,
            _ => _jobs[c.Job!.Value].Share,   // the job's own share names its job
        };
        (share.LastSolved, share.Usage, share.UsedAt, share.Totals) = (c.LastSolved, c.Usage, c.At, c.Totals);
        _lastStart = Math.Max(_lastStart, c.LastSolved);
    }

    private static void Restore(Block block, Change.TaskRestored c)
    {
        var task = block.Remember(c.Task.Task);
        (task.Runs, task.Errors, task.LastRender, task.LastOutcome) = (c.Runs, c.Errors, c.LastRender, c.LastOutcome);
        block.SetMemory(c.Task.Task, c.Memory);
        block.ForgetIfPlain(c.Task.Task);
    }

    private void Restore(Block block, Change.ErrorHostRestored c)
    {
        block.RestoreErrors(c.Task, c.Render, c.Errors, c.At);
        Clocks.Place(block);
    }

    private void Restore(Block block, Change.BlockRestored c)
    {
        (block.SleepsUntil, block.Times) = (c.SleepsUntil, c.Times);
        Clocks.Place(block);
    }

    private void Restore(Job job, Change.JobTimesRestored c)
    {
        (job.Started, job.Done) = (c.Started, c.Done);
        if (c.Done is not null) _waits.Close(job, Touches);
    }
}

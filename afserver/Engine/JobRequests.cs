using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides what people ask of jobs, of blocks and of tasks; CGRU contract §3.4.</summary>
internal static class JobRequests
{
    /// <summary>Of a list of numbers in the audit, so many.</summary>
    private const int ListedMax = 20;

    public static Decision<ActionAnswer> Act(FarmView view, Job job, JobAction action, Asker asker)
    {
        if (job.IsDeletionAsked) return ActionAnswer.Refuse("", "the job is being deleted");
        if (Rights.Refusal(view, asker, job) is { } forbidden) return ActionAnswer.Forbid(forbidden);
        if (action.IsOnBlocks && IsOfWholeJobs(action.Operation))
            return ActionAnswer.Refuse(Named(action), $"cannot be chosen: {action.Operation.Word()} is for whole jobs");

        var problems = new List<FieldProblem>();
        var chosen = ChosenTasks.Of(job, action, problems);
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        var decision = Decide(view, job, action, chosen, asker);
        if (decision.Answer.Problems.Count > 0) return decision;
        return decision with
        {
            Action = new UserAction(view.Now, asker.UserName, asker.HostName, action.Operation.Word(), Target(job, action), decision.Answer.Detail),
        };
    }

    /// <summary>The job goes; what runs of it is told to end.</summary>
    public static List<Change> Leave(FarmView view, Job job)
    {
        var changes = new List<Change> { new Change.JobDeletionAsked(job.Id) { At = view.Now } };
        foreach (var run in job.Blocks.SelectMany(RunStops.Of)) RunStops.Ask(view, run, StopCause.Eject, changes);
        return changes;
    }

    private static Decision<ActionAnswer> Decide(FarmView view, Job job, JobAction action, IReadOnlyList<ChosenTasks> chosen, Asker asker) => action.Operation switch
    {
        JobOperation.Pause => Pause(view, job),
        JobOperation.Start or JobOperation.Resume => Start(view, job),
        JobOperation.Delete => Delete(view, job),
        JobOperation.Stop => Stop(view, job, chosen),
        JobOperation.RestartPause => RestartPause(view, job, action, chosen, asker),
        JobOperation.ResetTryingNextTasks => TaskRequests.ResetTryNext(view, job),
        JobOperation.Trynext => TaskRequests.TryNext(view, job, action, chosen),
        JobOperation.ResetErrorHosts => TaskRequests.ResetErrorHosts(view, action, chosen),
        JobOperation.AppendBlocks => EditRequests.AppendBlocks(view, job, action),
        JobOperation.AppendTasks => EditRequests.AppendTasks(view, job, action, chosen),
        JobOperation.Tickets => EditRequests.SetTicket(view, job, action, chosen),
        JobOperation.Set => action.IsOnBlocks ? EditRequests.SetBlocks(view, job, action, chosen) : EditRequests.SetJob(view, job, action, asker),
        _ => TaskRequests.Mark(view, action, chosen, asker),
    };

    private static bool IsOfWholeJobs(JobOperation operation) =>
        operation is JobOperation.Delete or JobOperation.Start or JobOperation.Resume or JobOperation.Pause or JobOperation.AppendBlocks or JobOperation.ResetTryingNextTasks;

    private static Decision<ActionAnswer> Pause(FarmView view, Job job) =>
        job.IsPaused ? ActionAnswer.Accept([], 0, "was paused already")
        : ActionAnswer.Accept([new Change.JobPaused(job.Id) { At = view.Now }], 1, "paused; running tasks go on");

    private static Decision<ActionAnswer> Start(FarmView view, Job job) =>
        job.IsPaused ? ActionAnswer.Accept([new Change.JobResumed(job.Id) { At = view.Now }], 1, "started")
        : ActionAnswer.Accept([], 0, "was not paused");

    private static Decision<ActionAnswer> Delete(FarmView view, Job job)
    {
        var changes = Leave(view, job);
        var left = job.RunningTasks - changes.Count(change => change is Change.RunEnded);
        return ActionAnswer.Accept(changes, 1, left == 0 ? "deleted" : $"is deleted when its {Answers.Counted(left, "running task has", "running tasks have")} ended");
    }

    private static Decision<ActionAnswer> Stop(FarmView view, Job job, IReadOnlyList<ChosenTasks> chosen)
    {
        var changes = new List<Change>();
        if (!job.IsPaused) changes.Add(new Change.JobPaused(job.Id) { At = view.Now });
        var stopped = chosen.Sum(tasks => RunStops.Of(tasks.Block).Count(run => tasks.Has(run.Id.Task) && RunStops.Ask(view, run, StopCause.Eject, changes)));
        return ActionAnswer.Accept(changes, stopped, $"{Answers.Counted(stopped, "running task is", "running tasks are")} being ended; the job is paused");
    }

    private static Decision<ActionAnswer> RestartPause(FarmView view, Job job, JobAction action, IReadOnlyList<ChosenTasks> chosen, Asker asker)
    {
        var restart = TaskRequests.Mark(view, action with { Operation = JobOperation.Restart }, chosen, asker);
        if (restart.Answer.Problems.Count > 0) return restart;
        IReadOnlyList<Change> pause = job.IsPaused ? [] : [new Change.JobPaused(job.Id) { At = view.Now }];
        return ActionAnswer.Accept([.. pause, .. restart.Changes], restart.Answer.Changed, $"{restart.Answer.Detail}; the job is paused");
    }

    private static string Named(JobAction action) => action.Blocks.Count > 0 ? "blocks" : action.BlockMask.Length > 0 ? "block_mask" : "tasks";

    private static string Target(Job job, JobAction action)
    {
        if (!action.IsOnBlocks) return job.Id.ToString();
        var blocks = action.BlockMask.Length > 0 && action.Blocks.Count == 0 ? $"'{action.BlockMask}'" : Listed(action.Blocks.Contains(JobAction.AllBlocks) ? [] : action.Blocks);
        return $"{job.Id} blocks {blocks} tasks {Listed(action.Tasks)}";
    }

    private static string Listed(IReadOnlyList<int> numbers) =>
        numbers.Count == 0 ? "all" : string.Join(',', numbers.Take(ListedMax)) + (numbers.Count > ListedMax ? ",…" : "");
}

using System.Text.Json;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides what people ask of tasks: to start anew, to be skipped, held, taken for done or tried next.</summary>
internal static class TaskRequests
{
    public static Decision<ActionAnswer> Mark(FarmView view, JobAction action, IReadOnlyList<ChosenTasks> chosen, Asker asker)
    {
        var marking = new TaskMarking(action.Operation);
        foreach (var tasks in chosen) marking.Add(tasks);
        if (action.AffectDepends)
        {
            foreach (var dependent in TaskSpread.Of(Seeds(action.Operation, chosen)))
            {
                if (dependent.Block.Job.IsDeletionAsked) continue;
                if (Rights.Refusal(view, asker, dependent.Block.Job) is { } forbidden) return ActionAnswer.Forbid($"Tasks of {dependent.Block.Job.Id} depend on these. {forbidden}");
                marking.AddDependent(dependent);
            }
        }

        var (changes, changed) = marking.Finish(view);
        return ActionAnswer.Accept(changes, changed, Detail(action.Operation, changed));
    }

    /// <summary>Error hosts are kept by block; one task alone does not forget them.</summary>
    public static Decision<ActionAnswer> ResetErrorHosts(FarmView view, JobAction action, IReadOnlyList<ChosenTasks> chosen)
    {
        if (action.Tasks.Count > 0) return ActionAnswer.Refuse("tasks", "cannot be chosen: a block forgets the error hosts of all its tasks at once");
        var changes = new List<Change>();
        foreach (var (block, _) in chosen)
        {
            if (block.ErrorHosts.Count > 0 || block.Remembered.Values.Any(task => task.ErrorHosts is not null))
                changes.Add(new Change.ErrorHostsForgotten(block.Id, null) { At = view.Now });
        }

        return ActionAnswer.Accept(changes, changes.Count, changes.Count == 0 ? "no host had errors" : $"{Answers.Counted(changes.Count, "block forgets", "blocks forget")} on which hosts it had errors");
    }

    public static Decision<ActionAnswer> ResetTryNext(FarmView view, Job job) =>
        job.TryNext.Count == 0 ? ActionAnswer.Accept([], 0, "no task was to be tried next")
        : ActionAnswer.Accept([new Change.TryNextSet(job.Id, []) { At = view.Now }], job.TryNext.Count, "tasks start in their usual order");

    public static Decision<ActionAnswer> TryNext(FarmView view, Job job, JobAction action, IReadOnlyList<ChosenTasks> chosen)
    {
        var problems = new List<FieldProblem>();
        var mode = Mode(action.Params, problems);
        if (action.Tasks.Count == 0) problems.Add(new("tasks", "is missing: name the tasks to try next"));
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);

        var block = chosen[0].Block;
        var named = action.Tasks.Distinct().Select(task => new TaskId(job.Id, block.Number, task)).ToList();
        var before = job.TryNext;
        IReadOnlyList<TaskId> after = mode == "remove"
            ? [.. before.Except(named)]
            : [.. before.Union(named.Where(task => block.States.Of(task.Task) is not (TaskState.Running or TaskState.Done or TaskState.Skipped)))];
        if (after.Count > JobProblems.TryThisMax) return ActionAnswer.Refuse("tasks", $"would bring the job to more than {JobProblems.TryThisMax} tasks to try next");
        if (after.Count == before.Count) return ActionAnswer.Accept([], 0, "nothing to change");

        var changed = Math.Abs(after.Count - before.Count);
        return ActionAnswer.Accept([new Change.TryNextSet(job.Id, after) { At = view.Now }], changed,
            mode == "remove" ? $"{Answers.Counted(changed, "task waits", "tasks wait")} for its turn" : $"{Answers.Counted(changed, "task starts", "tasks start")} before all others");
    }

    private static string Mode(JsonElement parameters, List<FieldProblem> problems)
    {
        if (parameters.ValueKind == JsonValueKind.Undefined) return "append";
        var fields = new FieldReader(parameters, "params", problems);
        var mode = fields.Has("mode") ? fields.Text("mode") : "append";
        fields.RefuseUnknown();
        if (problems.Count == 0 && mode is not ("append" or "remove")) problems.Add(new("params.mode", $"must be append or remove, was '{mode}'"));
        return mode;
    }

    private static IEnumerable<ChosenTasks> Seeds(JobOperation operation, IReadOnlyList<ChosenTasks> chosen) =>
        TaskMarking.IsChoosy(operation) ? chosen.Select(tasks => TaskMarking.Concerned(operation, tasks)) : chosen;

    private static string Detail(JobOperation operation, int changed) => operation switch
    {
        JobOperation.RestartErrors => $"{Answers.Counted(changed, "failed task starts", "failed tasks start")} anew",
        JobOperation.Skip => $"{Answers.Counted(changed, "task is", "tasks are")} skipped",
        JobOperation.Done => $"{Answers.Counted(changed, "task is", "tasks are")} taken for done",
        JobOperation.Suspend => $"{Answers.Counted(changed, "task is", "tasks are")} held",
        JobOperation.Continue => $"{Answers.Counted(changed, "task goes", "tasks go")} on",
        _ => $"{Answers.Counted(changed, "task starts", "tasks start")} anew",
    };
}

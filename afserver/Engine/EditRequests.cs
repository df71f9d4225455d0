using System.Text.Json;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides edits of jobs and blocks, and what is appended to them. What was wrong before does not stop an edit of something else.</summary>
internal static class EditRequests
{
    public static Decision<ActionAnswer> SetJob(FarmView view, Job job, JobAction action, Asker asker)
    {
        if (NoParams(action) is { } missing) return missing;
        var now = job.Whole;
        var (edited, found) = JobJson.EditJob(now, action.Params, "params");
        var problems = found.ToList();
        if (problems.Count == 0) edited = JobPlaces.Settle(view.Farm, job, edited, problems);
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        if (edited.UserName != now.UserName && Rights.Refusal(view, asker, edited.UserName) is { } forbidden) return ActionAnswer.Forbid(forbidden);
        if (Rights.RefusalOfFavours(view, asker, now, edited) is { } reserved) return ActionAnswer.Forbid(reserved);
        if (edited == now) return ActionAnswer.Accept([], 0, "nothing to change");

        if (edited with { Priority = now.Priority } == now)
            return ActionAnswer.Accept([new Change.JobPriorityChanged(job.Id, edited.Priority) { At = view.Now }], 1, $"priority {now.Priority} is now {edited.Priority}");
        var changes = new List<Change> { new Change.JobEdited(job.Id, edited with { Blocks = [] }) { At = view.Now } };
        if (edited.UserName != now.UserName) changes.AddRange(JobOrders.MakeRoom(view, job, view.Farm.Users[edited.UserName]));
        return ActionAnswer.Accept(changes, 1, $"set {Names(action.Params)}");
    }

    public static Decision<ActionAnswer> SetBlocks(FarmView view, Job job, JobAction action, IReadOnlyList<ChosenTasks> chosen)
    {
        if (NoParams(action) is { } missing) return missing;
        if (action.Tasks.Count > 0) return ActionAnswer.Refuse("tasks", "cannot be chosen: what is set is of whole blocks");
        return Edit(view, job, chosen, action.Params, Names(action.Params));
    }

    /// <summary>One ticket of blocks: {name, count}; a count of -1 takes it away.</summary>
    public static Decision<ActionAnswer> SetTicket(FarmView view, Job job, JobAction action, IReadOnlyList<ChosenTasks> chosen)
    {
        if (NoParams(action) is { } missing) return missing;
        if (action.Tasks.Count > 0) return ActionAnswer.Refuse("tasks", "cannot be chosen: tickets are of whole blocks");
        var problems = new List<FieldProblem>();
        var fields = new FieldReader(action.Params, "params", problems);
        var name = fields.Text("name", required: true);
        if (!fields.Has("count")) fields.Problem("count", "is missing");
        var count = fields.Whole("count", 0);
        fields.RefuseUnknown();
        if (problems.Count == 0 && name.Length == 0) fields.Problem("name", "is empty");
        if (problems.Count == 0 && count is 0 or < -1) fields.Problem("count", $"must be at least 1, or -1 to take the ticket away, was {count}");
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);

        var edit = JsonSerializer.SerializeToElement(new Dictionary<string, Dictionary<string, int>> { ["tickets"] = new() { [name] = count } });
        return Edit(view, job, chosen, edit, count < 0 ? $"ticket {name} away" : $"ticket {name} to {count}");
    }

    public static Decision<ActionAnswer> AppendBlocks(FarmView view, Job job, JobAction action)
    {
        if (!TryTake(action, "blocks", out var list, out var refusal)) return refusal;
        var (blocks, found) = JobJson.ReadBlocks(list, job.Description.HostsMaskType, "params.blocks");
        if (found.Count > 0) return ActionAnswer.Refuse(found);
        var first = job.Blocks.Count;
        var whole = job.Whole;
        whole = whole with { Blocks = [.. whole.Blocks, .. blocks] };
        if (Unsound(whole, "params.blocks") is { Count: > 0 } problems) return ActionAnswer.Refuse(problems);

        var decision = ActionAnswer.Accept([new Change.BlocksAppended(job.Id, blocks) { At = view.Now }], blocks.Count, $"{Answers.Counted(blocks.Count, "block", "blocks")} appended");
        return decision with { Answer = decision.Answer with { Ids = [.. Enumerable.Range(first, blocks.Count)] } };
    }

    public static Decision<ActionAnswer> AppendTasks(FarmView view, Job job, JobAction action, IReadOnlyList<ChosenTasks> chosen)
    {
        if (action.Tasks.Count > 0) return ActionAnswer.Refuse("tasks", "cannot be chosen: new tasks go to the end; describe them in params.tasks");
        if (chosen.Count > 1) return ActionAnswer.Refuse("blocks", "name one block: tasks are appended to one");
        if (!TryTake(action, "tasks", out var list, out var refusal)) return refusal;
        var block = chosen[0].Block;
        var (tasks, found) = JobJson.ReadTasks(list, block.Description, "params.tasks");
        if (found.Count > 0) return ActionAnswer.Refuse(found);
        var first = block.States.Size;
        var longer = block.Description with { Tasks = [.. block.Description.Tasks, .. tasks] };
        if (Unsound(With(job.Whole, block.Number, longer), "params.tasks") is { Count: > 0 } problems) return ActionAnswer.Refuse(problems);

        var decision = ActionAnswer.Accept([new Change.TasksAppended(block.Id, tasks) { At = view.Now }], tasks.Count, $"{Answers.Counted(tasks.Count, "task", "tasks")} appended");
        return decision with { Answer = decision.Answer with { Ids = [.. Enumerable.Range(first, tasks.Count)] } };
    }

    private static Decision<ActionAnswer> Edit(FarmView view, Job job, IReadOnlyList<ChosenTasks> chosen, JsonElement parameters, string what)
    {
        var (problems, changes) = (new List<FieldProblem>(), new List<Change>());
        var (whole, isTiedAnew) = (job.Whole, false);
        var blocks = whole.Blocks.ToArray();
        foreach (var (block, _) in chosen)
        {
            var now = block.Description;
            var (edited, found) = JobJson.EditBlock(now, parameters, job.Description.HostsMaskType, "params");
            problems.AddRange(found.Except(problems));
            if (edited == now) continue;
            blocks[block.Number] = edited;
            isTiedAnew |= edited.Name != now.Name || edited.DependMask != now.DependMask || edited.TasksDependMask != now.TasksDependMask;
            changes.Add(new Change.BlockEdited(block.Id, edited with { Tasks = [] }) { At = view.Now });
        }

        if (problems.Count == 0 && isTiedAnew) problems.AddRange(Untied(whole with { Blocks = blocks }, "params"));
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        return ActionAnswer.Accept(changes, changes.Count, changes.Count == 0 ? "nothing to change" : $"set {what} of {Answers.Counted(changes.Count, "block", "blocks")}");
    }

    /// <summary>What more blocks or tasks made wrong in the job as a whole.</summary>
    private static IReadOnlyList<FieldProblem> Unsound(JobDescription whole, string path)
    {
        if (whole.Blocks.Count > JobProblems.BlocksMax) return [new(path, $"would bring the job to {whole.Blocks.Count} blocks; it can have {JobProblems.BlocksMax}")];
        var tasks = whole.Blocks.Sum(block => (long)block.TaskCount);
        return tasks > JobProblems.TasksPerJobMax ? [new(path, $"would bring the job to {tasks} tasks; it can have {JobProblems.TasksPerJobMax}")] : Untied(whole, path);
    }

    /// <summary>A circle of waiting, or an edge to a task that is not there.</summary>
    private static IReadOnlyList<FieldProblem> Untied(JobDescription whole, string path) =>
        [.. JobProblems.OfDependencies(whole).Select(problem => new FieldProblem(path, $"{problem.Path}: {problem.Text}"))];

    private static JobDescription With(JobDescription whole, int number, BlockDescription block)
    {
        var blocks = whole.Blocks.ToArray();
        blocks[number] = block;
        return whole with { Blocks = blocks };
    }

    private static bool TryTake(JobAction action, string name, out JsonElement list, out Decision<ActionAnswer> refusal)
    {
        list = default;
        refusal = NoParams(action) ?? ActionAnswer.Refuse($"params.{name}", "is missing: name what to append");
        return action.Params.ValueKind == JsonValueKind.Object && action.Params.TryGetProperty(name, out list);
    }

    private static Decision<ActionAnswer>? NoParams(JobAction action) =>
        action.Params.ValueKind != JsonValueKind.Object ? ActionAnswer.Refuse("params", $"is missing: {action.Operation.Word()} needs an object")
        : action.Params.GetPropertyCount() == 0 ? ActionAnswer.Refuse("params", "is empty")
        : null;

    private static string Names(JsonElement parameters) => string.Join(", ", parameters.EnumerateObject().Select(member => member.Name));
}

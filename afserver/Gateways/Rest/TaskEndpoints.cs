using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Gateways.Rest;

/// <summary>Tasks over HTTP: a window of a block, one task, its runs, its log.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this RouteGroupBuilder api)
    {
        const string Path = "/jobs/{id:int}/blocks/{block:int}/tasks";
        api.MapGet("/jobs/{id:int}/blocks/{block:int}/error-hosts", ErrorHostsAsync).WithSummary("Renders on which a block had errors").Produces<ErrorHostList>().ProducesProblem(400).ProducesProblem(404);
        api.MapGet(Path, ListAsync).WithSummary("List tasks of a block, a window of them").Produces<TaskList>().ProducesProblem(400).ProducesProblem(404);
        api.MapGet(Path + "/{task:int}", GetAsync).WithSummary("One task").Produces<TaskView>().ProducesProblem(404);
        api.MapGet(Path + "/{task:int}/runs", RunsAsync).WithSummary("All attempts of a task").Produces<RunList>().ProducesProblem(404);
        api.MapGet(Path + "/{task:int}/log", LogAsync).WithSummary("What a run printed; ranges are welcome").Produces<string>(200, "text/plain").ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        Mailbox mailbox, IHistory history, int id, int block, string? state, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(null, null, from, limit, []);
        if (query is null) return problem!;   // one of the two is there
        var wanted = new List<TaskState>();
        foreach (var word in (state ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!StateNames.TryParse(word, out var parsed)) return Problems.Field("state", $"must be of {string.Join(", ", Enum.GetValues<TaskState>().Select(known => known.Word()))}, was '{word}'");
            wanted.Add(parsed);
        }

        var key = new BlockId(new JobId(id), block);
        var list = await mailbox.ReadAsync(view => view.Farm.Find(key) is { } found ? TaskList.Of(found, wanted, query, view) : null, cancel);
        if (list is null) return Problems.NoBlock(id, block);
        if (list.Tasks.Count == 0) return Results.Json(list);
        var last = history.LastRuns(key, list.Tasks[0].Task, list.Tasks[^1].Task);
        return Results.Json(list with { Tasks = [.. list.Tasks.Select(task => task.With(last.GetValueOrDefault(task.Task)))] });
    }

    private static async Task<IResult> GetAsync(Mailbox mailbox, IHistory history, int id, int block, int task, CancellationToken cancel)
    {
        var key = new BlockId(new JobId(id), block);
        var found = await mailbox.ReadAsync(view => Find(view.Farm, key, task) is { } at ? TaskView.Of(at, task, view) : null, cancel);
        if (found is null) return Problems.NoTask(id, block, task);
        return Results.Json(found.With(history.LastRuns(key, task, task).GetValueOrDefault(task)));
    }

    private static async Task<IResult> RunsAsync(Mailbox mailbox, IHistory history, int id, int block, int task, CancellationToken cancel)
    {
        var key = new TaskId(new JobId(id), block, task);
        var (exists, running) = await mailbox.ReadAsync(
            view => Find(view.Farm, key.BlockId, task) is { } at ? (true, at.Find(task)?.Run is { } run ? RunView.Of(run) : null) : (false, (RunView?)null), cancel);
        if (!exists) return Problems.NoTask(id, block, task);
        var runs = history.RunsOf(key).Select(RunView.Of).ToList();
        if (running is not null && runs.All(run => run.Run != running.Run)) runs.Add(running);
        return Results.Json(new RunList(runs));
    }

    private static async Task<IResult> LogAsync(
        HttpContext http, Mailbox mailbox, RunLogs logs, int id, int block, int task, int? run, long? offset, CancellationToken cancel)
    {
        var key = new TaskId(new JobId(id), block, task);
        var last = await mailbox.ReadAsync(view => Find(view.Farm, key.BlockId, task)?.RunsOf(task) ?? -1, cancel);
        if (last < 0) return Problems.NoTask(id, block, task);
        var number = run ?? last;
        if (number < 1 || number > last)
            return Problems.NotFound(last == 0 ? $"Task {key} has not run yet." : $"Task {key} has runs 1 to {last}, not {number}.");
        if (offset is < 0) return Problems.Field("offset", $"must not be negative, was {offset}");

        var runId = new TaskRunId(key.Job, block, task, number);
        http.Response.Headers["X-Run"] = number.ToString();
        var window = new LogWindow(logs.OpenRead(runId), offset ?? 0);
        http.Response.Headers["X-Log-Length"] = window.End.ToString();
        return Results.Stream(window, "text/plain; charset=utf-8", enableRangeProcessing: offset is null);
    }

    private static async Task<IResult> ErrorHostsAsync(Mailbox mailbox, int id, int block, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(null, null, from, limit, []);
        if (query is null) return problem!;   // one of the two is there
        var list = await mailbox.ReadAsync(view => view.Farm.Find(new BlockId(new JobId(id), block)) is { } found ? ErrorHostList.Of(found, query, view) : null, cancel);
        return list is null ? Problems.NoBlock(id, block) : Results.Json(list);
    }

    private static Block? Find(Farm farm, BlockId id, int task) =>
        farm.Find(id) is { } block && task >= 0 && task < block.States.Size ? block : null;
}

/// <summary>A window of the tasks of a block, in task order.</summary>
internal sealed record TaskList(IReadOnlyList<TaskView> Tasks, int Total, long Sequence)
{
    /// <summary>Tasks in any of the states; without a state, all.</summary>
    public static TaskList Of(Block block, IReadOnlyCollection<TaskState> states, ListQuery query, FarmView view)
    {
        var numbers = states.Count > 0
            ? Members(block, [.. states.Distinct()]).Skip(query.From).Take(query.Limit)
            : Enumerable.Range(query.From, Math.Clamp(block.States.Size - query.From, 0, query.Limit));
        var total = states.Count > 0 ? states.Distinct().Sum(block.States.Count) : block.States.Size;
        return new TaskList([.. numbers.Select(number => TaskView.Of(block, number, view))], total, view.Sequence);
    }

    private static IEnumerable<int> Members(Block block, TaskState[] states)
    {
        var next = states.Select(state => block.States.First(state)).ToArray();
        while (Array.FindAll(next, task => task >= 0) is { Length: > 0 } left)
        {
            var task = left.Min();
            yield return task;
            var at = Array.IndexOf(next, task);
            next[at] = block.States.First(states[at], task + 1);
        }
    }
}

internal sealed record RunList(IReadOnlyList<RunView> Runs);

using System.Text.Json.Serialization;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Rest;
using AfServer.Gateways.Views;
using AfServer.Solving;

namespace AfServer.Gateways.Live;

/// <summary>A picture or the changes since the last message; members that are not there were not asked for, or have not changed.</summary>
internal sealed record LiveMessage
{
    public required string Type { get; init; }
    public required long Sequence { get; init; }
    public required FarmSummary Farm { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JobView>? Jobs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? JobsGone { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RenderView>? Renders { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? RendersGone { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TaskView>? Tasks { get; init; }

    /// <summary>So many tasks of the job that is watched have changed that their windows are to be asked for again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TasksReload { get; init; }

    public static LiveMessage Picture(FarmView view, Subscription wanted) => new()
    {
        Type = "picture",
        Sequence = view.Sequence,
        Farm = FarmSummary.Of(view),
        Jobs = wanted.JobsLimit is { } limit ? JobList.Of(view, new ListQuery("", "", 0, limit)).Jobs : null,
        Renders = wanted.Renders ? RenderRows(view, view.Farm.Renders.Keys.Order().Take(ListQuery.LimitMax)) : null,
        TasksReload = wanted.Tasks is not null,
    };

    /// <summary>Null when nothing of it was asked for.</summary>
    public static LiveMessage? Changes(FarmView view, Unseen.Batch batch, Subscription wanted)
    {
        var tasks = wanted.Tasks is { } job && view.Farm.Jobs.ContainsKey(job)
            ? batch.Tasks.Where(task => task.Job == job).Take(ListQuery.LimitMax).Select(task => TaskView.Of(view.Farm.Find(task.BlockId)!, task.Task, view)).ToList()   // a job keeps its blocks
            : [];
        var message = new LiveMessage
        {
            Type = "changes",
            Sequence = view.Sequence,
            Farm = FarmSummary.Of(view),
            Jobs = wanted.JobsLimit is null ? null : NullIfEmpty(JobRows(view, batch)),
            JobsGone = wanted.JobsLimit is null ? null : NullIfEmpty<int>([.. batch.JobsGone.Select(id => id.Value)]),
            Renders = wanted.Renders ? NullIfEmpty(RenderRows(view, batch.Renders)) : null,
            RendersGone = wanted.Renders ? NullIfEmpty<int>([.. batch.RendersGone.Select(id => id.Value)]) : null,
            Tasks = NullIfEmpty(tasks),
            TasksReload = wanted.Tasks is { } watched && batch.ManyTasks.Contains(watched),
        };
        var isEmpty = message is { Jobs: null, JobsGone: null, Renders: null, RendersGone: null, Tasks: null, TasksReload: false };
        return isEmpty ? null : message;
    }

    private static List<JobView> JobRows(FarmView view, Unseen.Batch batch)
    {
        var why = new WhyNot(view.Farm, view.Solver, view.Now);
        return [.. batch.Jobs.Where(view.Farm.Jobs.ContainsKey).Select(id => JobView.Of(view.Farm.Jobs[id], why))];
    }

    private static List<RenderView> RenderRows(FarmView view, IEnumerable<RenderId> ids) =>
        [.. ids.Where(view.Farm.Renders.ContainsKey).Select(id => RenderView.Of(view.Farm.Renders[id], view))];

    private static IReadOnlyList<T>? NullIfEmpty<T>(IReadOnlyList<T> rows) => rows.Count == 0 ? null : rows;
}

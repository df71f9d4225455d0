using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Gateways.Rest;

/// <summary>A window of the jobs, and how many match in all.</summary>
internal sealed record JobList(IReadOnlyList<JobView> Jobs, int Total, long Sequence)
{
    public static readonly string[] Sorts = ["id", "name", "user", "priority", "state", "progress"];

    /// <summary>Within a turn. Without a wish: what is active first, then by priority, then the older one.</summary>
    public static JobList Of(FarmView view, ListQuery query)
    {
        var matching = view.Farm.Jobs.Values.Where(job => Matches(job, query));
        var ordered = Order(matching, query);
        if (query.IsReversed) ordered = ordered.Reverse();
        var window = ordered.ToList();
        var why = new WhyNot(view.Farm, view.Solver, view.Now);
        return new JobList([.. window.Skip(query.From).Take(query.Limit).Select(job => JobView.Of(job, why))], window.Count, view.Sequence);
    }

    private static bool Matches(Job job, ListQuery query) => query.Filter.Length == 0 || query.Accepts(
        [job.Description.Name, job.Description.UserName, job.Description.Branch],
        key => key switch
        {
            "user" => job.Description.UserName,
            "state" => job.State.Word(),
            "branch" => job.Description.Branch,
            "project" => job.Description.Project,
            "name" => job.Description.Name,
            _ => null,
        });

    private static IEnumerable<Job> Order(IEnumerable<Job> jobs, ListQuery query) => query.SortWord switch
    {
        "id" => jobs.OrderBy(job => job.Id),
        "name" => jobs.OrderBy(job => job.Description.Name, StringComparer.OrdinalIgnoreCase).ThenBy(job => job.Id),
        "user" => jobs.OrderBy(job => job.Description.UserName, StringComparer.OrdinalIgnoreCase).ThenBy(job => job.Id),
        "priority" => jobs.OrderBy(job => job.Description.Priority).ThenBy(job => job.Id),
        "state" => jobs.OrderBy(job => job.State).ThenBy(job => job.Id),
        "progress" => jobs.OrderBy(job => (double)(job.Count(TaskState.Done) + job.Count(TaskState.Skipped)) / job.TaskCount).ThenBy(job => job.Id),
        _ => jobs.OrderBy(job => job.Done is not null).ThenByDescending(job => job.Description.Priority).ThenBy(job => job.Id),
    };
}

using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Limits of blocks, jobs, users and branches: in all, on each host, and within a second of the clock.</summary>
internal sealed class LimitRule(SecondCount second) : IRule
{
    public bool IsOfHost => true;

    public IEnumerable<string> Against(Candidate start)
    {
        var (job, runs) = (start.Job, start.Books.Runs.Values.ToList());
        if (IsFull(start.Own.MaxRunningTasks, runs.Count(run => run.Id.TaskId.BlockId == start.Block.Id))) yield return "over max_running_tasks of its block";
        foreach (var host in start.Hosts)
        {
            if (IsFull(start.Own.MaxRunningTasksPerHost, start.On(host).Count(run => run.Id.TaskId.BlockId == start.Block.Id))) yield return $"over max_running_tasks_per_host of its block on {host.Name}";
        }

        Func<TaskRunId, Job> jobOf = run => start.Stage.Farm.Jobs[run.Job];
        var owners = new List<(string Name, object Owner, WorkSettings Settings, Func<ToldRun, bool> IsOf)>
        {
            ("job", job, job.Description, run => run.Id.Job == job.Id),
            ("user", job.User, job.User.Settings, run => jobOf(run.Id).User == job.User),
        };
        owners.AddRange(start.Branches.Select(branch => ($"branch {branch.Path}", (object)branch, (WorkSettings)branch.Settings, (Func<ToldRun, bool>)(run => Candidate.Up(jobOf(run.Id).Branch).Contains(branch)))));
        foreach (var (name, owner, settings, isOf) in owners)
        {
            if (IsFull(settings.MaxRunningTasks, runs.Count(isOf))) yield return $"over max_running_tasks of its {name}";
            if (IsFull(settings.MaxTasksPerSecond, second.Of(owner))) yield return $"over max_tasks_per_second of its {name}";
            foreach (var host in start.Hosts)
            {
                if (IsFull(settings.MaxRunningTasksPerHost, start.On(host).Count(isOf))) yield return $"over max_running_tasks_per_host of its {name} on {host.Name}";
            }
        }
    }

    private static bool IsFull(int limit, int running) => limit >= 0 && running >= limit;
}

/// <summary>Starts within the present second of the clock, of those that limited them at that time. The count goes with the process.</summary>
internal sealed class SecondCount
{
    private readonly Dictionary<object, int> _starts = [];
    private long _second;

    public int Of(object owner) => _starts.GetValueOrDefault(owner);

    public void Clear() => _starts.Clear();

    public void Begin(DateTimeOffset now)
    {
        if (now.ToUnixTimeSeconds() == _second) return;
        _second = now.ToUnixTimeSeconds();
        _starts.Clear();
    }

    public void Count(Job job)
    {
        Count(job, job.Description);
        Count(job.User, job.User.Settings);
        foreach (var branch in Candidate.Up(job.Branch)) Count(branch, branch.Settings);
    }

    private void Count(object owner, WorkSettings settings)
    {
        if (settings.MaxTasksPerSecond > 0) _starts[owner] = Of(owner) + 1;
    }
}

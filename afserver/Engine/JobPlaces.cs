using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Finds what a job names of the farm around it: its user, its branch, the jobs that it waits for.</summary>
internal static class JobPlaces
{
    /// <summary>The names that a wrong one is compared with: the answer must not take seconds.</summary>
    private const int ComparedMax = 1000;

    /// <summary>Pairs of blocks that wait frame by frame across jobs: each is kept, and looked at when a task ends.</summary>
    private const int FrameEdgesMax = 100_000;

    /// <summary>An edited job with everything that it names found; what is not there is a problem.</summary>
    public static JobDescription Settle(Farm farm, Job job, JobDescription edited, List<FieldProblem> problems)
    {
        var now = job.Description;
        if (edited.UserName != now.UserName && !farm.Users.ContainsKey(edited.UserName))
            problems.Add(new("params.user_name", $"there is no user '{edited.UserName}'{Meant(edited.UserName, farm.Users.Keys)}"));
        if (edited.Branch != now.Branch)
        {
            edited = edited with { Branch = BranchPaths.Normal(edited.Branch) };
            if (!farm.Branches.ContainsKey(edited.Branch)) problems.Add(new("params.branch", $"there is no branch '{edited.Branch}'{Meant(edited.Branch, farm.Branches.Keys)}"));
        }

        if (ReferenceEquals(edited.DependJobs, now.DependJobs)) return edited;
        edited = edited with { DependJobs = SystemJobs.WithPreCommand(farm, job, Producers(farm, edited, "params.", problems)) };
        if (problems.Count == 0 && Circle(farm, job, edited.DependJobs) is { } through)
            problems.Add(new("params.depend_jobs", $"dependency cycle: {through} waits for {job.Id}"));
        return edited;
    }

    /// <summary>The jobs that it waits for, by serial.</summary>
    public static IReadOnlyList<JobDependency> Producers(Farm farm, JobDescription job, string path, List<FieldProblem> problems)
    {
        var (found, edges) = (new List<JobDependency>(), 0L);
        for (var i = 0; i < job.DependJobs.Count && problems.Count < FieldReader.ProblemsMax; i++)
        {
            var dependency = job.DependJobs[i];
            if (Producer(farm, job.UserName, dependency.Job) is not { } producer)
            {
                problems.Add(new($"{path}depend_jobs[{i}].job", Unknown(farm, job.UserName, dependency.Job)));
                continue;
            }

            found.Add(dependency with { Job = producer.Id.Value.ToString() });
            if (dependency.Frames) edges += (long)Math.Max(1, job.Blocks.Count) * producer.Blocks.Count;
        }

        if (edges > FrameEdgesMax) problems.Add(new($"{path}depend_jobs", $"would compare {edges} pairs of blocks frame by frame; {FrameEdgesMax} are possible. Wait for whole jobs, or for fewer"));
        return found.Count == 0 ? [] : found;
    }

    private static Job? Producer(Farm farm, string user, string text)
    {
        if (int.TryParse(text, out var serial) && farm.Jobs.TryGetValue(new JobId(serial), out var job)) return job;
        return farm.FindJobs(text).Where(named => named.Description.UserName == user).MaxBy(named => named.Id);
    }

    private static string Unknown(Farm farm, string user, string text)
    {
        if (int.TryParse(text, out _)) return $"there is no job {text}: it was deleted, or never submitted";
        var names = farm.Users.TryGetValue(user, out var known) ? known.Jobs.Take(ComparedMax).Select(job => job.Description.Name) : [];
        return $"'{user}' has no job named '{text}'{Meant(text, names)}";
    }

    private static string Meant(string name, IEnumerable<string> known) =>
        NearNames.Nearest(name, known.Take(ComparedMax)) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>A job that waits for this one by serial, among those that it is to wait for, and those that these wait for.</summary>
    private static JobId? Circle(Farm farm, Job job, IReadOnlyList<JobDependency> dependencies)
    {
        var seen = new HashSet<Job>();
        var open = new Stack<(Job? Waiter, JobDependency On)>(dependencies.Select(dependency => ((Job?)job, dependency)));
        while (open.TryPop(out var next))
        {
            if (JobLinks.Producer(next.On, farm.Jobs) is not { } producer) continue;
            if (producer == job) return next.Waiter?.Id;
            if (!seen.Add(producer)) continue;
            foreach (var dependency in producer.Description.DependJobs) open.Push((producer, dependency));
        }

        return null;
    }
}

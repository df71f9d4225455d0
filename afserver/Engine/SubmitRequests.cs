using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What came of a submission: the job's number, its name and where it landed, or why not.</summary>
internal sealed record Submission(JobId Job, string Name, string Branch, IReadOnlyList<FieldProblem> Problems)
{
    public bool IsForbidden { get; init; }
}

/// <summary>Decides what a submission adds to the farm: the job, and whatever of its user, its branches and its pre command is not there.</summary>
internal static class SubmitRequests
{
    /// <summary>The description must have no <see cref="JobProblems"/>.</summary>
    public static Decision<Submission> Submit(FarmView view, JobDescription job, Asker asker)
    {
        if ((Rights.Refusal(view, asker, job.UserName) ?? Rights.RefusalOfFavours(view, asker, new JobDescription(), job)) is { } forbidden)
            return new(new Submission(default, "", "", [new("", forbidden)]) { IsForbidden = true });
        var problems = new List<FieldProblem>();
        if (BranchPaths.Wanted(job).Any(char.IsControl)) problems.Add(new("branch", "must not hold control characters"));
        var producers = JobPlaces.Producers(view.Farm, job, "", problems);
        if (problems.Count > 0) return new(new Submission(default, "", "", problems));

        var changes = new List<Change>();
        if (!view.Farm.Users.ContainsKey(job.UserName)) changes.Add(new Change.UserSet(job.UserName, new UserSettings()) { At = view.Now });
        var (branch, made) = BranchPaths.Land(view, BranchPaths.Wanted(job));
        changes.AddRange(made);
        var name = JobNames.Free(view.Farm, job.Name);
        var id = view.Farm.NextJob;
        if (job.CommandPre.Length > 0)
        {
            var before = SystemJobs.PreCommand(view.Farm, job with { Name = name });
            if (job.UserName != SystemJobs.UserName) changes.AddRange(SystemJobs.UserSet(view.Farm, view.Now));
            changes.Add(new Change.JobSubmitted(id, before) { At = view.Now });
            producers = [new JobDependency { Job = id.Value.ToString() }, .. producers];
            id = new JobId(id.Value + 1);
        }

        changes.Add(new Change.JobSubmitted(id, job with { Name = name, Branch = branch, DependJobs = producers }) { At = view.Now });
        return new(new Submission(id, name, branch, []))
        {
            Changes = changes,
            Action = new UserAction(view.Now, asker.UserName, asker.HostName, "submit", id.ToString(), name),
        };
    }
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Small hidden jobs of the farm itself, which run what jobs want run before they start and after they are deleted.</summary>
internal static class SystemJobs
{
    public const string UserName = "afadmin";

    /// <summary>A command that has not ended by then hangs: such commands make folders and send messages.</summary>
    private const int RunSecondsMax = 60;

    /// <summary>A post command that nobody could run by then helps nobody.</summary>
    private const int LifeSeconds = 1800;

    /// <summary>Its job waits for it, however long the farm is closed; it goes with that job.</summary>
    public static JobDescription PreCommand(Farm farm, JobDescription of) => Describe(farm, of, "pre command", of.CommandPre, lifeSeconds: 0);

    /// <summary>What follows from the end of a job that is deleted now; to be made true in the same turn.</summary>
    public static IReadOnlyList<Change> PostCommand(Farm farm, Job job, DateTimeOffset now)
    {
        if (job.Description.CommandPost.Length == 0) return [];
        var after = Describe(farm, job.Description, "post command", job.Description.CommandPost, LifeSeconds);
        var submitted = new Change.JobSubmitted(farm.NextJob, after) { At = now };
        return farm.Users.ContainsKey(UserName) ? [submitted] : [new Change.UserSet(UserName, new UserSettings()) { At = now }, submitted];
    }

    /// <summary>Asks for the deletion of a job: what runs of it ends, and its pre command goes with it.</summary>
    public static List<Change> Leave(FarmView view, Job job)
    {
        var changes = new List<Change> { new Change.JobDeletionAsked(job.Id) { At = view.Now } };
        foreach (var run in job.Blocks.SelectMany(RunStops.Of)) RunStops.Ask(view, run, StopCause.Eject, changes);
        if (PreCommandOf(view.Farm, job) is { IsDeletionAsked: false } before) changes.AddRange(Leave(view, before));
        return changes;
    }

    /// <summary>The job as somebody would submit it again: without the wait for its own pre command.</summary>
    public static JobDescription AsSubmitted(Job job)
    {
        var whole = job.Whole;
        return WaitsForPreCommand(job) ? whole with { DependJobs = [.. whole.DependJobs.Skip(1)] } : whole;
    }

    private static Job? PreCommandOf(Farm farm, Job job) =>
        WaitsForPreCommand(job) && JobLinks.Producer(job.Description.DependJobs[0], farm.Jobs) is { } before && before.Description.UserName == UserName ? before : null;

    /// <summary>A pre command has the number before its job's, and stands first among what the job waits for.</summary>
    private static bool WaitsForPreCommand(Job job) =>
        job.Description.CommandPre.Length > 0 && job.Description.DependJobs.Count > 0
        && job.Description.DependJobs[0] == new JobDependency { Job = (job.Id.Value - 1).ToString() };

    private static JobDescription Describe(Farm farm, JobDescription of, string what, string command, int lifeSeconds) => new()
    {
        Name = JobNames.Free(farm, JobNames.With(of.Name, $": {what}")),
        UserName = UserName,
        HostName = of.HostName,
        Priority = of.Priority,
        Hidden = true,
        TimeLife = lifeSeconds,
        Blocks =
        [
            new BlockDescription
            {
                Name = what,
                Service = "generic",
                ErrorsRetries = 9,
                ErrorsAvoidHost = 3,
                ErrorsTaskSameHost = 1,
                ErrorsForgiveTime = 600,
                TaskMaxRunTime = RunSecondsMax,
                Tasks = [new TaskDescription { Name = of.Name, Command = command }],
            },
        ],
    };
}

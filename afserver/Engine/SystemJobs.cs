using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Small hidden jobs of the farm itself, which run what jobs want run before they start and after they are deleted.</summary>
internal static class SystemJobs
{
    public const string UserName = "afadmin";

    private const string PreName = "pre command";
    private const string PostName = "post command";

    /// <summary>A command that has not ended by then hangs: such commands make folders and send messages.</summary>
    private const int RunSecondsMax = 60;

    /// <summary>A post command that nobody could run by then helps nobody.</summary>
    private const int LifeSeconds = 1800;

    /// <summary>Its job waits for it, however long the farm is closed; it goes with that job.</summary>
    public static JobDescription PreCommand(Farm farm, JobDescription of) => Describe(farm, of, PreName, of.CommandPre, lifeSeconds: 0);

    /// <summary>The user of the farm's own jobs, where it is not there yet.</summary>
    public static IEnumerable<Change> UserSet(Farm farm, DateTimeOffset now) =>
        farm.Users.ContainsKey(UserName) ? [] : [new Change.UserSet(UserName, new UserSettings { Hidden = true }) { At = now }];

    /// <summary>
    /// What follows from the deletion of a job, however it came about; to be made true in the same turn: its pre command goes with
    /// it, as soon as it does not run, and its post command comes.
    /// </summary>
    public static IReadOnlyList<Change> PostCommand(Farm farm, Job job, DateTimeOffset now)
    {
        var changes = new List<Change>();
        if (PreCommandOf(farm, job) is { IsDeletionAsked: false } before) changes.Add(new Change.JobDeletionAsked(before.Id) { At = now });
        if (job.Description.CommandPost.Length == 0) return changes;
        changes.AddRange(UserSet(farm, now));
        changes.Add(new Change.JobSubmitted(farm.NextJob, Describe(farm, job.Description, PostName, job.Description.CommandPost, LifeSeconds)) { At = now });
        return changes;
    }

    /// <summary>The job as somebody would submit it again: without the wait for its own pre command.</summary>
    public static JobDescription AsSubmitted(Job job)
    {
        var whole = job.Whole;
        return job.Description.CommandPre.Length > 0 && NamesOneBefore(job) ? whole with { DependJobs = [.. whole.DependJobs.Skip(1)] } : whole;
    }

    /// <summary>What an edited job waits for: its pre command as before.</summary>
    public static IReadOnlyList<JobDependency> WithPreCommand(Farm farm, Job job, IReadOnlyList<JobDependency> edited) =>
        PreCommandOf(farm, job) is null || edited.Contains(job.Description.DependJobs[0]) ? edited : [job.Description.DependJobs[0], .. edited];

    private static Job? PreCommandOf(Farm farm, Job job) =>
        NamesOneBefore(job) && JobLinks.Producer(job.Description.DependJobs[0], farm.Jobs) is { } before
        && before.Description.UserName == UserName && before.Blocks[0].Description.Name == PreName ? before : null;

    /// <summary>A pre command has the number before its job's, and stands first among what the job waits for.</summary>
    private static bool NamesOneBefore(Job job) =>
        job.Description.DependJobs.Count > 0 && job.Description.DependJobs[0] == new JobDependency { Job = (job.Id.Value - 1).ToString() };

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

using Afanasy.Model;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Gateways.Views;

/// <summary>How many tasks stand where; the same members on a job and on a block.</summary>
internal abstract record TaskCounts
{
    public int TasksTotal { get; init; }
    public int TasksDone { get; init; }
    public int TasksRunning { get; init; }
    public int TasksReady { get; init; }
    public int TasksWaiting { get; init; }
    public int TasksError { get; init; }
    public int TasksSkipped { get; init; }
    public int TasksSuspended { get; init; }

    /// <summary>0 to 100: the share of tasks that are done or skipped.</summary>
    public double Progress { get; init; }

    protected static double Share(int finished, int total) => total == 0 ? 0 : Math.Round(100.0 * finished / total, 2);
}

/// <summary>A job as the doors show it.</summary>
internal sealed record JobView : TaskCounts
{
    public int Id { get; init; }
    public int Serial { get; init; }
    public string Name { get; init; } = "";
    public string UserName { get; init; } = "";
    public string HostName { get; init; } = "";
    public int Priority { get; init; }
    public string State { get; init; } = "";
    public bool Hidden { get; init; }
    public string Annotation { get; init; } = "";
    public string Description { get; init; } = "";
    public string CustomData { get; init; } = "";
    public string Branch { get; init; } = "";
    public string Project { get; init; } = "";
    public string Department { get; init; } = "";
    public int MaxRunningTasks { get; init; }
    public IReadOnlyDictionary<string, string> Folders { get; init; } = new Dictionary<string, string>();
    public DateTimeOffset TimeCreation { get; init; }
    public DateTimeOffset? TimeStarted { get; init; }
    public DateTimeOffset? TimeDone { get; init; }

    /// <summary>Why it waits, in one sentence; null when there is nothing to explain.</summary>
    public string? Reason { get; init; }

    public IReadOnlyList<BlockView> Blocks { get; init; } = [];

    public static JobView Of(Job job, WhyNot why)
    {
        var description = job.Description;
        var (done, skipped, total) = (job.Count(TaskState.Done), job.Count(TaskState.Skipped), job.TaskCount);
        return new JobView
        {
            Id = job.Id.Value,
            Serial = job.Id.Value,
            Name = description.Name,
            UserName = description.UserName,
            HostName = description.HostName,
            Priority = description.Priority,
            State = job.State.Word(),
            Hidden = description.Hidden,
            Annotation = description.Annotation,
            Description = description.Description,
            CustomData = description.CustomData,
            Branch = description.Branch,
            Project = description.Project,
            Department = description.Department,
            MaxRunningTasks = description.MaxRunningTasks,
            Folders = description.Folders,
            TasksTotal = total,
            TasksDone = done,
            TasksRunning = job.RunningTasks,
            TasksReady = job.Count(TaskState.Ready),
            TasksWaiting = job.Count(TaskState.Waiting),
            TasksError = job.Count(TaskState.Error),
            TasksSkipped = skipped,
            TasksSuspended = job.Count(TaskState.Suspended),
            Progress = Share(done + skipped, total),
            TimeCreation = job.Created,
            TimeStarted = job.Started,
            TimeDone = job.Done,
            Reason = why.Explain(job).Reason,
            Blocks = [.. job.Blocks.Select(BlockView.Of)],
        };
    }
}

/// <summary>A block as the doors show it.</summary>
internal sealed record BlockView : TaskCounts
{
    /// <summary>More runs of equal states than this are no picture any more; the tasks can be asked for.</summary>
    private const int StripRunsMax = 256;

    public int Block { get; init; }
    public string Name { get; init; } = "";
    public string Service { get; init; } = "";
    public bool Numeric { get; init; }
    public long FrameFirst { get; init; }
    public long FrameLast { get; init; }
    public long FramesPerTask { get; init; }
    public long FramesInc { get; init; }
    public int Capacity { get; init; }
    public int MaxRunningTasks { get; init; }
    public string DependMask { get; init; } = "";
    public string TasksDependMask { get; init; } = "";
    public string Command { get; init; } = "";
    public string WorkingDirectory { get; init; } = "";
    public IReadOnlyList<string> Files { get; init; } = [];
    public string State { get; init; } = "";

    /// <summary>States in task order, run-length coded: "done:12,running:2,ready:86"; ends with ",…" when cut.</summary>
    public string Strip { get; init; } = "";

    public static BlockView Of(Block block)
    {
        var (description, states) = (block.Description, block.States);
        var (done, skipped) = (states.Count(TaskState.Done), states.Count(TaskState.Skipped));
        return new BlockView
        {
            Block = block.Number,
            Name = description.Name,
            Service = description.Service,
            Numeric = description.IsNumeric,
            FrameFirst = description.FrameFirst,
            FrameLast = description.FrameLast,
            FramesPerTask = description.FramesPerTask,
            FramesInc = description.FramesInc,
            Capacity = description.Capacity,
            MaxRunningTasks = description.MaxRunningTasks,
            DependMask = description.DependMask,
            TasksDependMask = description.TasksDependMask,
            Command = description.Command,
            WorkingDirectory = description.WorkingDirectory,
            Files = description.Files,
            State = StateOf(states),
            Strip = StripOf(states),
            TasksTotal = states.Size,
            TasksDone = done,
            TasksRunning = states.Count(TaskState.Running),
            TasksReady = states.Count(TaskState.Ready),
            TasksWaiting = states.Count(TaskState.Waiting),
            TasksError = states.Count(TaskState.Error),
            TasksSkipped = skipped,
            TasksSuspended = states.Count(TaskState.Suspended),
            Progress = Share(done + skipped, states.Size),
        };
    }

    /// <summary>The words of jobs: a block whose tasks are all held is paused.</summary>
    public static string StateOf(TaskStates states) => (
        states.AllFinished ? JobState.Done
        : states.Count(TaskState.Running) > 0 ? JobState.Running
        : states.Count(TaskState.Ready) > 0 ? JobState.Ready
        : states.Count(TaskState.Error) > 0 ? JobState.Error
        : states.Count(TaskState.Waiting) > 0 ? JobState.Waiting
        : JobState.Paused).Word();

    private static string StripOf(TaskStates states)
    {
        var runs = states.Runs(StripRunsMax + 1).ToList();
        var strip = string.Join(',', runs.Take(StripRunsMax).Select(run => $"{run.State.Word()}:{run.Last - run.First + 1}"));
        return runs.Count > StripRunsMax ? strip + ",…" : strip;
    }
}

using Afanasy.Model;

namespace AfServer.Model;

/// <summary>A fact about the farm. Journaled first, then applied; applying one cannot fail.</summary>
public abstract record Change
{
    private Change()
    {
    }

    public required DateTimeOffset At { get; init; }

    /// <summary>Somebody submits for the first time.</summary>
    public sealed record UserRegistered(string Name) : Change;

    public sealed record JobSubmitted(JobId Job, JobDescription Description) : Change;

    public sealed record JobPaused(JobId Job) : Change;

    public sealed record JobResumed(JobId Job) : Change;

    public sealed record JobPriorityChanged(JobId Job, int Priority) : Change;

    /// <summary>The job is gone, with all that it had; nothing of it runs any more.</summary>
    public sealed record JobDeleted(JobId Job) : Change;

    /// <summary>The job goes as soon as nothing of it runs; nothing of it starts any more.</summary>
    public sealed record JobDeletionAsked(JobId Job) : Change;

    public sealed record RunStarted(TaskRunId Run, RenderId Render) : Change;

    /// <summary>A person wants a running task ended; afterwards it is <paramref name="Then"/> (Ready or Skipped).</summary>
    public sealed record RunStopAsked(TaskRunId Run, TaskState Then) : Change;

    public sealed record RunEnded(TaskRunId Run, RunOutcome Outcome, int ExitCode, string Reason) : Change;

    /// <summary>These tasks (both ends included), none of them running, start anew with no errors counted.</summary>
    public sealed record TasksRestarted(BlockId Block, int First, int Last) : Change;

    /// <summary>These tasks (both ends included), none of them running or done, need not run.</summary>
    public sealed record TasksSkipped(BlockId Block, int First, int Last) : Change;

    /// <summary>A render of this name registered, for the first time or with other qualities than before.</summary>
    public sealed record RenderRegistered(RenderId Render, string Name, RenderOffer Offer) : Change;

    public sealed record RenderDeleted(RenderId Render) : Change;

    // The next four stand only in snapshots: a snapshot is a list of changes that rebuilds the farm.

    /// <summary>The highest numbers given so far, so that none is given twice.</summary>
    public sealed record NumbersRestored(int LastJob, int LastRender) : Change;

    public sealed record JobTimesRestored(JobId Job, DateTimeOffset? Started, DateTimeOffset? Done) : Change;

    /// <summary>These tasks (both ends included) stand so, and have run once or never.</summary>
    public sealed record TasksRestored(BlockId Block, int First, int Last, TaskState State, bool RanOnce) : Change;

    /// <summary>What is remembered of one task: runs so far, errors counted, and the render that had it last.</summary>
    public sealed record TaskRestored(TaskId Task, int Runs, int Errors, RenderId? LastRender) : Change;
}

/// <summary>What a render brings to the farm.</summary>
public sealed record RenderOffer
{
    public string InstanceId { get; init; } = "";
    public string HostName { get; init; } = "";
    public string OperatingSystem { get; init; } = "";
    public int Cores { get; init; }
    public int MemoryMegabytes { get; init; }

    /// <summary>The sum of capacities that it runs at a time.</summary>
    public int Capacity { get; init; }

    /// <summary>Runs at a time; 0 is no limit but the capacity.</summary>
    public int MaxTasks { get; init; }

    /// <summary>The kinds of work that it does, sorted; none means any.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public bool IsSameAs(RenderOffer other) => this with { Services = other.Services } == other && Services.SequenceEqual(other.Services);
}

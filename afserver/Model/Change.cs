using Afanasy.Model;

namespace AfServer.Model;

/// <summary>A fact about the farm. Journaled first, then applied; applying one cannot fail.</summary>
public abstract record Change
{
    private Change()
    {
    }

    public required DateTimeOffset At { get; init; }

    /// <summary>Somebody is known from now on, or has other settings than before.</summary>
    public sealed record UserSet(string Name, UserSettings Settings) : Change;

    /// <summary>A user without jobs is forgotten.</summary>
    public sealed record UserDeleted(string Name) : Change;

    /// <summary>A branch is there from now on, or has other settings than before; the one above it is there.</summary>
    public sealed record BranchSet(string Path, BranchSettings Settings) : Change;

    /// <summary>A branch without jobs and branches is gone.</summary>
    public sealed record BranchDeleted(string Path) : Change;

    /// <summary>A pool is there from now on, or has other settings than before; the one above it is there.</summary>
    public sealed record PoolSet(string Path, PoolSettings Settings) : Change;

    /// <summary>A pool without renders and pools is gone.</summary>
    public sealed record PoolDeleted(string Path) : Change;

    /// <summary>The job's branch and its user are there; names of jobs that it waits for are serials already.</summary>
    public sealed record JobSubmitted(JobId Job, JobDescription Description) : Change;

    /// <summary>The job is described so from now on; its blocks stay as they are and are not in the description.</summary>
    public sealed record JobEdited(JobId Job, JobDescription Description) : Change;

    /// <summary>The block is described so from now on; its listed tasks stay as they are and are not in the description.</summary>
    public sealed record BlockEdited(BlockId Block, BlockDescription Description) : Change;

    public sealed record BlocksAppended(JobId Job, IReadOnlyList<BlockDescription> Blocks) : Change;

    public sealed record TasksAppended(BlockId Block, IReadOnlyList<TaskDescription> Tasks) : Change;

    public sealed record JobPaused(JobId Job) : Change;

    public sealed record JobResumed(JobId Job) : Change;

    public sealed record JobPriorityChanged(JobId Job, int Priority) : Change;

    /// <summary>The moment before which nothing of the job was to start has come.</summary>
    public sealed record JobTimeCame(JobId Job) : Change;

    /// <summary>These tasks of the job start before all others, in this order.</summary>
    public sealed record TryNextSet(JobId Job, IReadOnlyList<TaskId> Tasks) : Change;

    /// <summary>Where jobs of a user stand among those of the same priority; the lesser is served first.</summary>
    public sealed record JobsOrdered(IReadOnlyList<(JobId Job, long Order)> Orders) : Change;

    /// <summary>The job goes as soon as nothing of it runs; nothing of it starts any more.</summary>
    public sealed record JobDeletionAsked(JobId Job) : Change;

    /// <summary>The job is gone, with all that it had; nothing of it runs any more.</summary>
    public sealed record JobDeleted(JobId Job) : Change;

    /// <summary>A render has a task; what it has reserved for it stands here, so that no later edit confuses the books.</summary>
    public sealed record RunStarted(TaskRunId Run, RenderId Render) : Change
    {
        public RunGrant Grant { get; init; } = new();
    }

    /// <summary>A running task is to end; the cause says what it is afterwards.</summary>
    public sealed record RunStopAsked(TaskRunId Run, StopCause Cause) : Change;

    /// <summary>A run is to make room for a job of higher priority, and has until then to end by itself.</summary>
    public sealed record RunPreempted(TaskRunId Run, DateTimeOffset Until) : Change;

    /// <summary>A run need not make room any more.</summary>
    public sealed record RunSpared(TaskRunId Run) : Change;

    /// <summary>A run of a block whose consumers go on frame by frame has finished all frames before this one; of one run it only grows.</summary>
    public sealed record FramesPassed(TaskRunId Run, long Frame) : Change;

    public sealed record RunEnded(TaskRunId Run, RunOutcome Outcome, int ExitCode, string Reason) : Change;

    /// <summary>These tasks (both ends included), none of them running, are marked by a person.</summary>
    public sealed record TasksMarked(BlockId Block, int First, int Last, TaskMark Mark) : Change;

    /// <summary>Errors on one render, or on all, are forgotten by a block and its tasks.</summary>
    public sealed record ErrorHostsForgotten(BlockId Block, RenderId? Render) : Change;

    /// <summary>A block that got no licence may try again.</summary>
    public sealed record BlockWoken(BlockId Block) : Change;

    /// <summary>A render of this name registered, for the first time or with other qualities than before.</summary>
    public sealed record RenderRegistered(RenderId Render, string Name, RenderOffer Offer) : Change;

    /// <summary>A render is in this pool, with these settings of people.</summary>
    public sealed record RenderSet(RenderId Render, string Pool, RenderSettings Settings) : Change;

    /// <summary>A sick render is taken for well again.</summary>
    public sealed record RenderHealed(RenderId Render) : Change;

    public sealed record RenderDeleted(RenderId Render) : Change;

    // The rest stands only in snapshots: a snapshot is a list of changes that rebuilds the farm.

    /// <summary>The highest numbers given so far, so that none is given twice.</summary>
    public sealed record NumbersRestored(int LastJob, int LastRender) : Change;

    public sealed record JobTimesRestored(JobId Job, DateTimeOffset? Started, DateTimeOffset? Done) : Change;

    /// <summary>These tasks (both ends included) stand so, and have run once or never.</summary>
    public sealed record TasksRestored(BlockId Block, int First, int Last, TaskState State, bool RanOnce) : Change;

    /// <summary>What is remembered of one task: runs so far, errors counted, the render that had it last, and its own memory need.</summary>
    public sealed record TaskRestored(TaskId Task, int Runs, int Errors, RenderId? LastRender, RunOutcome? LastOutcome, int Memory) : Change;

    /// <summary>Errors that a block (task -1) or one of its tasks had on a render.</summary>
    public sealed record ErrorHostRestored(BlockId Block, int Task, RenderId Render, int Errors) : Change;

    /// <summary>A block sleeps until then for want of a licence, and this is what its finished runs took.</summary>
    public sealed record BlockRestored(BlockId Block, DateTimeOffset? SleepsUntil, RunTimes Times) : Change;

    /// <summary>What a branch, a user or a job had lately.</summary>
    public sealed record ShareRestored(ShareOwner Owner, string Path, string User, JobId? Job, long LastSolved, double Usage, Totals Totals) : Change;

    /// <summary>When a run last began or ended on a render.</summary>
    public sealed record RenderTurnRestored(RenderId Render) : Change;

    /// <summary>Who had errors on a render in a row, and whether it is sick of it.</summary>
    public sealed record RenderHealthRestored(RenderId Render, IReadOnlyList<string> Users, bool IsSick) : Change;
}

/// <summary>What a render reserved for a run.</summary>
public sealed record RunGrant
{
    /// <summary>Capacity in all; 0 is the block's.</summary>
    public int Capacity { get; init; }

    /// <summary>How many times the block's capacity that is; 0 when it is not variable.</summary>
    public int Coefficient { get; init; }

    public int MemoryMegabytes { get; init; }
    public int Cores { get; init; }
    public int DiskGigabytes { get; init; }

    /// <summary>Devices of its own, by their number on the render.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [];

    /// <summary>The device that it shares, or -1, and the memory that it reserves there or on each of its own.</summary>
    public int SharedGpu { get; init; } = -1;

    public int GpuMegabytes { get; init; }

    /// <summary>Tickets taken, by name, on each of its hosts.</summary>
    public IReadOnlyList<(string Name, int Count)> Tickets { get; init; } = [];

    /// <summary>The other hosts of a multi-host task.</summary>
    public IReadOnlyList<RenderId> Helpers { get; init; } = [];
}

/// <summary>What a person says of tasks that do not run. The numbers are journaled: never change or reuse one.</summary>
public enum TaskMark
{
    /// <summary>Starts anew with no errors counted.</summary>
    Restart = 1,

    /// <summary>Need not run.</summary>
    Skip = 2,

    /// <summary>Is done, whatever it was.</summary>
    Done = 3,

    /// <summary>Held until it is continued.</summary>
    Suspend = 4,

    /// <summary>No longer held.</summary>
    Continue = 5,
}

/// <summary>Whose share a <see cref="Change.ShareRestored"/> tells. The numbers are journaled.</summary>
public enum ShareOwner
{
    Branch = 1,
    User = 2,
    UserInBranch = 3,
    Job = 4,
}

/// <summary>What finished runs took so far.</summary>
public readonly record struct Totals(long TasksDone, long Errors, double RunSeconds);

/// <summary>How long the good runs of a block took, in seconds.</summary>
public readonly record struct RunTimes(int Count, double Sum, double Least, double Most)
{
    public double? Mean => Count == 0 ? null : Sum / Count;

    public RunTimes With(double seconds) =>
        Count == 0 ? new(1, seconds, seconds, seconds) : new(Count + 1, Sum + seconds, Math.Min(Least, seconds), Math.Max(Most, seconds));
}

using Afanasy.Model;

namespace AfServer.Model;

/// <summary>One job and all that the farm knows of it.</summary>
internal sealed class Job
{
    public Job(JobId id, JobDescription description, DateTimeOffset created)
    {
        Id = id;
        Description = description;
        Created = created;
        IsPaused = description.Offline;
        Blocks = [.. description.Blocks.Select((_, number) => new Block(this, number))];
        foreach (var block in Blocks) block.Connect();
        foreach (var block in Blocks) block.SettleWaiting();
    }

    public JobId Id { get; }

    /// <summary>As submitted, with later edits.</summary>
    public JobDescription Description { get; set; }

    public IReadOnlyList<Block> Blocks { get; }

    public DateTimeOffset Created { get; }

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Done { get; set; }

    public bool IsPaused { get; set; }

    public bool IsDeletionAsked { get; set; }

    public int RunningTasks { get; set; }

    public int Count(TaskState state) => Blocks.Sum(block => block.States.Count(state));

    public int TaskCount => Blocks.Sum(block => block.States.Size);

    public bool IsFinished => Blocks.All(block => block.States.AllFinished);

    /// <summary>Whether the job's own limits let one more task start.</summary>
    public bool MayStartMore =>
        !IsPaused && !IsDeletionAsked && Description.Priority > 0
        && (Description.MaxRunningTasks < 0 || RunningTasks < Description.MaxRunningTasks);

    public JobState State =>
        IsFinished ? JobState.Done
        : IsPaused ? JobState.Paused
        : RunningTasks > 0 ? JobState.Running
        : Blocks.Any(block => block.States.Count(TaskState.Ready) > 0) ? JobState.Ready
        : Blocks.Any(block => block.States.Count(TaskState.Error) > 0) ? JobState.Error
        : JobState.Waiting;
}

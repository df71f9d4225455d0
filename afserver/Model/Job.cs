using Afanasy.Model;

namespace AfServer.Model;

/// <summary>One job and all that the farm knows of it.</summary>
internal sealed class Job
{
    private readonly List<Block> _blocks = [];

    public Job(JobId id, JobDescription description, User user, Branch branch, DateTimeOffset created)
    {
        Id = id;
        Description = description with { Blocks = [] };
        User = user;
        Created = created;
        Order = (long)id.Value << OrderBits;
        IsPaused = description.Offline;
        foreach (var block in description.Blocks) Add(block);
        Owner = branch.Add(this, user);
        user.Add(this);
    }

    /// <summary>Room between two neighbours in the manual order.</summary>
    public const int OrderBits = 20;

    public JobId Id { get; }

    /// <summary>As submitted, with later edits, without its blocks.</summary>
    public JobDescription Description { get; set; }

    /// <summary>The description with the blocks as they are now.</summary>
    public JobDescription Whole => Description with { Blocks = [.. _blocks.Select(block => block.Description)] };

    public IReadOnlyList<Block> Blocks => _blocks;

    public User User { get; private set; }

    /// <summary>Where it stands in the tree of branches and users.</summary>
    public BranchUser Owner { get; private set; }

    public Branch Branch => Owner.Branch;

    public Share Share { get; } = new();

    public DateTimeOffset Created { get; }

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Done { get; set; }

    public bool IsPaused { get; set; }

    public bool IsDeletionAsked { get; set; }

    /// <summary>The moment before which nothing starts has not come yet.</summary>
    public bool IsBeforeItsTime { get; set; }

    /// <summary>Among jobs of the same user and priority the lesser is served first.</summary>
    public long Order { get; set; }

    /// <summary>Tasks to start before all others.</summary>
    public IReadOnlyList<TaskId> TryNext { get; set; } = [];

    /// <summary>Unfinished jobs whose names its masks match.</summary>
    public HashSet<Job> HeldBy { get; } = [];

    /// <summary>Jobs whose masks match its name.</summary>
    public HashSet<Job> Holds { get; } = [];

    /// <summary>Jobs that it names one by one, and the end that it waits for.</summary>
    public List<(Job Producer, DependOutcome On)> Listed { get; } = [];

    public HashSet<Job> ListedBy { get; } = [];

    /// <summary>How the job has ended as far as others wait for that; null when it has not.</summary>
    public DependOutcome? End => IsFinished ? DependOutcome.Done : IsFailed ? DependOutcome.Failed : null;

    /// <summary>The end that those who named it were last told of.</summary>
    public DependOutcome? ToldEnd { get; set; }

    public int RunningTasks => Share.Running;

    public int TaskCount => _blocks.Sum(block => block.States.Size);

    public bool IsFinished => _blocks.TrueForAll(block => block.States.AllFinished);

    /// <summary>Some tasks failed for good, and nothing else can go on.</summary>
    public bool IsFailed => RunningTasks == 0 && Count(TaskState.Ready) == 0 && Count(TaskState.Error) > 0;

    /// <summary>Waits for other jobs.</summary>
    public bool IsHeld => HeldBy.Count > 0 || Listed.Exists(listed => !IsMet(listed.Producer, listed.On));

    public JobState State =>
        IsFinished ? JobState.Done
        : IsPaused ? JobState.Paused
        : RunningTasks > 0 ? JobState.Running
        : IsHeld || IsBeforeItsTime ? JobState.Waiting
        : Count(TaskState.Ready) > 0 ? JobState.Ready
        : Count(TaskState.Error) > 0 ? JobState.Error
        : Count(TaskState.Waiting) > 0 ? JobState.Waiting
        : JobState.Paused;

    public int Count(TaskState state) => _blocks.Sum(block => block.States.Count(state));

    public Block Add(BlockDescription description)
    {
        var block = new Block(this, _blocks.Count, description);
        _blocks.Add(block);
        return block;
    }

    /// <summary>Another owner or another place in the tree.</summary>
    public void Move(User user, Branch branch)
    {
        if (user == User && branch == Branch) return;
        foreach (var share in SharesAbove()) share.Take(-Share.Running, -Share.Capacity);
        Branch.Remove(this);
        User.Remove(this);
        User = user;
        Owner = branch.Add(this, user);
        user.Add(this);
        foreach (var share in SharesAbove()) share.Take(Share.Running, Share.Capacity);
    }

    private IEnumerable<Share> SharesAbove() => [Owner.Share, User.Share, .. Branch.Chain().Select(branch => branch.Share)];

    public static bool IsMet(Job producer, DependOutcome on) =>
        producer.End is { } end && (on == DependOutcome.Any || end == on);
}

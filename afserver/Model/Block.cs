using Afanasy.Model;

namespace AfServer.Model;

/// <summary>One block of a job. Tasks that nothing happened to are a bit in <see cref="States"/> and nothing else.</summary>
internal sealed class Block
{
    private readonly Dictionary<int, JobTask> _remembered = [];
    private readonly List<Block> _waitsFor = [];
    private readonly List<Block> _waitsFrameByFrameFor = [];
    private readonly List<Block> _heldBack = [];
    private readonly List<Block> _heldBackFrameByFrame = [];
    private TaskSet? _ranOnce;

    public Block(Job job, int number)
    {
        Job = job;
        Number = number;
        States = new TaskStates(Description.TaskCount, TaskState.Ready);
    }

    public Job Job { get; }

    public int Number { get; }

    public BlockId Id => new(Job.Id, Number);

    public BlockDescription Description => Job.Description.Blocks[Number];

    public TaskStates States { get; }

    /// <summary>Blocks that must be finished before anything here starts.</summary>
    public IReadOnlyList<Block> WaitsFor => _waitsFor;

    /// <summary>Blocks whose tasks of the same frames must be finished first.</summary>
    public IReadOnlyList<Block> WaitsFrameByFrameFor => _waitsFrameByFrameFor;

    /// <summary>Blocks that wait for this one.</summary>
    public IReadOnlyList<Block> HeldBack => _heldBack;

    public IReadOnlyList<Block> HeldBackFrameByFrame => _heldBackFrameByFrame;

    /// <summary>Whether its own limit lets one more task start.</summary>
    public bool MayStartMore => Description.MaxRunningTasks < 0 || States.Count(TaskState.Running) < Description.MaxRunningTasks;

    /// <summary>Tasks of which more is known than their state.</summary>
    public IReadOnlyDictionary<int, JobTask> Remembered => _remembered;

    public JobTask? Find(int task) => _remembered.GetValueOrDefault(task);

    /// <summary>Attempts so far.</summary>
    public int RunsOf(int task) => Find(task)?.Runs ?? (RanOnce(task) ? 1 : 0);

    public JobTask Remember(int task)
    {
        if (_remembered.TryGetValue(task, out var known)) return known;
        var fresh = new JobTask { Runs = RunsOf(task) };
        _remembered.Add(task, fresh);
        return fresh;
    }

    /// <summary>Drops what need not be remembered of a task that does not run: most tasks run once and well.</summary>
    public void ForgetIfPlain(int task)
    {
        if (!_remembered.TryGetValue(task, out var known) || known.Runs > 1 || known.Errors > 0 || known.Run is not null) return;
        if (States.Of(task) is TaskState.Ready or TaskState.Waiting && known.LastRender is not null) return;
        _remembered.Remove(task);
        if (known.Runs == 1) (_ranOnce ??= new TaskSet(States.Size)).Add(task);
    }

    /// <summary>State and "has run once" of all tasks, as runs of equal ones in task order.</summary>
    public IEnumerable<(TaskState State, bool RanOnce, int First, int Last)> Describe()
    {
        foreach (var (state, first, last) in States.Runs())
        {
            var start = first;
            for (var task = first + 1; task <= last; task++)
            {
                if (RanOnce(task) == RanOnce(start)) continue;
                yield return (state, RanOnce(start), start, task - 1);
                start = task;
            }

            yield return (state, RanOnce(start), start, last);
        }
    }

    public void Restore(int first, int last, TaskState state, bool ranOnce)
    {
        for (var task = first; task <= last; task++)
        {
            States.Set(task, state);
            if (ranOnce) (_ranOnce ??= new TaskSet(States.Size)).Add(task);
        }
    }

    /// <summary>Finds the blocks that this one waits for; once, when all blocks of the job exist.</summary>
    public void Connect()
    {
        foreach (var other in BlockDependencies.Matches(Job.Description, Number, Description.DependMask))
        {
            _waitsFor.Add(Job.Blocks[other]);
            Job.Blocks[other]._heldBack.Add(this);
        }

        foreach (var other in BlockDependencies.Matches(Job.Description, Number, Description.TasksDependMask))
        {
            _waitsFrameByFrameFor.Add(Job.Blocks[other]);
            Job.Blocks[other]._heldBackFrameByFrame.Add(this);
        }
    }

    /// <summary>At birth nothing is finished: whatever waits for anything, waits.</summary>
    public void SettleWaiting()
    {
        if (_waitsFor.Count > 0 || _waitsFrameByFrameFor.Count > 0) States.MoveAll(TaskState.Ready, TaskState.Waiting);
    }

    private bool RanOnce(int task) => _ranOnce is { } once && once.Contains(task);
}

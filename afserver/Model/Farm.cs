using Afanasy.Model;

namespace AfServer.Model;

/// <summary>
/// The whole state of the farm that outlives the process. Owned by the engine's thread; <see cref="Apply"/> is the only way to
/// modify it, live and on replay.
/// </summary>
internal sealed partial class Farm
{
    private readonly Dictionary<JobId, Job> _jobs = [];
    private readonly Dictionary<string, HashSet<Job>> _jobsByName = [];
    private readonly Dictionary<RenderId, Render> _renders = [];
    private readonly Dictionary<string, Render> _rendersByName = [];
    private readonly Dictionary<string, User> _users = [];
    private readonly Dictionary<string, Branch> _branches = [];
    private readonly Dictionary<string, Pool> _pools = [];
    private readonly Dictionary<TaskRunId, TaskRun> _running = [];
    private readonly HashSet<Job> _leaving = [];
    private readonly JobWaits _waits = new();
    private int _lastJob;
    private int _lastRender;
    private long _lastStart;

    public Farm()
    {
        _branches.Add(Branch.RootPath, new Branch(Branch.RootPath, null, BranchSettings.Root, DateTimeOffset.UnixEpoch));
        _pools.Add(Pool.RootPath, new Pool(Pool.RootPath, null, PoolSettings.Root, DateTimeOffset.UnixEpoch));
    }

    public IReadOnlyDictionary<JobId, Job> Jobs => _jobs;

    public IReadOnlyDictionary<RenderId, Render> Renders => _renders;

    public IReadOnlyDictionary<string, User> Users => _users;

    /// <summary>By path; the root is always there.</summary>
    public IReadOnlyDictionary<string, Branch> Branches => _branches;

    /// <summary>By path; the root is always there.</summary>
    public IReadOnlyDictionary<string, Pool> Pools => _pools;

    public Branch RootBranch => _branches[Branch.RootPath];

    public Pool RootPool => _pools[Pool.RootPath];

    public IReadOnlyDictionary<TaskRunId, TaskRun> Running => _running;

    /// <summary>Jobs that are to be deleted as soon as nothing of them runs.</summary>
    public IReadOnlyCollection<Job> Leaving => _leaving;

    /// <summary>What time alone will change: only these are looked at when the clock ticks.</summary>
    public FarmClocks Clocks { get; } = new();

    public JobId NextJob => new(_lastJob + 1);

    public RenderId NextRender => new(_lastRender + 1);

    public FarmTouches Touches { get; } = new();

    public Render? FindRender(string name) => _rendersByName.GetValueOrDefault(name);

    public IReadOnlyCollection<Job> FindJobs(string name) => _jobsByName.TryGetValue(name, out var found) ? found : [];

    public Block? Find(BlockId id) =>
        _jobs.TryGetValue(id.Job, out var job) && id.Block >= 0 && id.Block < job.Blocks.Count ? job.Blocks[id.Block] : null;
}

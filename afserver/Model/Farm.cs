using Afanasy.Model;

namespace AfServer.Model;

/// <summary>
/// The whole state of the farm that outlives the process. Owned by the engine's thread; <see cref="Apply"/> is the only way to
/// modify it, live and on replay.
/// </summary>
internal sealed partial class Farm
{
    private readonly Dictionary<JobId, Job> _jobs = [];
    private readonly Dictionary<RenderId, Render> _renders = [];
    private readonly Dictionary<string, Render> _rendersByName = [];
    private readonly Dictionary<string, User> _users = [];
    private readonly Dictionary<TaskRunId, TaskRun> _running = [];
    private readonly HashSet<Job> _leaving = [];
    private int _lastJob;
    private int _lastRender;

    public IReadOnlyDictionary<JobId, Job> Jobs => _jobs;

    public IReadOnlyDictionary<RenderId, Render> Renders => _renders;

    public IReadOnlyDictionary<string, User> Users => _users;

    public IReadOnlyDictionary<TaskRunId, TaskRun> Running => _running;

    /// <summary>Jobs that are to be deleted as soon as nothing of them runs.</summary>
    public IReadOnlyCollection<Job> Leaving => _leaving;

    public JobId NextJob => new(_lastJob + 1);

    public RenderId NextRender => new(_lastRender + 1);

    public FarmTouches Touches { get; } = new();

    public Render? FindRender(string name) => _rendersByName.GetValueOrDefault(name);

    public Block? Find(BlockId id) =>
        _jobs.TryGetValue(id.Job, out var job) && id.Block >= 0 && id.Block < job.Blocks.Count ? job.Blocks[id.Block] : null;
}

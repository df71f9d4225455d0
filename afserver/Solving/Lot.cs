using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// Tasks of a block that are alike to the solver: all of it, or those which need more memory than the block says because they ran
/// out of it.
/// </summary>
internal sealed class Lot(Block block, int memory, Outlook outlook)
{
    /// <summary>Tasks looked at for one that does not avoid a render: after so many bad ones the block avoids it too.</summary>
    private const int TasksTriedMax = 32;

    private ILookup<string, int> _tasksByName = Enumerable.Empty<int>().ToLookup(_ => "");
    private int _named;
    private ((int Reach, int Errors) AsOf, Render? Taker) _clean = ((-1, -1), null);

    public Block Block { get; } = block;

    public Job Job => Block.Job;

    /// <summary>Megabytes that these tasks need more than the block says; 0 is the block's own.</summary>
    public int Memory { get; } = memory;

    public Outlook Outlook { get; } = outlook;

    public Need Need => Outlook.Need;

    /// <summary>A multi-host lot found its least number of hosts then and waits for more.</summary>
    public DateTimeOffset? GatheringSince { get; set; }

    /// <summary>Has something to start, as far as the block itself says.</summary>
    public bool MayStart => Block.MayStartMore && Block.Description.MaxRunningTasksPerHost != 0 && FirstTask() >= 0;

    /// <summary>A person wants one of its tasks to be tried next.</summary>
    public bool HasNext => Job.TryNext.Count > 0 && Next().Any();

    /// <summary>The next task, or -1.</summary>
    public int FirstTask()
    {
        foreach (var task in Tasks()) return task;
        return -1;
    }

    /// <summary>The first task that this render may have, or -1.</summary>
    public int TaskFor(Render render)
    {
        if (Job.Description.Maintenance) return TaskNamed(render.Name);
        if (Block.ErrorHosts.Count == 0) return FirstTask();
        var clean = CleanTaker();
        if (clean is null) return FirstTask();
        if (Block.Avoids(render.Id)) return -1;
        var tried = 0;
        foreach (var task in Tasks())
        {
            if (!Avoids(task, render, clean)) return task;
            if (++tried == TasksTriedMax) break;
        }

        return -1;
    }

    /// <summary>What stands between just this work and a render that fits its need.</summary>
    public Misfit Judge(Render render)
    {
        if (render.Settings.NimbyOthers && !Need.IgnoreNimby && render.Settings.UserName != Job.User.Name) return Misfit.NimbyOthers;
        if (!HasRoomPerHost(render)) return Misfit.PerHostLimit;
        if (Job.Description.Maintenance) return TaskNamed(render.Name) >= 0 ? Misfit.None : Misfit.Maintenance;
        return TaskFor(render) >= 0 ? Misfit.None : Block.Avoids(render.Id) ? Misfit.AvoidedByBlock : Misfit.AvoidedByTask;
    }

    /// <summary>Errors speak against the render, unless they speak against all that could take it: then it is the task's fault, and it has its retries.</summary>
    public bool Avoids(int task, Render render) =>
        CleanTaker() is { } clean && (Block.Avoids(render.Id) || Avoids(task, render, clean));

    private bool Avoids(int task, Render render, Render clean) =>
        Block.Avoids(task, render.Id) && (!Block.Avoids(task, clean.Id) || Takers().Any(other => !Block.Avoids(other.Id) && !Block.Avoids(task, other.Id)));

    /// <summary>A render that could take the tasks and that the block does not avoid; remembered until an error, or a render that comes or goes.</summary>
    private Render? CleanTaker()
    {
        var asOf = (Outlook.Reach.Version, Block.ErrorsVersion);
        if (_clean.AsOf != asOf) _clean = (asOf, Takers().FirstOrDefault(render => !Block.Avoids(render.Id)));
        return _clean.Taker;
    }

    private IEnumerable<Render> Takers() => Outlook.Reach.Ready.Where(render =>
        Fit.Large(Need, render) == Misfit.None && (!render.Settings.NimbyOthers || Need.IgnoreNimby || render.Settings.UserName == Job.User.Name));

    private IEnumerable<int> Tasks()
    {
        foreach (var next in Next()) yield return next;
        foreach (var task in Memory == 0 ? Block.States.ReadyInOrder() : Raised())
        {
            if (!Block.IsApproved(task)) yield break;
            if (IsMine(task)) yield return task;
        }
    }

    /// <summary>Those that a person wants to be tried next.</summary>
    private IEnumerable<int> Next() => Job.TryNext
        .Where(next => next.Block == Block.Number && next.Task < Block.States.Size && Block.States.Of(next.Task) == TaskState.Ready && Block.IsApproved(next.Task) && IsMine(next.Task))
        .Select(next => next.Task);

    private IEnumerable<int> Raised() => Block.RaisedTasks.Where(task => Block.States.Of(task) == TaskState.Ready).OrderBy(Block.Order.PositionOf);

    private bool IsMine(int task) => Block.RaisedTasks.Count == 0 ? Memory == 0 : (Block.Find(task)?.Memory ?? 0) == Memory;

    private int TaskNamed(string name)
    {
        var tasks = Block.Description.Tasks;
        if (_named != tasks.Count)
        {
            _tasksByName = Enumerable.Range(0, tasks.Count).ToLookup(task => tasks[task].Name);
            _named = tasks.Count;
        }

        return _tasksByName[name].Where(task => Block.States.Of(task) == TaskState.Ready && IsMine(task)).DefaultIfEmpty(-1).First();
    }

    private bool HasRoomPerHost(Render render)
    {
        if (IsFull(Block.Description.MaxRunningTasksPerHost, render, Block)) return false;
        if (IsFull(Job.Description.MaxRunningTasksPerHost, render, Job)) return false;
        if (IsFull(Job.User.Settings.MaxRunningTasksPerHost, render, Job.User)) return false;
        for (Branch? branch = Job.Branch; branch is not null; branch = branch.Parent)
        {
            if (IsFull(branch.Settings.MaxRunningTasksPerHost, render, branch)) return false;
        }

        return true;
    }

    private static bool IsFull(int limit, Render render, object level)
    {
        if (limit < 0) return false;
        var running = 0;
        foreach (var run in render.All())
        {
            var isBelow = level switch
            {
                Block block => run.Block == block,
                Job job => run.Block.Job == job,
                User user => run.Block.Job.User == user,
                Branch branch => run.Block.Job.Branch.Chain().Contains(branch),
                _ => false,
            };
            if (isBelow) running++;
        }

        return running >= limit;
    }
}

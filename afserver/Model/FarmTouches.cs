using Afanasy.Model;

namespace AfServer.Model;

/// <summary>What the changes of the present turn have touched: the solver refreshes its indexes from it, monitors are told of it.</summary>
internal sealed class FarmTouches
{
    /// <summary>A monitor that hears of more tasks than this in one turn asks for the block anew; bounds a turn's memory.</summary>
    public const int TasksMax = 20_000;

    public HashSet<Job> Jobs { get; } = [];

    public HashSet<Block> Blocks { get; } = [];

    public HashSet<Render> Renders { get; } = [];

    public HashSet<TaskId> Tasks { get; } = [];

    /// <summary>Users that came, went or were set otherwise.</summary>
    public HashSet<User> Users { get; } = [];

    public HashSet<Branch> Branches { get; } = [];

    public HashSet<Pool> Pools { get; } = [];

    /// <summary>Renders whose qualities or settings are others than before.</summary>
    public HashSet<Render> RendersSet { get; } = [];

    /// <summary>Where jobs stood that have another place now.</summary>
    public HashSet<BranchUser> OwnersLeft { get; } = [];

    /// <summary>Tickets that came back.</summary>
    public HashSet<string> TicketsFreed { get; } = [];

    public List<JobId> JobsGone { get; } = [];

    public List<RenderId> RendersGone { get; } = [];

    /// <summary>More tasks than <see cref="TasksMax"/> were touched, or a whole block at once.</summary>
    public bool ManyTasks { get; private set; }

    public bool IsEmpty =>
        Jobs.Count == 0 && Renders.Count == 0 && JobsGone.Count == 0 && RendersGone.Count == 0 && Users.Count == 0 && Branches.Count == 0 && Pools.Count == 0;

    public void Task(Block block, int task)
    {
        Blocks.Add(block);
        Jobs.Add(block.Job);
        if (Tasks.Count < TasksMax) Tasks.Add(new TaskId(block.Job.Id, block.Number, task));
        else ManyTasks = true;
    }

    public void Block(Block block)
    {
        Blocks.Add(block);
        Jobs.Add(block.Job);
        ManyTasks = true;
    }

    /// <summary>Something that decides about all its blocks: its priority, its pause, its limit.</summary>
    public void Job(Job job)
    {
        Jobs.Add(job);
        foreach (var block in job.Blocks) Blocks.Add(block);
    }

    public void Render(Render render) => Renders.Add(render);

    public void Set(User user) => Users.Add(user);

    public void Set(Branch branch) => Branches.Add(branch);

    public void Set(Pool pool) => Pools.Add(pool);

    public void Set(Render render)
    {
        RendersSet.Add(render);
        Renders.Add(render);
    }

    public void Gone(Job job)
    {
        Jobs.Remove(job);
        JobsGone.Add(job.Id);
    }

    public void Gone(Render render)
    {
        Renders.Remove(render);
        RendersSet.Remove(render);
        RendersGone.Add(render.Id);
    }

    public void Clear()
    {
        Jobs.Clear();
        Blocks.Clear();
        Renders.Clear();
        Tasks.Clear();
        Users.Clear();
        Branches.Clear();
        Pools.Clear();
        RendersSet.Clear();
        TicketsFreed.Clear();
        OwnersLeft.Clear();
        JobsGone.Clear();
        RendersGone.Clear();
        ManyTasks = false;
    }
}

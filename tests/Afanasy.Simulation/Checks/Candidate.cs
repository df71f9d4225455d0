using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>A task and the hosts on which it is to start; what was reserved is there when it was really started.</summary>
internal sealed record Candidate(SimulatedFarm Stage, Block Block, int Task, Render Render, IReadOnlyList<Render> Helpers, RunGrant? Grant)
{
    public Job Job => Block.Job;

    public BlockDescription Own => Block.Description;

    public TaskId Id => new(Job.Id, Block.Number, Task);

    public Books Books => Stage.Books;

    public IEnumerable<Render> Hosts => Helpers.Prepend(Render);

    /// <summary>Branches from the job's up, the user and the job: all that limits and filters.</summary>
    public IEnumerable<WorkSettings> Levels => [.. Branches.Select(branch => branch.Settings), Job.User.Settings, Job.Description];

    public IEnumerable<Branch> Branches => Up(Job.Branch);

    public int Capacity => Grant?.Capacity ?? (Own.Capacity * (Own.CapacityCoeffMax > 0 && Own.Flags.HasFlag(BlockTraits.VarCapacity) ? Math.Max(1, Own.CapacityCoeffMin) : 1));

    public int Memory => Books.Raised.TryGetValue(Id, out var raised) ? raised : Most(Levels.Select(level => level.NeedMemory), Own.NeedMemory);

    public int Disk => Most(Levels.Select(level => level.NeedHdd), Own.NeedHdd);

    public int Cores => Math.Max(0, Own.NeedCpuCores);

    public int Power => Most(Levels.Select(level => level.NeedPower), Own.NeedPower);

    public Dictionary<string, int> Tickets
    {
        get
        {
            var tickets = new Dictionary<string, int>();
            foreach (var (name, count) in Own.Tickets.Concat(Job.Description.Limits)) tickets[name] = tickets.GetValueOrDefault(name) + count;
            return tickets;
        }
    }

    public IEnumerable<ToldRun> On(Render host) => Books.Runs.Values.Where(run => run.Hosts.Contains(host.Id));

    public static IEnumerable<Branch> Up(Branch branch)
    {
        for (Branch? next = branch; next is not null; next = next.Parent) yield return next;
    }

    public static IEnumerable<Pool> Up(Pool pool)
    {
        for (Pool? next = pool; next is not null; next = next.Parent) yield return next;
    }

    public static int Most(IEnumerable<int> levels, int own) => Math.Max(0, levels.Append(own).Max());
}

/// <summary>One family of promises about starts, worked out from descriptions and the books alone.</summary>
internal interface IRule
{
    /// <summary>It is about hosts; otherwise what it forbids, it forbids on all.</summary>
    bool IsOfHost { get; }

    /// <summary>What forbids the start; nothing when nothing does.</summary>
    IEnumerable<string> Against(Candidate start);
}

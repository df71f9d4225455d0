using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Simulation.Checks;

/// <summary>Nothing that could start is left lying, and nothing starts that others precede; both found by trying everything.</summary>
internal sealed class StartableCheck(SimulatedFarm stage, IReadOnlyList<IRule> rules)
{
    /// <summary>A solver that looks for a task which a render may have gives up after so many.</summary>
    private const int TasksTried = 32;

    /// <summary>After solving: every task of every block with every render.</summary>
    public IEnumerable<string> Now() => stage.Farm.Jobs.Values.SelectMany(job => job.Blocks).Select(Lying).OfType<string>();

    /// <summary>What was to start before this, in a farm of strict order.</summary>
    public IEnumerable<string> Overtaken(Candidate start)
    {
        var place = PlaceOf(start.Block, start.Task);
        foreach (var block in stage.Farm.Jobs.Values.SelectMany(job => job.Blocks))
        {
            if (block.Description.IsMultihost) continue;
            foreach (var task in TasksOf(block))
            {
                if (Compare(PlaceOf(block, task), place) >= 0) break;
                if (FirstRender(block, task) is not { } render) continue;
                yield return $"{start.Id} starts before {block.Id}[{task}], which comes first and could start on {render.Name}";
                yield break;
            }
        }
    }

    private string? Lying(Block block)
    {
        foreach (var task in TasksOf(block).Take(TasksTried))
        {
            if (IsHeld(block, task)) return null;
            if (block.Description.IsMultihost)
            {
                // Tickets and devices are shared by the hosts of one task, so each by itself proves nothing.
                var isShared = block.Description.Tickets.Count + block.Job.Description.Limits.Count > 0 || block.Description.NeedGpus > 0 || block.Description.NeedGpuMemMb > 0;
                var fitting = isShared ? 0 : FittingRenders(block, task).Count();
                if (fitting >= block.Description.MultihostMax) return $"{block.Id}[{task}] is left lying, though {fitting} renders fit";
                continue;
            }

            if (FirstRender(block, task) is { } free) return $"{block.Id}[{task}] is left lying, though {free.Name} fits; the solver says {Misfit(block, task, free)}";
        }

        return null;
    }

    private Render? FirstRender(Block block, int task) => FittingRenders(block, task).FirstOrDefault();

    private IEnumerable<Render> FittingRenders(Block block, int task)
    {
        foreach (var render in stage.Farm.Renders.Values.Where(render => stage.Solver.IsOnline(render.Id)))
        {
            var start = new Candidate(stage, block, task, render, [], null);
            if (rules.FirstOrDefault(rule => rule.Against(start).Any()) is { } forbids)
            {
                if (forbids.IsOfHost) continue;
                yield break;
            }

            if (Misfit(block, task, render) != AfServer.Solving.Misfit.Reserved) yield return render;
        }
    }

    /// <summary>Whatever holds the first task of a block holds all of it.</summary>
    private bool IsHeld(Block block, int task) =>
        stage.Farm.Renders.Values.FirstOrDefault() is { } any && rules.Any(rule => !rule.IsOfHost && rule.Against(new Candidate(stage, block, task, any, [], null)).Any());

    private Misfit Misfit(Block block, int task, Render render) =>
        stage.Solver.LotsOf(block).FirstOrDefault(lot => lot.Memory == (block.Find(task)?.Memory ?? 0)) is { } lot ? stage.Solver.Judge(lot, render, stage.Clock.Now) : AfServer.Solving.Misfit.None;

    /// <summary>Ready tasks in the order of service: those to try next, then by their places.</summary>
    private static IEnumerable<int> TasksOf(Block block)
    {
        if (block.States.Count(TaskState.Ready) == 0) return [];
        return Enumerable.Range(0, block.States.Size).Where(task => block.States.Of(task) == TaskState.Ready).OrderBy(task => NextOf(block, task)).ThenBy(block.Order.PositionOf);
    }

    private static int NextOf(Block block, int task)
    {
        var at = block.Job.TryNext.ToList().IndexOf(new TaskId(block.Job.Id, block.Number, task));
        return at < 0 ? int.MaxValue : at;
    }

    /// <summary>By the branches from the root, the user, the job and the block: what is less is served first.</summary>
    private static List<(long Priority, long Second, long Third, string Name)> PlaceOf(Block block, int task)
    {
        var (job, path) = (block.Job, new List<(long, long, long, string)>());
        foreach (var branch in Candidate.Up(job.Branch).Where(branch => branch.Parent is not null).Reverse()) path.Add((-branch.Settings.Priority, branch.Created.UtcTicks, 0, branch.Path));
        if (!job.Branch.Settings.SolveJobs) path.Add((-job.User.Settings.Priority, job.User.Registered.UtcTicks, 0, job.User.Name));
        path.Add((-job.Description.Priority, job.Order, job.Id.Value, ""));
        path.Add((job.TryNext.Any(next => next.Block == block.Number && block.States.Of(next.Task) == TaskState.Ready && block.IsApproved(next.Task) && (block.Find(next.Task)?.Memory ?? 0) == (block.Find(task)?.Memory ?? 0)) ? 0 : 1, block.Number, FirstOfLot(block, task), ""));
        return path;

        static long FirstOfLot(Block block, int task)
        {
            if (block.RaisedTasks.Count == 0) return 0;
            return Enumerable.Range(0, block.States.Size).Where(other => (other == task || block.States.Of(other) == TaskState.Ready) && MemoryOf(block, other) == MemoryOf(block, task)).Min(block.Order.PositionOf);
        }

        static int MemoryOf(Block block, int task) => block.Find(task)?.Memory ?? 0;
    }

    private static int Compare(List<(long, long, long, string)> one, List<(long, long, long, string)> other)
    {
        for (var level = 0; level < Math.Min(one.Count, other.Count); level++)
        {
            var order = one[level].CompareTo(other[level]);
            if (order != 0) return order;
        }

        return 0;
    }
}

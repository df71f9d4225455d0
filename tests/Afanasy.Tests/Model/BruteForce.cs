using Afanasy.Model;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Tests.Model;

/// <summary>The answers of the farm's indexes, found by looking at everything.</summary>
internal static class BruteForce
{
    public static Assignment? Next(Farm farm, Solver solver)
    {
        var blocks = farm.Jobs.Values.SelectMany(job => job.Blocks)
            .Where(block => block.States.Count(TaskState.Ready) > 0 && block.MayStartMore && block.Job.MayStartMore)
            .OrderByDescending(block => block.Job.Description.Priority).ThenBy(block => block.Job.Id).ThenBy(block => block.Number);
        foreach (var block in blocks.DistinctBy(Need.Of))
        {
            var task = Enumerable.Range(0, block.States.Size).First(number => block.States.Of(number) == TaskState.Ready);
            var last = block.Find(task)?.LastRender;
            var best = farm.Renders.Values
                .Where(render => Fit.Judge(Need.Of(block), render, solver.IsOnline(render.Id)) == Misfit.None)
                .OrderBy(render => render.Id == last).ThenByDescending(render => render.CapacityFree).ThenBy(render => render.Runs.Count).ThenBy(render => render.Id)
                .FirstOrDefault();
            if (best is not null) return new Assignment(new TaskRunId(block.Job.Id, block.Number, task, block.RunsOf(task) + 1), best.Id);
        }

        return null;
    }

    public static bool IsFreeToStart(Block block, int task)
    {
        if (block.Description.DependMask.Length + block.Description.TasksDependMask.Length == 0) return true;
        foreach (var producer in block.Job.Blocks.Where(other => other != block))
        {
            if (Matches(block.Description.DependMask, producer) && !Enumerable.Range(0, producer.States.Size).All(number => IsFinished(producer, number))) return false;
            if (!Matches(block.Description.TasksDependMask, producer)) continue;
            var (first, last) = DependenciesTests.Needed(block.Description, task, producer.Description);
            for (var number = first; number <= last; number++)
            {
                if (!IsFinished(producer, number)) return false;
            }
        }

        return true;
    }

    /// <summary>Tasks that are ready and should wait, or the other way round; and a running one without a run.</summary>
    public static IEnumerable<string> WrongStates(Block block)
    {
        for (var task = 0; task < block.States.Size; task++)
        {
            var state = block.States.Of(task);
            if (state is TaskState.Ready or TaskState.Waiting && state == TaskState.Ready != IsFreeToStart(block, task)) yield return $"{block.Id}[{task}] is {state}";
            if (state == TaskState.Running != (block.Find(task)?.Run is not null)) yield return $"{block.Id}[{task}] is {state} and has the run {block.Find(task)?.Run?.Id}";
        }
    }

    private static bool Matches(string mask, Block producer) => mask.Length > 0 && mask.Split('|').Contains(producer.Description.Name);

    private static bool IsFinished(Block block, int task) => block.States.Of(task) is TaskState.Done or TaskState.Skipped;
}

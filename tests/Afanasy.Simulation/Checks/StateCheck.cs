using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Ready is what waits for nothing, waiting is what waits for something, running is what has a run.</summary>
internal static class StateCheck
{
    public static IEnumerable<string> Now(SimulatedFarm stage)
    {
        var running = stage.Books.Runs.Keys.Select(run => run.TaskId).ToHashSet();
        foreach (var block in stage.Farm.Jobs.Values.SelectMany(job => job.Blocks))
        {
            for (var task = 0; task < block.States.Size; task++)
            {
                var state = block.States.Of(task);
                var id = new TaskId(block.Job.Id, block.Number, task);
                if (state == TaskState.Running != running.Contains(id)) yield return $"{id} is {state} and {(running.Contains(id) ? "has a run" : "has no run")}";
                if (state == TaskState.Suspended && !stage.Books.Held.Contains(id) && !block.Description.Flags.HasFlag(BlockTraits.SuspendNewTasks)) yield return $"{id} is {state}, and nobody has suspended it";
                if (state is not (TaskState.Ready or TaskState.Waiting)) continue;
                var unmet = DependencyRule.Unmet(stage, block, task);
                if (state == TaskState.Ready != unmet is null) yield return $"{id} is {state} and waits until {unmet ?? "nothing"}";
            }
        }
    }
}

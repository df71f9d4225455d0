using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Simulation.Checks;

/// <summary>Whatever waits can say why, and never says that it could start.</summary>
internal static class ReasonCheck
{
    public static IEnumerable<string> Now(SimulatedFarm stage, bool everyTask)
    {
        var why = new WhyNot(stage.Farm, stage.Solver, stage.Clock.Now);
        foreach (var job in stage.Farm.Jobs.Values)
        {
            if (!job.IsFinished && job.RunningTasks == 0 && Wrong(why.Explain(job)) is { } wrong) yield return $"{job.Id} {job.State} {wrong}";
            foreach (var block in job.Blocks)
            {
                if (!block.States.AllFinished && block.States.Count(TaskState.Running) == 0 && Wrong(why.Explain(block)) is { } line) yield return $"{block.Id} {line}";
                for (var task = 0; everyTask && task < block.States.Size; task++)
                {
                    if (block.States.Of(task) is TaskState.Done or TaskState.Skipped or TaskState.Running) continue;
                    if (Wrong(why.Explain(block, task)) is { } text) yield return $"{block.Id}[{task}] {block.States.Of(task)} {text}";
                }
            }
        }
    }

    private static string? Wrong(Explanation explanation) =>
        string.IsNullOrWhiteSpace(explanation.Reason) ? "does not say why it waits"
        : explanation.Reason.Contains("can take it now", StringComparison.Ordinal) ? $"says: {explanation.Reason}"
        : null;
}

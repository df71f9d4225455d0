using Afanasy.Model;
using Afanasy.Simulation.Machines;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>One run of a task at a time, numbers that only grow, each end once, each task counted once.</summary>
internal sealed class RunCheck(SimulatedFarm stage)
{
    public IEnumerable<string> Against(Change.RunStarted start)
    {
        if (stage.Books.Runs.Keys.Any(run => run.TaskId == start.Run.TaskId)) yield return $"{start.Run} starts while another run of its task is under way";
        var last = stage.Books.LastRun.GetValueOrDefault(start.Run.TaskId);
        if (start.Run.Run != last + 1) yield return $"{start.Run} is not the run after {last}";
    }

    public IEnumerable<string> Against(Change.RunEnded end)
    {
        if (!stage.Books.Runs.TryGetValue(end.Run, out var run))
        {
            yield return $"{end.Run} ends and is not under way";
            yield break;
        }

        if (Books.IsGood(end.Outcome) && run.Stop != StopCause.Restart && stage.Books.Done.Contains(end.Run.TaskId)) yield return $"{end.Run} finishes a task that was finished before";
        var machine = stage.Renders.Find(render => render.Id == run.Render);
        if (Books.IsGood(end.Outcome) && machine?.EverEnded.Contains(end.Run) != true) yield return $"{end.Run} is taken for done, and {machine?.Name} has not ended it";
    }

    public IEnumerable<string> Now()
    {
        var farm = stage.Farm;
        var (told, known) = (farm.Running.Keys.Order(Comparer).ToList(), stage.Books.Runs.Keys.Order(Comparer).ToList());
        if (!told.SequenceEqual(known)) yield return $"the farm runs {string.Join(' ', told)}, its facts say {string.Join(' ', known)}";
        if (farm.RootBranch.Share.Totals.TasksDone != stage.Books.DoneCount) yield return $"the farm counts {farm.RootBranch.Share.Totals.TasksDone} tasks done, its runs finished {stage.Books.DoneCount}";
        foreach (var task in stage.Books.Done)
        {
            if (farm.Jobs.TryGetValue(task.Job, out var job) && job.Blocks[task.Block].States.Of(task.Task) != TaskState.Done) yield return $"{task} was finished and is {job.Blocks[task.Block].States.Of(task.Task)}";
        }

        foreach (var line in AmongMachines()) yield return line;
    }

    /// <summary>What connected machines were told: each task is on one of them, and the farm knows it there.</summary>
    private IEnumerable<string> AmongMachines()
    {
        foreach (var render in stage.Renders)
        {
            foreach (var run in render.ToldAgain) yield return $"{render.Name} is told again to start {run}";
        }

        var seen = new Dictionary<TaskId, string>();
        foreach (var render in stage.Renders.Where(render => render is { HangsFor: 0, Session.HasEnded: false }))
        {
            foreach (var run in render.Running.Keys)
            {
                if (!seen.TryAdd(run.TaskId, render.Name)) yield return $"{run} runs on {render.Name} and on {seen[run.TaskId]}";
                if (!stage.Books.Runs.TryGetValue(run, out var told)) yield return $"{render.Name} still runs {run}, which has ended";
                else if (told.Render != render.Id) yield return $"{render.Name} runs {run}, which is of {told.Render}";
            }
        }
    }

    private static Comparer<TaskRunId> Comparer { get; } = Comparer<TaskRunId>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Asks for the end of runs.</summary>
internal static class RunStops
{
    /// <summary>
    /// Adds what ends a run; false when that is on its way already. A run that its render was not told of yet is ended here: the
    /// render would not know what to stop.
    /// </summary>
    public static bool Ask(FarmView view, TaskRun run, StopCause cause, List<Change> changes)
    {
        if (run.Stop == cause || (run.IsStopping && cause == StopCause.Eject)) return false;
        changes.Add(new Change.RunStopAsked(run.Id, cause) { At = view.Now });
        if (view.Presences.Of(run.Render).HasNotHeardOf(run.Id))
            changes.Add(new Change.RunEnded(run.Id, RunOutcome.Stopped, -1, "It was stopped before its render was told of it.") { At = view.Now });
        return true;
    }

    public static IEnumerable<TaskRun> Of(Block block)
    {
        for (var task = block.States.First(TaskState.Running); task >= 0; task = block.States.First(TaskState.Running, task + 1))
            yield return block.Find(task)!.Run!;   // a running task has a run
    }
}

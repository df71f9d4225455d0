using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>How runs are told to end, and how it is written down that they did.</summary>
internal static class RunStops
{
    /// <summary>Asks for the end of runs, in the order of their ids.</summary>
    public static List<Change> Ask(FarmView view, IEnumerable<TaskRun> runs, StopCause cause)
    {
        var changes = new List<Change>();
        foreach (var run in InOrder(runs)) Ask(view, run, cause, changes);
        return changes;
    }

    /// <summary>
    /// Adds what ends a run; false when that is on its way already, and what a person has asked of it is not overruled by what the
    /// farm wants. A run that its render was not told of yet is ended here: the render would not know what to stop.
    /// </summary>
    public static bool Ask(FarmView view, TaskRun run, StopCause cause, List<Change> changes)
    {
        if (!Overrules(cause, run.Stop)) return false;
        changes.Add(new Change.RunStopAsked(run.Id, cause) { At = view.Now });
        if (view.Presences.Of(run.Render).HasNotHeardOf(run.Id))
            changes.Add(new Change.RunEnded(run.Id, RunOutcome.Stopped, -1, "It was stopped before its render was told of it.") { At = view.Now });
        return true;
    }

    /// <summary>The running tasks of a block, by their numbers.</summary>
    public static IEnumerable<TaskRun> Of(Block block)
    {
        for (var task = block.States.First(TaskState.Running); task >= 0; task = block.States.First(TaskState.Running, task + 1))
            yield return block.Find(task)!.Run!;   // a running task has a run
    }

    public static IEnumerable<TaskRun> InOrder(IEnumerable<TaskRun> runs) =>
        runs.OrderBy(run => run.Id.Job).ThenBy(run => run.Id.Block).ThenBy(run => run.Id.Task);

    /// <summary>
    /// The end of a run as it is journaled: a success that came too soon is none, and what the farm stopped for a limit says so.
    /// </summary>
    public static Change.RunEnded End(TaskRun run, RunOutcome outcome, int exitCode, string reason, TimeSpan took, DateTimeOffset now)
    {
        var block = run.Block.Description;
        var isGood = outcome is RunOutcome.Done or RunOutcome.FailedPost;
        if (isGood && took.TotalSeconds < block.TaskMinRunTime)
        {
            (outcome, isGood) = (RunOutcome.TooShort, false);
            reason = Joined($"It took {took.TotalSeconds:0.#} s, less than the {block.TaskMinRunTime} s that its block asks for.", reason);
        }

        if (!isGood && run.Stop == StopCause.MaxRunTime) reason = Joined($"It ran longer than {block.TaskMaxRunTime} s.", reason);
        if (!isGood && run.Stop == StopCause.NoProgress) reason = Joined($"It made no progress for {block.TaskProgressChangeTimeout} s.", reason);
        return new Change.RunEnded(run.Id, outcome, exitCode, reason) { At = now };
    }

    /// <summary>A run whose render is lost; no error, unless it had overstepped a limit before.</summary>
    public static Change.RunEnded Lost(TaskRun run, string reason, DateTimeOffset now) => End(run, RunOutcome.RenderLost, -1, reason, TimeSpan.Zero, now);

    private static bool Overrules(StopCause cause, StopCause? present) =>
        present is null || (present != cause && cause is (StopCause.Restart or StopCause.Skip or StopCause.Done or StopCause.Suspend));

    private static string Joined(string first, string then) => then.Length == 0 ? first : $"{first} {then}";
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>
/// What becomes of jobs, blocks and runs when a moment comes. Looks only at what waits for one (<see cref="FarmClocks"/>), in the
/// order of ids.
/// </summary>
internal static class TimeRules
{
    public static void Apply(ClockTick tick)
    {
        LetCome(tick);
        LetGo(tick);
        Wake(tick);
        Forgive(tick);
        foreach (var run in RunStops.InOrder(tick.View.Farm.Clocks.Timed.Where(run => !run.IsStopping))) Judge(tick, run);
    }

    /// <summary><c>time_wait</c>.</summary>
    private static void LetCome(ClockTick tick)
    {
        var second = tick.View.Now.ToUnixTimeSeconds();
        foreach (var job in tick.View.Farm.Clocks.BeforeTheirTime.Where(job => job.Description.TimeWait <= second).OrderBy(job => job.Id))
            tick.Changes.Add(new Change.JobTimeCame(job.Id) { At = tick.View.Now });
    }

    /// <summary><c>time_life</c>.</summary>
    private static void LetGo(ClockTick tick)
    {
        var due = tick.View.Farm.Clocks.Mortal.Where(job => !job.IsDeletionAsked && tick.Age(job.Created).TotalSeconds >= FarmClocks.LifeOf(job));
        foreach (var job in due.OrderBy(job => job.Id))
        {
            tick.Changes.Add(new Change.JobDeletionAsked(job.Id) { At = tick.View.Now });
            foreach (var run in job.Blocks.SelectMany(RunStops.Of)) tick.Stop(run, StopCause.Eject);
        }
    }

    /// <summary>Blocks that rest for want of a licence. One that would rest longer than any does saw the clock being set back.</summary>
    private static void Wake(ClockTick tick)
    {
        var now = tick.View.Now;
        foreach (var block in InOrder(tick.View.Farm.Clocks.Asleep.Where(block => block.SleepsUntil <= now || block.SleepsUntil - now > Farm.LicenceRest)))
            tick.Changes.Add(new Change.BlockWoken(block.Id) { At = now });
    }

    /// <summary><c>errors_forgive_time</c>.</summary>
    private static void Forgive(ClockTick tick)
    {
        foreach (var block in InOrder(tick.View.Farm.Clocks.Unforgiven.Where(block => block.ForgiveTime > 0)))
        {
            foreach (var (render, errors) in block.ErrorHosts.OrderBy(host => host.Key))
            {
                if (tick.Age(errors.Last).TotalSeconds >= block.ForgiveTime)
                    tick.Changes.Add(new Change.ErrorHostsForgotten(block.Id, render) { At = tick.View.Now });
            }
        }
    }

    private static void Judge(ClockTick tick, TaskRun run)
    {
        var view = tick.View;
        var block = run.Block.Description;
        var presence = view.Presences.Of(run.Render);
        var watch = view.Presences.Watch(run.Id, view.Uptime);
        if (run.PreemptedAt is { } room)
        {
            if (view.Uptime >= watch.RoomDue(room, view) && view.Solver.WantsRoom(run)) tick.Stop(run, StopCause.Preempted);
        }

        if (presence.HasNotHeardOf(run.Id))
        {
            watch.Begin(view.Uptime);
            return;
        }

        if (block.TaskMaxRunTime > 0 && RanFor(view, run, watch).TotalSeconds > block.TaskMaxRunTime) tick.Stop(run, StopCause.MaxRunTime);
        else if (StoodStillFor(view, presence, watch).TotalSeconds > block.TaskProgressChangeTimeout && block.TaskProgressChangeTimeout > 0) tick.Stop(run, StopCause.NoProgress);
    }

    /// <summary>
    /// The clock of the machine may be set while a task runs, and the engine may have begun after it: the lesser of what the two
    /// say can be too little, never too much.
    /// </summary>
    private static TimeSpan RanFor(FarmView view, TaskRun run, RunWatch watch)
    {
        var (byClock, byEngine) = (view.Now - run.Started, view.Uptime - watch.Seen);
        return byClock < byEngine ? byClock : byEngine;
    }

    /// <summary>As long as the render is not connected it cannot say how far it is.</summary>
    private static TimeSpan StoodStillFor(FarmView view, RenderPresence presence, RunWatch watch)
    {
        if (presence.Session is null) return TimeSpan.Zero;
        return view.Uptime - (watch.Moved > presence.Attached ? watch.Moved : presence.Attached);
    }

    private static IEnumerable<Block> InOrder(IEnumerable<Block> blocks) => blocks.OrderBy(block => block.Id.Job).ThenBy(block => block.Number);
}

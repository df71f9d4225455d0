using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>
/// What a render does by the load of its machine and for want of work, as the nearest pool says: NIMBY when somebody else keeps it
/// busy, free again when it idles, asleep or gone when nobody needs it. CGRU contract §5.6.
/// </summary>
internal static class RenderAutomation
{
    /// <summary>A machine that is still heard this long after it was told to sleep does not sleep, and takes tasks again.</summary>
    private static readonly TimeSpan _fallAsleepMax = TimeSpan.FromMinutes(2);

    public static void Look(ClockTick tick, RenderPresence presence)
    {
        if (presence.Session is null) return;
        if (presence.Sleep == RenderSleep.FallingAsleep) KeepAwake(tick, presence);
        else if (presence.Render.TaskCount > 0) presence.Habits.Work();
        else LookAtIdle(tick, presence);
    }

    private static void KeepAwake(ClockTick tick, RenderPresence presence)
    {
        var view = tick.View;
        if (view.Uptime - presence.SleepSince < _fallAsleepMax) return;
        tick.Remarks.Add((presence.Render.Name, "did not fall asleep and takes tasks again"));
        tick.Afterwards.Add(() =>
        {
            presence.TurnTo(RenderSleep.Awake, view.Uptime);
            presence.Habits.Begin(view.Uptime);
            view.Solver.SetOnline(presence.Render, true);
            view.Farm.Touches.Render(presence.Render);
        });
    }

    private static void LookAtIdle(ClockTick tick, RenderPresence presence)
    {
        var (view, render, habits) = (tick.View, presence.Render, presence.Habits);
        habits.NoTaskSince ??= view.Uptime;
        var isFree = !render.Settings.NimbyAll && !render.Settings.NimbyOthers;
        if (presence.Load is { } load) habits.See(IsIdle(render.Pool, load), isFree && IsBusy(render.Pool, load), view.Uptime);

        if (IsDue(habits.NoTaskSince, PoolRules.Nearest(render.Pool, pool => pool.ExitNoTaskTime), view.Uptime))
        {
            habits.Begin(view.Uptime);
            tick.Tell(presence, RenderInstruction.Exit, "had no task for long and is told to end");
            return;
        }

        if (isFree && IsDue(habits.BusySince, PoolRules.Nearest(render.Pool, pool => pool.BusyNimbyTime), view.Uptime))
            SetNimby(tick, render, true, "is busy with work of others and becomes NIMBY");
        else if (!isFree && IsDue(habits.IdleSince, PoolRules.Nearest(render.Pool, pool => pool.IdleFreeTime), view.Uptime))
            SetNimby(tick, render, false, "is idle and free again");

        if (!IsDue(habits.IdleSince, PoolRules.Nearest(render.Pool, pool => pool.IdleWolsleepTime), view.Uptime)) return;
        habits.Begin(view.Uptime);
        tick.Tell(presence, RenderInstruction.Sleep, "is idle and let go to sleep");
    }

    private static void SetNimby(ClockTick tick, Render render, bool nimby, string what)
    {
        var settings = render.Settings with { NimbyAll = nimby, NimbyOthers = false };
        tick.Changes.Add(new Change.RenderSet(render.Id, render.Pool.Path, settings) { At = tick.View.Now });
        tick.Remarks.Add((render.Name, what));
    }

    private static bool IsDue(TimeSpan? since, int seconds, TimeSpan uptime) => seconds > 0 && since is { } begin && (uptime - begin).TotalSeconds >= seconds;

    /// <summary>Everything that has a mark and is measured is below it.</summary>
    private static bool IsIdle(Pool pool, MachineLoad load)
    {
        if (PoolRules.NearestMarks(pool, settings => settings.Idle) is not { } marks) return false;
        var measured = Compare(marks, load).ToList();
        return measured.Count > 0 && measured.TrueForAll(sign => sign < 0);
    }

    /// <summary>Anything that has a mark is above it.</summary>
    private static bool IsBusy(Pool pool, MachineLoad load) =>
        PoolRules.NearestMarks(pool, settings => settings.Busy) is { } marks && Compare(marks, load).Any(sign => sign > 0);

    /// <summary>For each mark that is set and of which the render measures something: below, at or above it. Free disk counts the other way round.</summary>
    private static IEnumerable<int> Compare(LoadThresholds marks, MachineLoad load)
    {
        if (marks.Cpu > 0) yield return load.CpuPercent.CompareTo(marks.Cpu);
        if (marks.Mem > 0 && load.MemoryTotalMegabytes > 0)
            yield return Percent(load.MemoryTotalMegabytes - load.MemoryFreeMegabytes, load.MemoryTotalMegabytes).CompareTo(marks.Mem);
        if (marks.Swp > 0) yield return Percent(load.SwapUsedMegabytes, load.SwapTotalMegabytes).CompareTo(marks.Swp);
        if (marks.HddGb > 0 && load.DiskTotalGigabytes > 0) yield return marks.HddGb.CompareTo(load.DiskFreeGigabytes);
        if (marks.NetMbs > 0) yield return ((load.NetReceiveKilobytesPerSecond + (double)load.NetSendKilobytesPerSecond) / 1024).CompareTo(marks.NetMbs);
    }

    private static double Percent(double part, int whole) => whole > 0 ? 100 * part / whole : 0;
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// Makes room for jobs that ask for it: runs of lower priority on one render are told to end, after a grace. They stay when nobody
/// wants their place any more.
/// </summary>
internal sealed class Preemption(Farm farm, RenderIndex renders, Reservations reservations)
{
    /// <summary>Needs for which all renders are looked at in one tick; the others have their turn at the next ones.</summary>
    private const int NeedsPerTick = 4;

    private uint _next;

    /// <summary>The runs that are to make room now, their render being kept for who needs it; and those that need not any more.</summary>
    public List<Change> Review(DateTimeOffset now)
    {
        var changes = Choose(now);
        foreach (var run in farm.Clocks.Timed.Where(run => run.PreemptedAt is not null && !run.IsStopping && !IsWanted(run)).OrderBy(run => run.Id.Job).ThenBy(run => run.Id.Block).ThenBy(run => run.Id.Task))
            changes.Add(new Change.RunSpared(run.Id) { At = now });
        return changes;
    }

    /// <summary>Whether somebody who may have it still waits for the place of a run that was told to make room.</summary>
    public bool IsWanted(TaskRun run) =>
        reservations.KeptFor(run.Render.Id) is { } need && reservations.Head(need)?.Lot is { Job.Description.Preempts: true } lot
        && run.Block.Job.Description.Priority < lot.Job.Description.Priority;

    private List<Change> Choose(DateTimeOffset now)
    {
        var (preempted, looked) = (new List<Change>(), 0);
        var waiting = renders.Outlooks.Where(outlook => !outlook.IsOpen).ToList();
        for (var at = 0; at < waiting.Count && looked < NeedsPerTick && !reservations.IsFull; at++)
        {
            var outlook = waiting[(int)(_next++ % waiting.Count)];
            if (reservations.IsKept(outlook)) continue;
            if (reservations.Head(outlook)?.Lot is not { Job.Description.Preempts: true } lot) continue;
            looked++;
            if (Cheapest(lot) is not { } choice) continue;

            reservations.Keep(choice.Render, outlook);
            var until = now.AddSeconds(lot.Job.Description.PreemptionGrace);
            preempted.AddRange(choice.Victims.Select(victim => new Change.RunPreempted(victim.Id, until) { At = now }));
        }

        return preempted;
    }

    /// <summary>The render where the least important and fewest runs must go; none when no render would do.</summary>
    private (Render Render, List<TaskRun> Victims)? Cheapest(Lot lot)
    {
        (Render Render, List<TaskRun> Victims)? best = null;
        var cost = (Priority: int.MaxValue, Count: int.MaxValue);
        foreach (var render in farm.Renders.Values)
        {
            if (!lot.Outlook.Reach.Contains(render.Id) || reservations.KeptFor(render.Id) is not null) continue;
            if (Fit.Ready(lot.Need, render, renders.IsOnline(render.Id)) != Misfit.None || Fit.Large(lot.Need, render) != Misfit.None) continue;
            if (lot.TaskFor(render) < 0 || Victims(lot, render) is not { } victims) continue;
            var price = (victims.Select(victim => victim.Block.Job.Description.Priority).DefaultIfEmpty(int.MinValue).Max(), victims.Count);
            if (price.CompareTo(cost) >= 0) continue;
            (best, cost) = ((render, victims), price);
        }

        return best;
    }

    /// <summary>
    /// Runs of lower priority, the least important and youngest first, until the task would fit; null when it never would, or fits
    /// already. None when those that were told before suffice. Tickets and memory of shared devices are not won so: who holds them may
    /// be anywhere.
    /// </summary>
    private static List<TaskRun>? Victims(Lot lot, Render render)
    {
        var need = lot.Need;
        if (Fit.TicketsFree(need, render) != Misfit.None || (need.Gpus == 0 && !Fit.TryGpus(need, render, out _, out _))) return null;
        var (capacity, memory, cores, disk, slots) = (render.CapacityFree, render.Offer.MemoryMegabytes - render.MemoryReserved,
            render.Offer.Cores - render.CoresReserved, render.Offer.DiskGigabytes == 0 ? int.MaxValue : render.Offer.DiskGigabytes - render.DiskReserved, render.MaxTasks < 0 ? int.MaxValue : render.MaxTasks - render.TaskCount);
        var gpus = Enumerable.Range(0, render.GpuCount).Count(render.IsGpuUnused);
        bool Suffices() => capacity >= need.Capacity && memory >= need.Memory && cores >= need.Cores && disk >= need.Disk && slots > 0 && gpus >= need.Gpus;

        void Leave(TaskRun run)
        {
            capacity += run.Grant.Capacity;
            memory += run.Grant.MemoryMegabytes;
            cores += run.Grant.Cores;
            disk = disk == int.MaxValue ? disk : disk + run.Grant.DiskGigabytes;
            gpus += run.Grant.Gpus.Count;
            slots = slots == int.MaxValue ? slots : slots + 1;
        }

        if (Suffices()) return null;
        var lower = render.Runs.Where(run => run.Helpers.Count == 0 && !run.IsStopping && run.Block.Job.Description.Priority < lot.Job.Description.Priority).ToList();
        foreach (var run in lower.Where(run => run.PreemptedAt is not null)) Leave(run);
        var victims = new List<TaskRun>();
        var others = lower.Where(run => run.PreemptedAt is null);
        foreach (var run in others.OrderBy(run => run.Block.Job.Description.Priority).ThenByDescending(run => run.Started).ThenBy(run => run.Id.Job).ThenBy(run => run.Id.Task))
        {
            if (Suffices()) break;
            victims.Add(run);
            Leave(run);
        }

        return Suffices() ? victims : null;
    }
}

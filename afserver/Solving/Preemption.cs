using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>A run that is to make room, and until when it may end by itself.</summary>
internal readonly record struct Preempted(TaskRunId Run, DateTimeOffset Until);

/// <summary>Makes room for jobs that ask for it: runs of lower priority on one render are told to end, after a grace.</summary>
internal sealed class Preemption(Farm farm, RenderIndex renders, Reservations reservations)
{
    /// <summary>Needs for which all renders are looked at in one tick; the others have their turn at the next ones.</summary>
    private const int NeedsPerTick = 4;

    private uint _next;

    /// <summary>The runs that are to make room now; their render is kept for who needs it.</summary>
    public List<Preempted> Choose(DateTimeOffset now)
    {
        var (preempted, looked) = (new List<Preempted>(), 0);
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
            preempted.AddRange(choice.Victims.Select(victim => new Preempted(victim.Id, until)));
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
            if (lot.TaskFor(render) < 0 || Victims(lot, render) is not { Count: > 0 } victims) continue;
            var price = (victims.Max(victim => victim.Block.Job.Description.Priority), victims.Count);
            if (price.CompareTo(cost) >= 0) continue;
            (best, cost) = ((render, victims), price);
        }

        return best;
    }

    /// <summary>
    /// Runs of lower priority, the least important and youngest first, until the task would fit; null when it never would. Tickets and
    /// memory of shared devices are not won so: who holds them may be anywhere.
    /// </summary>
    private static List<TaskRun>? Victims(Lot lot, Render render)
    {
        var need = lot.Need;
        if (Fit.TicketsFree(need, render) != Misfit.None || (need.Gpus == 0 && !Fit.TryGpus(need, render, out _, out _))) return null;
        var (capacity, memory, cores, disk, slots) = (render.CapacityFree, render.Offer.MemoryMegabytes - render.MemoryReserved,
            render.Offer.Cores - render.CoresReserved, render.Offer.DiskGigabytes == 0 ? int.MaxValue : render.Offer.DiskGigabytes - render.DiskReserved, render.MaxTasks < 0 ? int.MaxValue : render.MaxTasks - render.TaskCount);
        var gpus = Enumerable.Range(0, render.GpuCount).Count(render.IsGpuUnused);
        bool Suffices() => capacity >= need.Capacity && memory >= need.Memory && cores >= need.Cores && disk >= need.Disk && slots > 0 && gpus >= need.Gpus;

        var victims = new List<TaskRun>();
        var lower = render.Runs.Where(run => run.Helpers.Count == 0 && !run.IsStopping && run.PreemptedAt is null && run.Block.Job.Description.Priority < lot.Job.Description.Priority);
        foreach (var run in lower.OrderBy(run => run.Block.Job.Description.Priority).ThenByDescending(run => run.Started).ThenBy(run => run.Id.Job).ThenBy(run => run.Id.Task))
        {
            if (Suffices()) break;
            victims.Add(run);
            capacity += run.Grant.Capacity;
            memory += run.Grant.MemoryMegabytes;
            cores += run.Grant.Cores;
            disk = disk == int.MaxValue ? disk : disk + run.Grant.DiskGigabytes;
            gpus += run.Grant.Gpus.Count;
            slots = slots == int.MaxValue ? slots : slots + 1;
        }

        return Suffices() ? victims : null;
    }
}

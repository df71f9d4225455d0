using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Whether a render can take a task now; the same judgement solves and explains.</summary>
internal static class Fit
{
    /// <summary>All that a need alone decides. Limits of just one job or block come after it: see <see cref="Lot.Judge"/>.</summary>
    public static Misfit Judge(Need need, Render render, bool isOnline)
    {
        var misfit = Ready(need, render, isOnline);
        if (misfit == Misfit.None) misfit = Allowed(need, render);
        if (misfit == Misfit.None) misfit = Large(need, render);
        return misfit == Misfit.None ? Free(need, render) : misfit;
    }

    /// <summary>Whether the render takes anything at all.</summary>
    public static Misfit Ready(Need need, Render render, bool isOnline)
    {
        if (!isOnline) return Misfit.Offline;
        if (render.Settings.Priority == 0) return Misfit.NoPriority;
        if (render.IsSick) return Misfit.Sick;
        if (!need.IgnorePaused && IsPaused(render)) return Misfit.Paused;
        return !need.IgnoreNimby && render.Settings.NimbyAll ? Misfit.Nimby : Misfit.None;
    }

    /// <summary>Whether the task may go there, whatever is free; changes only when people change something.</summary>
    public static Misfit Allowed(Need need, Render render)
    {
        foreach (var mask in need.Masks)
        {
            if (!mask.Accepts(render.Name)) return Misfit.HostsMask;
        }

        foreach (var mask in need.Os)
        {
            if (!mask.Accepts(render.Offer.OperatingSystem)) return Misfit.Os;
        }

        foreach (var mask in need.Properties)
        {
            if (!mask.Accepts(render.Properties)) return Misfit.Properties;
        }

        if (render.Power < need.Power) return Misfit.Power;
        foreach (var pools in need.Pools)
        {
            if (Preference(pools, render.Pool.Path) is null) return Misfit.Pool;
        }

        if (!render.Offers(need.Service)) return Misfit.Service;
        return render.Offer.CpuMegahertz < need.CpuMegahertz || (long)render.Offer.CpuMegahertz * render.Offer.Cores < need.CpuMegahertzTimesCores ? Misfit.CpuSpeed : Misfit.None;
    }

    /// <summary>Whether it could hold the task if nothing else ran there.</summary>
    public static Misfit Large(Need need, Render render)
    {
        if (render.Capacity < need.Capacity) return Misfit.TooSmall;
        if (need.Cores > 0 && render.Offer.Cores < need.Cores) return Misfit.TooFewCores;
        if (need.Memory > 0 && render.Offer.MemoryMegabytes < need.Memory) return Misfit.TooLittleMemory;
        if (need.Disk > 0 && render.Offer.DiskGigabytes is > 0 and var disk && disk < need.Disk) return Misfit.TooLittleDisk;
        return HasEver(need, render.Offer.GpuMegabytes) ? Misfit.None : Misfit.TooFewGpus;
    }

    /// <summary>Whether what it needs is free now.</summary>
    public static Misfit Free(Need need, Render render)
    {
        if (!render.HasFreeSlot) return Misfit.NoSlot;
        if (render.CapacityFree < need.Capacity) return Misfit.Busy;
        if (need.Cores > 0 && render.Offer.Cores - render.CoresReserved < need.Cores) return Misfit.CoresTaken;
        if (need.Memory > 0 && render.Offer.MemoryMegabytes - render.MemoryReserved < need.Memory) return Misfit.MemoryTaken;
        if (need.Disk > 0 && render.Offer.DiskGigabytes is > 0 and var disk && disk - render.DiskReserved < need.Disk) return Misfit.DiskTaken;
        if (need.WantsGpu && !TryGpus(need, render, out _, out _)) return Misfit.GpusTaken;
        return TicketsFree(need, render);
    }

    /// <summary>The devices that a run would have: some for itself, or room on one that is shared.</summary>
    public static bool TryGpus(Need need, Render render, out IReadOnlyList<int> own, out int shared)
    {
        (own, shared) = ([], -1);
        if (need.Gpus > 0)
        {
            own = [.. Enumerable.Range(0, render.GpuCount).Where(device => render.Offer.GpuMegabytes[device] >= need.GpuMemory && render.IsGpuUnused(device)).Take(need.Gpus)];
            return own.Count == need.Gpus;
        }

        if (need.GpuMemory == 0) return true;
        for (var device = 0; device < render.GpuCount; device++)
        {
            if (render.GpuFree(device) >= need.GpuMemory && (shared < 0 || render.GpuFree(device) < render.GpuFree(shared))) shared = device;
        }

        return shared >= 0;
    }

    /// <summary>What a map of pools adds to the preference for a render there; null forbids it. CGRU contract §5.3.</summary>
    public static int? Preference(IReadOnlyDictionary<string, int> pools, string path)
    {
        var (preference, isRestricted, isMatched) = (0, false, false);
        foreach (var (pool, value) in pools)
        {
            isRestricted |= value >= 100;
            if (!(pool.StartsWith('/') ? IsBelow(path, pool) : path.Contains(pool, StringComparison.Ordinal))) continue;
            if (value <= -100) return null;
            preference += value;
            isMatched = true;
        }

        return isRestricted && !isMatched ? null : preference;
    }

    private static bool IsBelow(string path, string pool) => path.StartsWith(pool, StringComparison.Ordinal);

    private static bool IsPaused(Render render)
    {
        if (render.Settings.Paused) return true;
        for (Pool? pool = render.Pool; pool is not null; pool = pool.Parent)
        {
            if (pool.Settings.Paused) return true;
        }

        return false;
    }

    private static bool HasEver(Need need, IReadOnlyList<int> gpus) =>
        !need.WantsGpu || gpus.Count(memory => memory >= need.GpuMemory) >= Math.Max(1, need.Gpus);

    /// <summary>Whether the tickets that it takes are free for this host, and in all pools above it.</summary>
    public static Misfit TicketsFree(Need need, Render render)
    {
        foreach (var (name, count) in need.Tickets)
        {
            if (render.TicketsOfHost(name) is >= 0 and var most && render.TicketsUsed(name) + count > most) return Misfit.HostTickets;
            for (Pool? pool = render.Pool; pool is not null; pool = pool.Parent)
            {
                if (!pool.Settings.TicketsPool.TryGetValue(name, out var ticket)) continue;
                var use = pool.Tickets.GetValueOrDefault(name);
                if (ticket.Count >= 0 && (use?.Count ?? 0) + count > ticket.Count) return Misfit.PoolTickets;
                if (ticket.MaxHosts >= 0 && use?.IsOn(render.Id) != true && (use?.Hosts ?? 0) >= ticket.MaxHosts) return Misfit.PoolTickets;
            }
        }

        return Misfit.None;
    }
}

using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Capacity, slots, memory, cores, disk and devices: nothing is given twice, and what is given is what the task asks for.</summary>
internal sealed class RoomRule : IRule
{
    public bool IsOfHost => true;

    public IEnumerable<string> Against(Candidate start) => start.Hosts.SelectMany(host => On(host, start)).Concat(Given(start));

    public static int CapacityOf(Render render) => Nearest(render, level => level.CapacityHost, render.Offer.Capacity);

    public static int SlotsOf(Render render) => Nearest(render, level => level.MaxTasksHost, render.Offer.MaxTasks == 0 ? int.MaxValue : render.Offer.MaxTasks);

    private static IEnumerable<string> On(Render host, Candidate start)
    {
        var runs = start.On(host).ToList();
        if (runs.Count >= SlotsOf(host)) yield return $"over the slots of {host.Name}";
        if (runs.Sum(run => run.Grant.Capacity) + start.Capacity > CapacityOf(host)) yield return $"over the capacity of {host.Name}";
        if (start.Memory > 0 && runs.Sum(run => (long)run.Grant.MemoryMegabytes) + start.Memory > host.Offer.MemoryMegabytes) yield return $"over the memory of {host.Name}";
        if (start.Cores > 0 && runs.Sum(run => run.Grant.Cores) + start.Cores > host.Offer.Cores) yield return $"over the cores of {host.Name}";
        if (start.Disk > 0 && host.Offer.DiskGigabytes > 0 && runs.Sum(run => run.Grant.DiskGigabytes) + start.Disk > host.Offer.DiskGigabytes) yield return $"over the disk of {host.Name}";
        var (gpus, memory) = (Math.Max(0, start.Own.NeedGpus), Math.Max(0, start.Own.NeedGpuMemMb));
        if (start.Grant is { } grant)
        {
            foreach (var wrong in Devices(host, runs, grant, memory)) yield return wrong;
        }
        else if (gpus + memory > 0)
        {
            var usable = Enumerable.Range(0, host.Offer.GpuMegabytes.Count).Count(device => gpus > 0 ? host.Offer.GpuMegabytes[device] >= memory && IsUnused(runs, device) : FreeOf(host, runs, device) >= memory);
            if (usable < Math.Max(1, gpus)) yield return $"over the devices of {host.Name}";
        }
    }

    /// <summary>Who has a device has it alone; who shares one finds its memory there.</summary>
    private static IEnumerable<string> Devices(Render host, List<ToldRun> runs, RunGrant grant, int memory)
    {
        foreach (var device in grant.Gpus)
        {
            if (device >= host.Offer.GpuMegabytes.Count || host.Offer.GpuMegabytes[device] < memory) yield return $"device {device} of {host.Name} is too small, or is not there";
            else if (!IsUnused(runs, device)) yield return $"device {device} of {host.Name} is not its own";
        }

        if (grant.SharedGpu < 0) yield break;
        if (grant.SharedGpu >= host.Offer.GpuMegabytes.Count) yield return $"device {grant.SharedGpu} of {host.Name} is not there";
        else if (FreeOf(host, runs, grant.SharedGpu) < grant.GpuMegabytes) yield return $"over the memory of device {grant.SharedGpu} of {host.Name}";
    }

    private static IEnumerable<string> Given(Candidate start)
    {
        if (start.Grant is not { } grant) yield break;
        var (own, most) = (start.Own, start.Own.Flags.HasFlag(BlockTraits.VarCapacity) ? Math.Max(1, start.Own.CapacityCoeffMax) : 1);
        if (grant.Capacity % own.Capacity != 0 || grant.Capacity < own.Capacity || grant.Capacity > own.Capacity * most) yield return $"was given the capacity {grant.Capacity} for one of {own.Capacity}";
        if (grant.MemoryMegabytes != start.Memory) yield return $"was given {grant.MemoryMegabytes} MB and asks for {start.Memory}";
        if (grant.Cores != start.Cores || grant.DiskGigabytes != start.Disk) yield return "was given other cores or disk than it asks for";
        if (grant.Gpus.Distinct().Count() != Math.Max(0, own.NeedGpus)) yield return "was given other devices than it asks for";
        if (own.NeedGpus <= 0 && own.NeedGpuMemMb > 0 && (grant.SharedGpu < 0 || grant.GpuMegabytes != own.NeedGpuMemMb)) yield return "was given no room on a device";
        if (!start.Tickets.OrderBy(ticket => ticket.Key, StringComparer.Ordinal).SequenceEqual(grant.Tickets.Select(ticket => KeyValuePair.Create(ticket.Name, ticket.Count)))) yield return "was given other tickets than it asks for";
    }

    private static bool IsUnused(List<ToldRun> runs, int device) => !runs.Exists(run => run.Grant.Gpus.Contains(device) || run.Grant.SharedGpu == device);

    private static int FreeOf(Render host, List<ToldRun> runs, int device) =>
        runs.Exists(run => run.Grant.Gpus.Contains(device)) ? -1 : host.Offer.GpuMegabytes[device] - runs.Where(run => run.Grant.SharedGpu == device).Sum(run => run.Grant.GpuMegabytes);

    private static int Nearest(Render render, Func<HostSettings, int> value, int absent)
    {
        if (value(render.Settings) >= 0) return value(render.Settings);
        foreach (var pool in Candidate.Up(render.Pool))
        {
            if (value(pool.Settings) >= 0) return value(pool.Settings);
        }

        return absent;
    }
}

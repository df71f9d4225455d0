using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// Hosts for one task together. What each of them has free by itself may not do for all: they draw on the same tickets of their
/// pools, and the devices have the same numbers on each of them.
/// </summary>
internal sealed class Gathering(Need need)
{
    private readonly List<Render> _hosts = [];
    private List<int> _devices = [];

    public IReadOnlyList<Render> Hosts => _hosts;

    /// <summary>Devices for the task alone, on every host.</summary>
    public IReadOnlyList<int> Own => [.. _devices.Take(need.Gpus)];

    /// <summary>The device that it shares on every host, or -1.</summary>
    public int Shared => need.Gpus == 0 && _devices.Count > 0 ? _devices[0] : -1;

    /// <summary>Takes in a host that fits by itself, if it does so together with those that are in.</summary>
    public bool TryAdd(Render render)
    {
        var devices = Devices(render);
        if (_hosts.Count > 0) devices = [.. _devices.Intersect(devices)];
        if (need.WantsGpu && devices.Count < Math.Max(1, need.Gpus)) return false;
        if (!need.Tickets.All(ticket => HasTickets(ticket.Name, ticket.Count, render))) return false;
        _devices = devices;
        _hosts.Add(render);
        return true;
    }

    private List<int> Devices(Render render) => !need.WantsGpu ? []
        : [.. Enumerable.Range(0, render.GpuCount).Where(device => need.Gpus > 0
            ? render.Offer.GpuMegabytes[device] >= need.GpuMemory && render.IsGpuUnused(device)
            : render.GpuFree(device) >= need.GpuMemory)];

    private bool HasTickets(string name, int count, Render render)
    {
        foreach (var pool in render.Pool.Chain())
        {
            if (!pool.Settings.TicketsPool.TryGetValue(name, out var ticket)) continue;
            var inside = _hosts.Where(host => host.Pool.Chain().Contains(pool)).Append(render).ToList();
            var use = pool.Tickets.GetValueOrDefault(name);
            if (ticket.Count >= 0 && (use?.Count ?? 0) + (inside.Count * count) > ticket.Count) return false;
            if (ticket.MaxHosts >= 0 && use?.IsOn(render.Id) != true && (use?.Hosts ?? 0) + inside.Count(host => use?.IsOn(host.Id) != true) > ticket.MaxHosts) return false;
        }

        return true;
    }
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// Renders that are kept for work which needs more of a render than ever comes free by itself while narrower work takes every gap. A
/// kept render takes nothing that would be served later, unless that is known to end before the wide work could start anyway (backfill).
/// </summary>
internal sealed class Reservations(Farm farm, RenderIndex renders, WorkIndex work)
{
    /// <summary>How long work must have waited, overtaken, before a render is kept for it: most gaps come of themselves.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>At most this part of the renders is kept: a farm must not stand still for the sake of a few.</summary>
    private const int RendersPerReservation = 4;

    private readonly Dictionary<RenderId, Outlook> _kept = [];

    /// <summary>As many renders are kept as may be.</summary>
    public bool IsFull => _kept.Count >= Math.Max(1, renders.OnlineCount / RendersPerReservation);

    public bool IsKept(Outlook need) => _kept.ContainsValue(need);

    public Outlook? KeptFor(RenderId render) => _kept.GetValueOrDefault(render);

    /// <summary>Whether the render is kept from this lot.</summary>
    public bool Refuses(Render render, Lot lot, DateTimeOffset now)
    {
        if (_kept.Count == 0 || !_kept.TryGetValue(render.Id, out var wide) || wide == lot.Outlook) return false;
        if (Head(wide) is not { } head || work.LeafOf(lot) is not { } node || node.Precedes(head)) return false;
        return !Backfills(lot, render, wide.Need, now);
    }

    /// <summary>Keeps renders for needs that are overtaken for too long, and gives up those that are not needed any more; true when any was given up.</summary>
    public bool Review(DateTimeOffset now)
    {
        var lapsed = _kept.Where(kept => !work.Root.Has(kept.Value) || !renders.IsOnline(kept.Key)).Select(kept => kept.Key).ToList();
        foreach (var render in lapsed) _kept.Remove(render);

        foreach (var outlook in renders.Outlooks)
        {
            if (IsFull) break;
            if (outlook.ClosedSince is { } since && now - since >= Patience && outlook.Overtaken > 0 && work.Root.Has(outlook) && !IsKept(outlook) && Choose(outlook) is { } render)
                _kept.Add(render.Id, outlook);
        }

        return lapsed.Count > 0;
    }

    public void Keep(Render render, Outlook need) => _kept[render.Id] = need;

    /// <summary>Work of this need has started somewhere; true when a render was kept for it.</summary>
    public bool Lift(Outlook need)
    {
        if (_kept.Count == 0) return false;
        var kept = _kept.Where(entry => entry.Value == need).Select(entry => entry.Key).ToList();
        foreach (var render in kept) _kept.Remove(render);
        return kept.Count > 0;
    }

    /// <summary>The first lot with this need in the order of service.</summary>
    public WorkNode? Head(Outlook need)
    {
        List<Outlook> needs = [need];
        WorkNode? node = work.Root.Has(need) ? work.Root : null;
        while (node is not null && node.Lot is null) node = node.First(needs);
        return node;
    }

    /// <summary>The render that lacks least of what is needed.</summary>
    private Render? Choose(Outlook outlook) => farm.Renders.Values
        .Where(render => outlook.Reach.Contains(render.Id) && !_kept.ContainsKey(render.Id)
            && Fit.Ready(outlook.Need, render, renders.IsOnline(render.Id)) == Misfit.None && Fit.Large(outlook.Need, render) == Misfit.None)
        .OrderByDescending(render => render.CapacityFree).ThenBy(render => render.Id).FirstOrDefault();

    private static bool Backfills(Lot lot, Render render, Need wide, DateTimeOffset now) =>
        lot.Block.Times.Mean is { } seconds && FreeAt(render, wide, now) is { } free && now.AddSeconds(seconds) <= free;

    /// <summary>When enough of what runs there will have ended, as far as the blocks' earlier runs tell; null when they do not.</summary>
    private static DateTimeOffset? FreeAt(Render render, Need wide, DateTimeOffset now)
    {
        var free = render.CapacityFree;
        var ends = new List<(DateTimeOffset At, int Capacity)>();
        foreach (var run in render.All())
        {
            if (run.Block.Times.Mean is not { } seconds) return null;
            var end = run.Started.AddSeconds(seconds);
            ends.Add((end > now ? end : now, run.Grant.Capacity));
        }

        foreach (var (at, capacity) in ends.OrderBy(end => end.At))
        {
            free += capacity;
            if (free >= wide.Capacity) return at;
        }

        return null;
    }
}

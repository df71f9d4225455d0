using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// The connected renders that have something free, grouped by the services that they offer, the freest first. Kept up to date
/// by the renders that change.
/// </summary>
internal sealed class FreeRenders
{
    private readonly Dictionary<string, OfferClass> _classes = [];
    private readonly Dictionary<RenderId, (OfferClass Class, Place Place)> _places = [];

    public bool IsEmpty => _places.Count == 0;

    /// <summary>Puts a render where it belongs now, or takes it out.</summary>
    public void Refresh(Render render, bool isOnline)
    {
        if (_places.Remove(render.Id, out var present)) present.Class.Free.Remove(present.Place);
        if (!isOnline || render.CapacityFree <= 0 || !render.HasFreeSlot) return;

        var offer = ClassOf(render.Offer.Services);
        var place = new Place(render.CapacityFree, render.Runs.Count, render.Id, render);
        offer.Free.Add(place);
        _places.Add(render.Id, (offer, place));
    }

    /// <summary>
    /// The render to take a task: the one with the most free capacity, then with the fewest runs, then the oldest; another one
    /// than <paramref name="avoided"/> if any other can.
    /// </summary>
    public Render? Best(Need need, RenderId? avoided)
    {
        Place? best = null;
        Render? lastResort = null;
        foreach (var offer in _classes.Values)
        {
            if (!offer.Serves(need.Service)) continue;
            foreach (var place in offer.Free)
            {
                if (Fit.Judge(need, place.Render, isOnline: true) != Misfit.None) break;
                if (place.Id == avoided)
                {
                    lastResort = place.Render;
                    continue;
                }

                if (best is not { } leader || place.CompareTo(leader) < 0) best = place;
                break;
            }
        }

        return best?.Render ?? lastResort;
    }

    private OfferClass ClassOf(IReadOnlyList<string> services)
    {
        var key = string.Join('\n', services);
        if (!_classes.TryGetValue(key, out var found)) _classes.Add(key, found = new OfferClass(services));
        return found;
    }

    private sealed class OfferClass(IReadOnlyList<string> services)
    {
        public SortedSet<Place> Free { get; } = [];

        public bool Serves(string service) => Fit.Offers(services, service);
    }

    private readonly record struct Place(int FreeCapacity, int Runs, RenderId Id, Render Render) : IComparable<Place>
    {
        public int CompareTo(Place other)
        {
            var byCapacity = other.FreeCapacity.CompareTo(FreeCapacity);
            if (byCapacity != 0) return byCapacity;
            var byRuns = Runs.CompareTo(other.Runs);
            return byRuns != 0 ? byRuns : Id.CompareTo(other.Id);
        }
    }
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// What is known of the renders that fit one need now. At first nothing is: the free renders are walked, the best first. When that
/// was long or in vain, those that fit are listed exactly, and the list is kept by the renders that change; an empty list closes the need.
/// </summary>
internal sealed class Outlook(Need need, Reach reach)
{
    /// <summary>Renders passed over in vain in one walk after which a list pays.</summary>
    private const int WalkMax = 64;

    private readonly Dictionary<RenderId, Place> _places = [];
    private SortedSet<Place>? _fitting;

    public Need Need { get; } = need;

    public Reach Reach { get; } = reach;

    /// <summary>Lots that fit no render that fits the need, for reasons of their own.</summary>
    public HashSet<Lot> Parked { get; } = [];

    /// <summary>Lots that have this need, whether they may start or not.</summary>
    public int Lots { get; set; }

    public bool IsOpen => _fitting is not { Count: 0 };

    /// <summary>Since when nothing fits; null when something may.</summary>
    public DateTimeOffset? ClosedSince { get; private set; }

    /// <summary>Work of other needs that started on renders which could hold this one, since it closed.</summary>
    public int Overtaken { get; set; }

    /// <summary>The renders that fit, the best first.</summary>
    public IEnumerable<Place> Fitting()
    {
        if (_fitting is not null)
        {
            foreach (var place in _fitting) yield return place;
            yield break;
        }

        var passed = 0;
        Place? said = null;
        foreach (var place in Reach.Free)
        {
            if (Fit.Free(Need, place.Render) == Misfit.None && Fit.Large(Need, place.Render) == Misfit.None)
            {
                yield return place;
                said = place;
                continue;
            }

            if (++passed == WalkMax) break;
        }

        if (passed < WalkMax) yield break;
        foreach (var place in Listed())
        {
            if (said is not { } last || place.CompareTo(last) > 0) yield return place;
        }
    }

    /// <summary>Nothing fits; remembers it until a render that changes fits.</summary>
    public void Close(DateTimeOffset now)
    {
        (_fitting, ClosedSince, Overtaken) = ([], now, 0);
        _places.Clear();
    }

    /// <summary>Nothing is known any more; tickets came back, or people changed something.</summary>
    public void Reopen()
    {
        (_fitting, ClosedSince) = (null, null);
        _places.Clear();
    }

    /// <summary>A render has changed.</summary>
    public bool Refresh(Render render, bool isOnline)
    {
        var fits = Reach.Contains(render.Id) && Fit.Ready(Need, render, isOnline) == Misfit.None && Fit.Large(Need, render) == Misfit.None && Fit.Free(Need, render) == Misfit.None;
        if (_fitting is null) return fits;
        if (_places.Remove(render.Id, out var present)) _fitting.Remove(present);
        if (!fits || Reach.PlaceOf(render) is not { } place) return false;
        _places.Add(render.Id, place);
        _fitting.Add(place);
        ClosedSince = null;
        return true;
    }

    public void Forget(RenderId render)
    {
        if (_places.Remove(render, out var place)) _fitting?.Remove(place);
    }

    private SortedSet<Place> Listed()
    {
        _fitting = [];
        foreach (var place in Reach.Free)
        {
            if (Fit.Free(Need, place.Render) != Misfit.None || Fit.Large(Need, place.Render) != Misfit.None) continue;
            _fitting.Add(place);
            _places.Add(place.Render.Id, place);
        }

        return _fitting;
    }
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// What is known of the renders that fit one need now. At first nothing is: the free renders are walked, the best first. When that
/// was in vain the need is closed: none fits, and the few that fit later are listed as they change. When a walk was long, or the few
/// become many, those that fit are kept sorted.
/// </summary>
internal sealed class Outlook(Need need, Reach reach)
{
    /// <summary>Renders passed over in vain in one walk after which a sorted list pays.</summary>
    private const int WalkMax = 64;

    /// <summary>So many renders are sorted quicker when they are asked for than when they change.</summary>
    private const int FewMax = 16;

    private readonly Dictionary<RenderId, Place> _places = [];
    private List<Render>? _few;
    private SortedSet<Place>? _sorted;

    public Need Need { get; } = need;

    public Reach Reach { get; } = reach;

    /// <summary>Lots that fit no render that fits the need, for reasons of their own.</summary>
    public HashSet<Lot> Parked { get; } = [];

    /// <summary>Lots that have this need, whether they may start or not.</summary>
    public int Lots { get; set; }

    public bool IsOpen => _few is not { Count: 0 } && _sorted is not { Count: 0 };

    /// <summary>Since when nothing fits; null when something may.</summary>
    public DateTimeOffset? ClosedSince { get; private set; }

    /// <summary>Work of other needs that started on renders which could hold this one, since it closed.</summary>
    public int Overtaken { get; set; }

    /// <summary>The renders that fit, the best first.</summary>
    public IEnumerable<Place> Fitting()
    {
        if (_sorted is null && _few is null) return Walk();
        IEnumerable<Place> listed = _sorted is not null ? _sorted : _few!.Select(render => Reach.PlaceOf(render)!.Value).Order();   // one of the two is there, and who fits is within reach

        // Tickets of a pool are taken by runs on other renders, too, which changes nothing on these.
        return Need.Tickets.Count == 0 ? listed : listed.Where(place => Fit.TicketsFree(Need, place.Render) == Misfit.None);
    }

    /// <summary>Nothing fits; remembers it until a render that changes fits.</summary>
    public void Close(DateTimeOffset now)
    {
        Reopen();
        (_few, ClosedSince) = ([], now);
    }

    /// <summary>Notes since when nothing fits, if the last that fitted was taken meanwhile; a clock that was set back is believed.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (!IsOpen && (ClosedSince is not { } since || since > now)) ClosedSince = now;
    }

    /// <summary>Nothing is known any more; tickets came back, or people changed something.</summary>
    public void Reopen()
    {
        (_few, _sorted, ClosedSince, Overtaken) = (null, null, null, 0);
        _places.Clear();
    }

    /// <summary>A render has changed; true when it fits now.</summary>
    public bool Refresh(Render render, bool isOnline)
    {
        var fits = Reach.Contains(render.Id) && Fit.Ready(Need, render, isOnline) == Misfit.None && Fits(render);
        if (_few is not null)
        {
            if (!fits) _few.Remove(render);
            else if (!_few.Contains(render)) _few.Add(render);
            if (_few.Count > FewMax) Sort();
        }
        else if (_sorted is not null)
        {
            if (_places.Remove(render.Id, out var present)) _sorted.Remove(present);
            if (fits) Add(render);
        }

        if (fits) (ClosedSince, Overtaken) = (null, 0);
        return fits;
    }

    public void Forget(RenderId render)
    {
        _few?.RemoveAll(known => known.Id == render);
        if (_places.Remove(render, out var place)) _sorted?.Remove(place);
    }

    private IEnumerable<Place> Walk()
    {
        var passed = 0;
        Place? said = null;
        foreach (var place in Reach.Free)
        {
            if (Fits(place.Render))
            {
                yield return place;
                said = place;
                continue;
            }

            if (++passed == WalkMax) break;
        }

        if (passed < WalkMax) yield break;
        Sort();
        foreach (var place in Fitting())
        {
            if (said is not { } last || place.CompareTo(last) > 0) yield return place;
        }
    }

    private void Sort()
    {
        (_few, _sorted) = (null, []);
        foreach (var place in Reach.Free)
        {
            if (Fits(place.Render)) Add(place.Render);
        }
    }

    private void Add(Render render)
    {
        if (Reach.PlaceOf(render) is not { } place) return;
        _places.Add(render.Id, place);
        _sorted!.Add(place);   // only called while it is there
    }

    private bool Fits(Render render) => Fit.Free(Need, render) == Misfit.None && Fit.Large(Need, render) == Misfit.None;
}

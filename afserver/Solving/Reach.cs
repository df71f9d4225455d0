using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>A render's place among those that are free, the best first; CGRU contract §5.2, "render choice".</summary>
internal readonly record struct Place(long Preference, int Tasks, int FreeCapacity, int Priority, DateTimeOffset LastTurn, int Capacity, Render Render) : IComparable<Place>
{
    public int CompareTo(Place other)
    {
        var order = other.Preference.CompareTo(Preference);
        if (order == 0) order = Tasks.CompareTo(other.Tasks);
        if (order == 0) order = other.FreeCapacity.CompareTo(FreeCapacity);
        if (order == 0) order = other.Priority.CompareTo(Priority);
        if (order == 0) order = LastTurn.CompareTo(other.LastTurn);
        if (order == 0) order = other.Capacity.CompareTo(Capacity);
        return order != 0 ? order : Render.Id.CompareTo(other.Render.Id);
    }
}

/// <summary>The renders that needs of one kind may use, and those of them that have something free, the best first.</summary>
internal sealed class Reach(Need need)
{
    private readonly Dictionary<RenderId, long> _preferences = [];
    private readonly Dictionary<RenderId, Place> _places = [];
    private readonly SortedSet<Place> _free = [];
    private readonly HashSet<Render> _ready = [];

    /// <summary>Renders with something free; what exactly is for <see cref="Fit"/> to judge.</summary>
    public IReadOnlyCollection<Place> Free => _free;

    /// <summary>Renders that take tasks at all and may take these, whether they have anything free or not.</summary>
    public IReadOnlyCollection<Render> Ready => _ready;

    /// <summary>Counts up when a render joins those that are ready, leaves them, or is judged anew.</summary>
    public int Version { get; private set; }

    public bool Contains(RenderId render) => _preferences.ContainsKey(render);

    /// <summary>People have changed something: judges anew whether the render may be used.</summary>
    public void Judge(Render render)
    {
        Version++;
        _preferences.Remove(render.Id);
        if (Fit.Allowed(need, render) != Misfit.None) return;
        long preference = 0;
        for (Pool? pool = render.Pool; pool is not null; pool = pool.Parent) preference += pool.Settings.Priority - WorkSettings.PriorityDefault;
        foreach (var pools in need.Pools) preference += Fit.Preference(pools, render.Pool.Path) ?? 0;
        _preferences.Add(render.Id, preference);
    }

    /// <summary>Puts a render where it belongs now, or takes it out.</summary>
    public void Refresh(Render render, bool isOnline)
    {
        if (_places.Remove(render.Id, out var present)) _free.Remove(present);
        if (Fit.Ready(need, render, isOnline) != Misfit.None || PlaceOf(render) is not { } place)
        {
            if (_ready.Remove(render)) Version++;
            return;
        }

        if (_ready.Add(render)) Version++;
        if (!render.HasFreeSlot || render.CapacityFree <= 0) return;
        _places.Add(render.Id, place);
        _free.Add(place);
    }

    public Place? PlaceOf(Render render) => _preferences.TryGetValue(render.Id, out var preference)
        ? new Place(preference, render.TaskCount, render.CapacityFree, render.Settings.Priority, render.LastTurn, render.Capacity, render)
        : null;

    public void Forget(RenderId render)
    {
        _preferences.Remove(render);
        if (_places.Remove(render, out var place)) _free.Remove(place);
        if (_ready.RemoveWhere(known => known.Id == render) > 0) Version++;
    }
}

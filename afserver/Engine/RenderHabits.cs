namespace AfServer.Engine;

/// <summary>Whether the machine of a render sleeps, as far as the server knows.</summary>
internal enum RenderSleep
{
    Awake,

    /// <summary>Told to go to sleep, and still heard.</summary>
    FallingAsleep,

    Asleep,

    /// <summary>A task that wakes it is under way.</summary>
    Waking,
}

/// <summary>Since when, in engine uptime, a render has been idle, busy or without tasks; null is "not now".</summary>
internal sealed class RenderHabits
{
    public TimeSpan? IdleSince { get; private set; }

    public TimeSpan? BusySince { get; private set; }

    public TimeSpan? NoTaskSince { get; set; }

    public void Begin(TimeSpan uptime) => (IdleSince, BusySince, NoTaskSince) = (null, null, uptime);

    /// <summary>It has a task, so its load is the farm's own doing.</summary>
    public void Work() => (IdleSince, BusySince, NoTaskSince) = (null, null, null);

    public void See(bool idle, bool busy, TimeSpan uptime) =>
        (IdleSince, BusySince) = (idle ? IdleSince ?? uptime : null, busy ? BusySince ?? uptime : null);
}

/// <summary>A run by the engine's own time, which no clock change moves.</summary>
internal sealed class RunWatch(TimeSpan seen)
{
    private DateTimeOffset _until;
    private TimeSpan _due;

    /// <summary>When the run was first looked at.</summary>
    public TimeSpan Seen { get; private set; } = seen;

    /// <summary>When its percent or frame last changed.</summary>
    public TimeSpan Moved { get; set; } = seen;

    /// <summary>Its render has not been told of it yet: nothing of it counts so far.</summary>
    public void Begin(TimeSpan uptime) => (Seen, Moved) = (uptime, uptime);

    /// <summary>When it must make room that was asked for until then, by the engine's own time.</summary>
    public TimeSpan RoomDue(DateTimeOffset until, FarmView view)
    {
        if (until != _until) (_until, _due) = (until, view.Uptime + (until > view.Now ? until - view.Now : TimeSpan.Zero));
        return _due;
    }
}

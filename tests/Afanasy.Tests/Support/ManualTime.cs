namespace Afanasy.Tests.Support;

/// <summary>
/// A clock that one driver moves by hand. <see cref="Advance"/> fires the timers that fall due, in order, each at its own moment,
/// on the caller's thread; what they wake may go on elsewhere, so tests wait for the outcome.
/// </summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private TimeSpan _elapsed;

    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How many timers wait; a test arms its wait before it moves the clock, and sees here that the other side has.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _armed.Count;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on; a timer that is armed meanwhile and falls due before the end fires as well.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = Elapsed + by;
        while (TakeDue(end) is { } fire)
            fire();
        lock (_gate)
            _elapsed = end;
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
                return _elapsed;
        }
    }

    private Action? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            if (_armed.Where(t => t.Due <= end).MinBy(t => t.Due) is not { } timer)
                return null;

            _elapsed = timer.Due > _elapsed ? timer.Due : _elapsed;
            if (timer.Period > TimeSpan.Zero)
                timer.Due += timer.Period;
            else
                _armed.Remove(timer);
            return timer.Fire;
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private bool _isDisposed;

        public Action Fire => fire;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._armed.Remove(this);
                if (_isDisposed)
                    return false;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;

                (Due, Period) = (time._elapsed + dueTime, period);
                time._armed.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _isDisposed = true;
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

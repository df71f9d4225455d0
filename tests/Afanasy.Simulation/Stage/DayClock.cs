namespace Afanasy.Simulation.Stage;

/// <summary>The clock of a simulated day. People set it; the time since the machine began they cannot set.</summary>
internal sealed class DayClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _uptime;

    public DateTimeOffset Now => _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _uptime.Ticks;

    public void Pass(TimeSpan time)
    {
        _now += time;
        _uptime += time;
    }

    /// <summary>Somebody sets the clock; nothing else moves.</summary>
    public void Jump(TimeSpan time) => _now += time;
}

namespace AfServer.Engine;

/// <summary>
/// How often and how far the machine's clock was set, or stood still with the machine, since the engine began. Ages are told without the time that a
/// clock which was set forward has not really passed; one that was set back makes things younger, never older.
/// </summary>
internal sealed class ClockJumps
{
    /// <summary>Less than this is a clock that is held right, or a turn that read it late.</summary>
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(2);

    /// <summary>A clock that is set more often than this is broken; the oldest are forgotten.</summary>
    private const int Max = 64;

    private readonly List<(DateTimeOffset Before, TimeSpan By)> _forward = [];
    private (DateTimeOffset Now, TimeSpan Uptime)? _last;

    /// <summary>Compares the clock with the engine's own time; says by how much it was set since the last look, zero when it was not.</summary>
    /// <param name="began">What the clock said at the beginning of the engine's time; counts at the first look.</param>
    public TimeSpan Look(DateTimeOffset now, TimeSpan uptime, DateTimeOffset? began = null)
    {
        if (_last is null && began is { } first) _last = (first, TimeSpan.Zero);
        var before = _last is { } last ? last.Now + (uptime - last.Uptime) : now;   // what the clock would say; it may have been set at any moment since the last look
        var by = now - before;
        _last = (now, uptime);
        if (by.Duration() < _least) return TimeSpan.Zero;
        if (by > TimeSpan.Zero) _forward.Add((before, by));
        else TakeBack(-by);
        if (_forward.Count > Max) _forward.RemoveAt(0);
        return by;
    }

    /// <summary>How long ago a moment was that a record of this farm names; below zero when the clock was set back behind it.</summary>
    public TimeSpan Age(DateTimeOffset of, DateTimeOffset now)
    {
        var age = now - of;
        foreach (var (before, by) in _forward)
        {
            if (of <= before) age -= by;
        }

        return age;
    }

    /// <summary>A clock that was set wrong and is set right again.</summary>
    private void TakeBack(TimeSpan by)
    {
        while (by > TimeSpan.Zero && _forward.Count > 0)
        {
            var (before, last) = _forward[^1];
            _forward.RemoveAt(_forward.Count - 1);
            if (last > by) _forward.Add((before, last - by));
            by -= last;
        }
    }
}

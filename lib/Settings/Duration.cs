using System.Globalization;

namespace Afanasy.Settings;

/// <summary>Durations as people write them: <c>500ms</c>, <c>10s</c>, <c>2m</c>, <c>1h</c>, <c>30d</c>; a number alone means seconds.</summary>
internal static class Duration
{
    // Longer than any farm runs, and far from where adding it to a date overflows.
    private static readonly TimeSpan _max = TimeSpan.FromDays(10_000);

    // Longest unit first for printing; for reading, a unit that ends like another one ("ms", "s") must come before it.
    private static readonly (string Unit, TimeSpan Length)[] _units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var (number, length) = (text.Trim(), TimeSpan.FromSeconds(1));
        foreach (var (unit, unitLength) in _units)
        {
            if (!number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
                continue;

            (number, length) = (number[..^unit.Length].TrimEnd(), unitLength);
            break;
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > (decimal)_max.Ticks / length.Ticks)
            return false;

        duration = TimeSpan.FromTicks((long)(count * length.Ticks));
        return true;
    }

    /// <summary>The shortest text that reads back as the same duration.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";

        foreach (var (unit, length) in _units.OrderByDescending(u => u.Length))
        {
            if (duration.Ticks % length.Ticks == 0)
                return $"{duration.Ticks / length.Ticks}{unit}";
        }

        return ((decimal)duration.Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture) + "s";
    }
}

namespace AfRender.Link;

/// <summary>How long to wait before the next try: longer each time, and never the same for a thousand renders.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    private TimeSpan _next = _first;

    public TimeSpan Next() => Next(_longest);

    /// <summary>Half of it is fixed, half is chance.</summary>
    public TimeSpan Next(TimeSpan longest)
    {
        var wait = (_next < longest ? _next : longest) * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < _longest ? _next * 2 : _longest;
        return wait;
    }

    public void Reset() => _next = _first;
}

using System.Diagnostics;

namespace AfLoad.Figures;

/// <summary>Durations that were measured; not thread-safe.</summary>
internal sealed class Times
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    public void Add(double milliseconds) => _milliseconds.Add(milliseconds);

    public void Add(Times other) => _milliseconds.AddRange(other._milliseconds);

    public void Clear() => _milliseconds.Clear();

    /// <summary>Median, 99th and 99.9th percentile and the longest as figures; none when nothing was measured.</summary>
    public IEnumerable<Figure> Figures(string name)
    {
        if (_milliseconds.Count == 0) yield break;
        yield return new Figure($"{name}_p50", At(0.50), "ms");
        yield return new Figure($"{name}_p99", At(0.99), "ms");
        yield return new Figure($"{name}_p999", At(0.999), "ms");
        yield return new Figure($"{name}_max", _milliseconds[^1], "ms");
    }

    /// <summary>The time that such a share of all is not above; there must be one.</summary>
    public double At(double share)
    {
        _milliseconds.Sort();
        return _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(share * _milliseconds.Count))];
    }
}

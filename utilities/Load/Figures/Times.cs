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

    /// <summary>Median and 99th percentile as figures; none when nothing was measured.</summary>
    public IEnumerable<Figure> Figures(string name)
    {
        if (_milliseconds.Count == 0) yield break;
        _milliseconds.Sort();
        yield return new Figure($"{name}_p50", At(0.50), "ms");
        yield return new Figure($"{name}_p99", At(0.99), "ms");
        yield return new Figure($"{name}_max", _milliseconds[^1], "ms");
    }

    private double At(double share) => _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(share * _milliseconds.Count))];
}

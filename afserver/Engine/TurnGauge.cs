namespace AfServer.Engine;

/// <summary>What the engine does in a turn, in this order.</summary>
internal enum TurnPart
{
    Decide,
    Solve,
    Commit,
    Release,
    Snapshot,
}

/// <summary>Measures what turns cost. Engine's thread only; whoever else wants to know asks for a <see cref="Picture"/> in a turn.</summary>
internal sealed class TurnGauge(TimeProvider time)
{
    private readonly double[] _parts = new double[Enum.GetValues<TurnPart>().Length];
    private readonly LengthHistogram _turns = new();
    private readonly LengthHistogram _commits = new();
    private long _turnBegan;
    private long _partBegan;

    public void Begin() => _turnBegan = _partBegan = time.GetTimestamp();

    /// <summary>A part of the turn is over, and the next one begins; returns its seconds.</summary>
    public double Over(TurnPart part)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_partBegan, now).TotalSeconds;
        _parts[(int)part] += seconds;
        _partBegan = now;
        return seconds;
    }

    /// <summary>The same of the commit. One that had nothing to write is not counted among the lengths of commits.</summary>
    public void CommitOver(bool wrote)
    {
        var seconds = Over(TurnPart.Commit);
        if (wrote) _commits.Add(seconds);
    }

    public void End() => _turns.Add(time.GetElapsedTime(_turnBegan).TotalSeconds);

    /// <summary>What was measured until the last turn that has ended.</summary>
    public TurnFigures Picture() => new(_turns.Picture(), _commits.Picture(), [.. _parts]);
}

/// <summary>Lengths in seconds, counted by fixed steps.</summary>
internal sealed class LengthHistogram
{
    /// <summary>From what the shortest turns take to what nobody waits for; 1-2-5, so that a percentile is known to half of itself.</summary>
    private static readonly double[] _steps =
        [0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

    private readonly long[] _counts = new long[_steps.Length + 1];
    private double _sum;

    public void Add(double seconds)
    {
        var step = Array.BinarySearch(_steps, seconds);
        _counts[step >= 0 ? step : ~step]++;
        _sum += seconds;
    }

    public Lengths Picture() => new(_steps, [.. _counts], _sum);
}

/// <summary>A histogram: how many were not longer than each step and longer than the one before, those longer than any step last, and the sum of all.</summary>
internal sealed record Lengths(IReadOnlyList<double> Steps, IReadOnlyList<long> Counts, double Sum);

/// <summary>What turns have cost since the engine began: their lengths, those of commits, and the seconds in each part.</summary>
internal sealed record TurnFigures(Lengths Turns, Lengths Commits, IReadOnlyList<double> Parts);

namespace AfLoad.Figures;

/// <summary>What the engine of a server did between two readings of its figures: changes, turns, and how long they and their commits were.</summary>
internal sealed class EngineShare(PrometheusText before, PrometheusText after, TimeSpan elapsed)
{
    private const string Turn = "afanasy_turn_seconds";
    private const string Parts = "afanasy_turn_part_seconds_total";
    private const string Commit = "afanasy_commit_seconds";

    /// <summary>Nothing when the server does not measure its turns.</summary>
    public IEnumerable<Figure> Figures()
    {
        if (!after.Has($"{Turn}_count")) yield break;
        yield return new Figure("changes_per_second", Grown("afanasy_changes_total") / elapsed.TotalSeconds, "/s");
        yield return new Figure("turns_per_second", Grown($"{Turn}_count") / elapsed.TotalSeconds, "/s");
        yield return new Figure("turn_p50", Percentile(Turn, 0.50), "ms");
        yield return new Figure("turn_p99", Percentile(Turn, 0.99), "ms");
        yield return new Figure("commit_p50", Percentile(Commit, 0.50), "ms");
        yield return new Figure("commit_p99", Percentile(Commit, 0.99), "ms");
        yield return new Figure("engine_busy", 100 * Grown($"{Turn}_sum") / elapsed.TotalSeconds, "%");
        foreach (var part in (string[])["decide", "solve", "commit", "release", "snapshot"])
            yield return new Figure($"engine_in_{part}", Share(Grown($"{Parts}{{part=\"{part}\"}}")), "%");
    }

    private double Grown(string name) => after[name] - before[name];

    private double Share(double seconds) => Grown($"{Turn}_sum") is > 0 and var all ? 100 * seconds / all : 0;

    /// <summary>In milliseconds; within its bucket, lengths are taken as spread evenly. What is in no bucket is as long as the last end.</summary>
    private double Percentile(string name, double share)
    {
        var buckets = after.Buckets(name).Zip(before.Buckets(name), (then, first) => (then.End, Count: then.Count - first.Count)).ToList();
        var (wanted, start, passed) = (share * buckets[^1].Count, 0.0, 0.0);
        foreach (var (end, count) in buckets)
        {
            if (count >= wanted && count > passed) return 1000 * (double.IsInfinity(end) ? start : start + ((end - start) * (wanted - passed) / (count - passed)));
            (start, passed) = (end, count);
        }

        return 0;
    }
}

using AfJournal.Words;
using AfServer.Model;

namespace AfJournal.Checking;

/// <summary>One thing that was looked at, and what was found.</summary>
internal sealed record Check(string Subject, bool IsFine, string Found);

/// <summary>What a journal is worth.</summary>
/// <param name="End">The number that the last change must have.</param>
/// <param name="Best">The way through the journal that leads furthest; null when there is none.</param>
internal sealed record Verdict(string Place, long End, IReadOnlyList<Check> Checks, Track? Best)
{
    public bool IsFine => Checks.All(check => check.IsFine);

    public IEnumerable<string> Damage => Checks.Where(check => !check.IsFine).Select(check => $"{check.Subject}: {check.Found}");

    /// <summary>The farm as it is at the end, in words.</summary>
    public string FarmWords => Best is { } best ? Of(best.Farm) : "no farm";

    /// <summary>What would be lost if nothing but this were left, in a sentence.</summary>
    public string Loss()
    {
        if (Best is not { } best) return "There is neither a snapshot that can be read nor the first change: no farm can be made from it.";
        if (best.Reached >= End) return $"Of the farm nothing is lost: {best.StartWords} all changes up to the last, {End}, can be read.";
        var at = best.At is { } time ? $", of {Amount.Time(time)}" : "";
        return $"The last good change is {best.Reached}{at}: {Amount.Range(best.Reached + 1, End)} would be lost ({Amount.Of(End - best.Reached, "change")}).";
    }

    private static string Of(Farm farm) =>
        $"{Amount.Of(farm.Jobs.Count, "job")}, {Amount.Of(farm.Jobs.Values.Sum(job => (long)job.TaskCount), "task")}, {Amount.Of(farm.Renders.Count, "render")}, {Amount.Of(farm.Running.Count, "run")} going on";
}

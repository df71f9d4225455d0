using Afanasy.Model;

namespace Afanasy.Settings;

/// <summary>Finds the known name that a misspelled one was meant to be.</summary>
public static class NearestName
{
    // The distance is quadratic in the length, and the word comes from outside: no name of ours is this long.
    private const int WordCharsMax = 64;

    /// <summary>The name that differs from <paramref name="word"/> in at most a third of its letters, or begins with it; null when there is none.</summary>
    public static string? Of(string word, IEnumerable<string> names)
    {
        if (word.Length is 0 or > WordCharsMax)
            return null;

        var lower = word.ToLowerInvariant();
        string? nearest = null;
        var least = Math.Max(2, lower.Length / 3) + 1;
        foreach (var name in names)
        {
            var distance = lower.Length >= 3 && name.StartsWith(lower, StringComparison.Ordinal) ? 1 : NearNames.Distance(lower, name);
            if (distance >= least || distance >= Math.Min(name.Length, lower.Length))
                continue;

            (nearest, least) = (name, distance);
        }

        return nearest;
    }
}

namespace Afanasy.Model;

/// <summary>How far two names are apart, for "did you mean".</summary>
public static class NearNames
{
    /// <summary>The known name that a misspelled one was probably meant to be: at most a third of its letters differ. Null when there is none.</summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        known.Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= candidate.Name.Length / 3)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name).FirstOrDefault();

    /// <summary>The least number of letters to add, remove or replace; 99 for names that are too long to compare.</summary>
    public static int Distance(string a, string b)
    {
        const int LengthMax = 64;
        if (a.Length > LengthMax || b.Length > LengthMax) return 99;

        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Names of jobs are unique; who comes second gets a number.</summary>
internal static class JobNames
{
    /// <summary>
    /// The name, or the name with -1, -2 …. The first free number is found by doubling and halving, so that ten thousand
    /// namesakes cost some thirty looks; where some of them were deleted it may be a later one than the least.
    /// </summary>
    public static string Free(Farm farm, string name)
    {
        if (IsFree(farm, name)) return name;
        var (taken, free) = (0, 1);
        while (!IsFree(farm, Numbered(name, free))) (taken, free) = (free, free * 2);
        while (free - taken > 1)
        {
            var middle = taken + ((free - taken) / 2);
            if (IsFree(farm, Numbered(name, middle))) free = middle;
            else taken = middle;
        }

        return Numbered(name, free);
    }

    /// <summary>A name with something behind it, cut where both together would be too long.</summary>
    public static string With(string name, string suffix)
    {
        var length = Math.Min(name.Length, JobProblems.NameLengthMax - suffix.Length);
        if (length < name.Length && char.IsHighSurrogate(name[length - 1])) length--;
        return name[..length] + suffix;
    }

    private static string Numbered(string name, int number) => With(name, $"-{number}");

    private static bool IsFree(Farm farm, string name) => farm.FindJobs(name).Count == 0;
}

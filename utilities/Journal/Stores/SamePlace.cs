namespace AfJournal.Stores;

/// <summary>Where a name leads to, through all links on its way.</summary>
internal static class SamePlace
{
    // As the systems themselves do: links that lead in a circle lead nowhere.
    private const int LinksMax = 40;

    private static readonly StringComparison _comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    public static bool Are(string path, string other) => string.Equals(Of(path), Of(other), _comparison);

    /// <summary>What is not there leads to itself.</summary>
    public static string Of(string path) => Of(Path.GetFullPath(path), 0);

    private static string Of(string path, int links)
    {
        if (Path.GetDirectoryName(path) is not { } folder) return path;
        var here = Path.Combine(Of(folder, links), Path.GetFileName(path));
        if (links >= LinksMax || new FileInfo(here).LinkTarget is not { } target) return here;
        return Of(Path.GetFullPath(target, Path.GetDirectoryName(here)!), links + 1);   // a file has a folder
    }
}

using Afanasy.Model;

namespace AfServer.Engine;

/// <summary>The names of which the paths of pools and branches are made.</summary>
internal static class NodeNames
{
    /// <summary>Of a whole path, which is shown in every list.</summary>
    public const int PathLengthMax = 1024;

    /// <summary>What is wrong with one component of a path, to stand behind the name of its field; null when it can be used.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0) return "must not be empty";
        if (name.Length > JobProblems.NameLengthMax) return $"must be at most {JobProblems.NameLengthMax} characters, has {name.Length}";
        if (name.Contains('/', StringComparison.Ordinal)) return $"must be one component without a slash, was '{name}'";
        return name.Any(char.IsControl) || name.Trim() != name ? "must have no control characters and no blanks at its ends" : null;
    }

    public static string Below(string parent, string name) => parent == "/" ? $"/{name}" : $"{parent}/{name}";
}

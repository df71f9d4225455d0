using Afanasy.Messages;

namespace AfRender.Processes;

/// <summary>The files that a run writes, and whether they are there and of a sane size.</summary>
internal sealed class RunFiles(RunStart start, string folder)
{
    private readonly IReadOnlyList<string> _files = [.. start.Files.Where(file => file.Length > 0)];

    /// <summary>True when there is at least one and nothing is wrong with any of them.</summary>
    public bool AllExist() => _files.Count > 0 && FirstProblem() is null;

    /// <summary>What is wrong with the first one that is wrong, in words; null when none is.</summary>
    public string? FirstProblem() => _files.Select(Problem).FirstOrDefault(problem => problem is not null);

    private string? Problem(string file)
    {
        try
        {
            var found = new FileInfo(Path.Combine(folder, file));
            return !found.Exists ? $"The file '{file}' is missing."
                : start.FileSizeMin >= 0 && found.Length < start.FileSizeMin ? $"The file '{file}' has {found.Length} bytes, it must be at least {start.FileSizeMin}."
                : start.FileSizeMax >= 0 && found.Length > start.FileSizeMax ? $"The file '{file}' has {found.Length} bytes, it must be at most {start.FileSizeMax}."
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"The file '{file}' cannot be looked at: {e.Message}";
        }
    }
}

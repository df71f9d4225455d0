using System.Diagnostics;

namespace Afanasy.Tests.Architecture;

/// <summary>The sources as they lie in the repository, without what builds leave there.</summary>
internal static class Repository
{
    private static readonly string[] _notOurs = ["bin", "obj", "node_modules", "dist", "artifacts"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Sources { get; } =
        [.. new[] { "lib", "afserver", "afrender", "afwatch", "utilities", "tests" }.SelectMany(Under).Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>What git keeps; null where the sources came without it.</summary>
    public static IReadOnlyList<string>? Tracked()
    {
        if (!Path.Exists(Path.Combine(Root, ".git"))) return null;
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("git did not start.");
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0 ? files : throw new InvalidOperationException($"git ls-files ended with {git.ExitCode}.");
    }

    private static IEnumerable<string> Under(string folder)
    {
        var path = Path.Combine(Root, folder);
        if (!Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(_notOurs).Any());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Afanasy.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Afanasy.sln is in no folder above the tests.");
    }
}

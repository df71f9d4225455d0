namespace Afanasy.Shared;

/// <summary>
/// What all fixtures of one test run have together: a folder, an empty cluster to copy, and one cluster for the tests that do
/// not break it. Made when first asked for, gone at the end of the run; what a killed run has left goes with the next.
/// </summary>
internal static class PostgresRun
{
    private const string Prefix = "afanasy-postgres-";

    private static readonly Lazy<Task<string>> _folder = new(MakeFolderAsync);
    private static readonly Lazy<Task<string>> _template = new(MakeTemplateAsync);
    private static readonly Lazy<Task<PostgresCluster>> _shared = new(() => PostgresCluster.StartAsync());
    private static int _copies;

    /// <summary>A new database of its own in the cluster that all share: its connection string.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        PostgresPrograms.Require();
        return await (await _shared.Value).NewDatabaseAsync();
    }

    /// <summary>A copy of the empty cluster: seconds faster than to make one.</summary>
    internal static async Task<string> NewClusterFolderAsync()
    {
        var template = await _template.Value;
        var copy = Path.Combine(await _folder.Value, $"{Interlocked.Increment(ref _copies)}");
        await TiedProcess.RunAsync(PostgresPrograms.User, "cp", "-a", template, copy);
        return copy;
    }

    internal static async Task EndAsync()
    {
        if (_shared.IsValueCreated) await (await _shared.Value).DisposeAsync();
        if (_folder.IsValueCreated) Directory.Delete(await _folder.Value, recursive: true);
    }

    private static async Task<string> MakeFolderAsync()
    {
        foreach (var left in Directory.GetDirectories(Path.GetTempPath(), $"{Prefix}*").Where(IsOfDeadRun)) Directory.Delete(left, recursive: true);
        var folder = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        if (PostgresPrograms.User is { } user) await TiedProcess.RunAsync(null, "chown", $"{user.Id}:{user.Group}", folder);
        return folder;
    }

    private static bool IsOfDeadRun(string folder) => !Directory.Exists($"/proc/{Path.GetFileName(folder)[Prefix.Length..].Split('-')[0]}");

    private static async Task<string> MakeTemplateAsync()
    {
        var template = Path.Combine(await _folder.Value, "template");
        await TiedProcess.RunAsync(
            PostgresPrograms.User, PostgresPrograms.At("initdb"), "--no-sync", "--auth=trust", $"--username={PostgresCluster.User}", "--encoding=UTF8", "--no-locale", $"--pgdata={template}");
        return template;
    }
}

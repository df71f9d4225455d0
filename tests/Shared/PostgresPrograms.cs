namespace Afanasy.Shared;

/// <summary>Where this machine has PostgreSQL, and as whom its server can run: it refuses to be root.</summary>
internal static class PostgresPrograms
{
    private const string DebianFolder = "/usr/lib/postgresql";

    private const string HowToInstall = "PostgreSQL is not installed: apt-get install postgresql";

    private static readonly string? _folder = FindFolder();

    /// <summary>Null is whoever runs the tests.</summary>
    public static UnixUser? User { get; } = Environment.IsPrivilegedProcess ? UnixUser.Find("postgres") ?? UnixUser.Find("nobody") : null;

    /// <summary>Skips the test where there is none.</summary>
    public static void Require()
    {
        if (_folder is null) Assert.Ignore(HowToInstall);
    }

    public static string At(string program) => Path.Combine(_folder ?? throw new InvalidOperationException(HowToInstall), program);

    /// <summary>Debian keeps each release in a folder of its own, the server's programs outside of PATH.</summary>
    private static string? FindFolder()
    {
        var releases = Directory.Exists(DebianFolder) ? Directory.GetDirectories(DebianFolder) : [];
        var newestFirst = releases.OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var release) ? release : 0).Select(folder => Path.Combine(folder, "bin"));
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return newestFirst.Concat(path).FirstOrDefault(folder => new[] { "initdb", "postgres", "psql" }.All(name => File.Exists(Path.Combine(folder, name))));
    }
}

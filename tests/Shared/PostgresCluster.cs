namespace Afanasy.Shared;

/// <summary>How a PostgreSQL server is ended: sessions are closed and all is written, or everything is dropped and recovered at the next start.</summary>
internal enum PostgresStop
{
    Fast = UnixSignal.Interrupt,
    Immediate = UnixSignal.Quit,
    Kill = UnixSignal.Kill,
}

/// <summary>
/// A PostgreSQL server of the test's own: its cluster in a temporary folder, on loopback, as an unprivileged user, as safe on
/// disk as a real one. What runs on this machine as a service is left alone.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    public const string User = "postgres";

    private const string Host = "127.0.0.1";

    /// <summary>Small in memory; everything that makes a commit durable stays as it is in a studio.</summary>
    private static readonly string[] _settings =
    [
        $"listen_addresses={Host}", "unix_socket_directories=", "shared_buffers=16MB", "max_wal_size=256MB", "max_connections=60",
        "dynamic_shared_memory_type=mmap", "fsync=on", "synchronous_commit=on", "full_page_writes=on", "log_checkpoints=off",
    ];

    private static int _databases;

    private readonly string _folder;
    private readonly string[] _more;
    private TiedProcess? _server;

    private PostgresCluster(string folder, string[] more) => (_folder, _more) = (folder, more);

    public int Port { get; } = Ports.Free();

    public bool IsRunning => _server is { Ended.IsCompleted: false };

    /// <summary>What the server has said since it was last started.</summary>
    public string Log => _server?.Said ?? "";

    /// <summary>A new cluster, running; skips the test where PostgreSQL is missing.</summary>
    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        PostgresPrograms.Require();
        var cluster = new PostgresCluster(await PostgresRun.NewClusterFolderAsync(), settings);
        await cluster.StartAgainAsync();
        return cluster;
    }

    /// <summary>Starts it after a stop; returns when it takes connections.</summary>
    public async Task StartAgainAsync()
    {
        string[] words = ["-D", _folder, "-p", $"{Port}", .. _settings.Concat(_more).SelectMany(setting => new[] { "-c", setting })];
        _server = await TiedProcess.StartAsync(PostgresPrograms.User, PostgresPrograms.At("postgres"), words);
        await _server.SaysAsync("database system is ready to accept connections");
    }

    /// <summary>Returns when the server and all its sessions have ended.</summary>
    public async Task StopAsync(PostgresStop how = PostgresStop.Fast)
    {
        if (_server is null) return;
        await _server.EndByAsync((UnixSignal)how);
        _server = null;
    }

    public async Task RestartAsync(PostgresStop how = PostgresStop.Fast)
    {
        await StopAsync(how);
        await StartAgainAsync();
    }

    /// <summary>An empty database that no other test has: its connection string.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await QueryAsync(User, $"CREATE DATABASE {name} TEMPLATE template0");
        return ConnectionString(name);
    }

    public string ConnectionString(string database) => $"Host={Host};Port={Port};Username={User};Database={database}";

    /// <summary>What the database answers: a line for each row, its columns parted by '|'.</summary>
    public async Task<string> QueryAsync(string database, string sql)
    {
        var said = await TiedProcess.RunAsync(
            null, PostgresPrograms.At("psql"), "-h", Host, "-p", $"{Port}", "-U", User, "-d", database, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql);
        return said.TrimEnd('\n');
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(PostgresStop.Immediate);
        Directory.Delete(_folder, recursive: true);
    }
}

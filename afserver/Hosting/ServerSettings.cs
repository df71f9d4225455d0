using System.Net;
using Afanasy.Logging;
using Afanasy.Settings;
using AfServer.Engine;
using AfServer.Journaling.Postgres;

namespace AfServer.Hosting;

/// <summary>Everything afserver can be told. The defaults here are the documentation; a file, a variable or a flag only overrides them.</summary>
public sealed record ServerSettings : ISettings
{
    internal const string SqliteStore = "sqlite";
    internal const string PostgresStore = "postgres";

    [Setting("Address to listen on; 0.0.0.0 is every network of this machine.")]
    public string Bind { get; init; } = "127.0.0.1";

    [Setting("The name or IP address under which others reach this server; empty is the machine's name, or the address to listen on.", Value = "HOST")]
    public string Address { get; init; } = "";

    [Setting("The one port for renders, monitors, browsers and scripts.")]
    public int Port { get; init; } = 51000;

    [Setting("Folder of the journal, logs of runs and the lock; one server at a time.", Value = "DIR")]
    public string Data { get; init; } = Afanasy.Settings.DataFolder.Default;

    [Setting("Folder of the output of runs, which the servers of one farm may share; empty is logs in the data folder.", Value = "DIR")]
    public string Logs { get; init; } = "";

    [Setting("Where facts are kept: sqlite, in the data folder; or postgres, with standby servers.", Value = "sqlite|postgres")]
    public string Store { get; init; } = SqliteStore;

    [Secret]
    [Setting("Where the PostgreSQL database is, for the store postgres.", Value = "CONNECTION")]
    public string Postgres { get; init; } = "";

    [Setting("How long the leader waits for a PostgreSQL database that is away before it gives up leading.")]
    public TimeSpan PostgresPatience { get; init; } = TimeSpan.FromSeconds(60);

    [Setting("The port of the door for Coordinate clients; 0 is off.")]
    public int CoordinatePort { get; init; }

    [Setting("How often an idle render says that it lives.")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    [Setting("A render that is silent this long is taken for lost, and its frames are given to others.")]
    public TimeSpan RenderSilenceMax { get; init; } = TimeSpan.FromSeconds(10);

    [Setting("Who may act on jobs of others: open is everybody; enforced asks for the role coordinator or admin.")]
    public RightsPolicy Rights { get; init; }

    [Setting("Names of users who are admins from the start.")]
    public IReadOnlyList<string> Admins { get; init; } = [];

    [Setting("The command that wakes a sleeping machine, run on another render; @MACS@ is its hardware addresses.", Value = "COMMAND")]
    public string WakeCommand { get; init; } = WakeJobs.CommandDefault;

    [Setting("Verbosity: trace, debug, info, warning or error; for one subsystem: engine=debug,*=info.", Value = "LEVEL")]
    public string LogLevel { get; init; } = "info";

    [Setting("Log lines as text for people or as JSON for machines.")]
    public LogFormat LogFormat { get; init; }

    public IEnumerable<string> Problems()
    {
        if (!IPAddress.TryParse(Bind, out _)) yield return $"bind is '{Bind}', it must be an IP address such as 127.0.0.1 or 0.0.0.0.";
        if (Address.Length > 0 && Uri.CheckHostName(Address) == UriHostNameType.Unknown) yield return $"address is '{Address}', it must be a host's name or IP address, without a port.";
        if (Port is < 0 or > 65535) yield return $"port is {Port}, it must be 1 to 65535, or 0 for any that is free.";
        if (Data.Length == 0) yield return "data is empty, it must be a folder.";
        if (Store is not (SqliteStore or PostgresStore)) yield return $"store is '{Store}', it must be sqlite or postgres.";
        if (Store == PostgresStore && Postgres.Length == 0) yield return "postgres is empty, it must say where the database is, such as 'Host=db1;Database=farm;Username=farm' or postgresql://farm@db1/farm.";
        if (Store != PostgresStore && Postgres.Length > 0) yield return "postgres is set, but the store is sqlite: add --store postgres.";
        if (Postgres.Length > 0 && PostgresDatabase.Problem(Postgres) is { } problemOfText) yield return $"postgres {problemOfText}; write it like 'Host=db1;Database=farm;Username=farm' or postgresql://farm@db1/farm.";
        if (PostgresPatience < TimeSpan.Zero || PostgresPatience > TimeSpan.FromHours(1)) yield return $"postgres-patience is {PostgresPatience.TotalSeconds} s, it must be 0 s to 1 h.";
        if (CoordinatePort != 0) yield return $"coordinate-port is {CoordinatePort}, it must be 0: this version has no door for Coordinate clients.";
        if (Heartbeat < TimeSpan.FromMilliseconds(100) || Heartbeat > TimeSpan.FromMinutes(1)) yield return $"heartbeat is {Heartbeat.TotalSeconds} s, it must be 0.1 s to 60 s.";
        if (RenderSilenceMax < 3 * Heartbeat) yield return $"render-silence-max is {RenderSilenceMax.TotalSeconds} s, it must be at least three heartbeats.";
        if (string.IsNullOrWhiteSpace(WakeCommand)) yield return $"wake-command is empty, it must be a command such as '{WakeJobs.CommandDefault}'.";
        foreach (var problem in LogLevels.Problems(LogLevel, typeof(ServerSettings).Assembly)) yield return $"log-level: {problem}";
    }
}

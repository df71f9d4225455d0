using System.Diagnostics;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>The lease as it stands in the database.</summary>
/// <param name="Renewed">When, by the database's clock and only to be compared with itself; null when it was given back.</param>
/// <param name="HasSessions">The leader has sessions there.</param>
internal readonly record struct LeaseSeen(string Server, DateTime? Renewed, bool HasSessions)
{
    public static LeaseSeen Read(NpgsqlConnection connection)
    {
        using var command = connection.Command(
            $"""
            SELECT server, CASE WHEN isfinite(renewed) THEN renewed END,
                EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = '{PostgresDatabase.SessionName("")}' || server)
            FROM lease
            """);
        using var row = command.ExecuteReader();
        return row.Read() ? new LeaseSeen(row.GetString(0), row.IsDBNull(1) ? null : row.GetDateTime(1), row.GetBoolean(2)) : default;
    }
}

/// <summary>How long the leader has not renewed its lease, by this standby's own time: no clock that is set deposes a leader, nor keeps a dead one.</summary>
internal sealed class LeaseWatch
{
    private LeaseSeen _last;
    private long _changedAt = Stopwatch.GetTimestamp();
    private long? _returnedAt;

    /// <summary>How long the lease has looked the same.</summary>
    public TimeSpan Unchanged => Stopwatch.GetElapsedTime(_changedAt);

    /// <summary>The database was away, and perhaps it was away from everybody.</summary>
    public void Returned() => _returnedAt = _changedAt = Stopwatch.GetTimestamp();

    public void Saw(LeaseSeen lease)
    {
        if (lease.Renewed != _last.Renewed || lease.Server != _last.Server) _changedAt = Stopwatch.GetTimestamp();
        _last = lease;
    }

    /// <summary>Whether a leader whose lock is free may be alive, and only about to take it again.</summary>
    public bool MayLive(LeaseSeen lease) =>
        lease is { Server.Length: > 0, Renewed: not null } && Unchanged < Lease.Length
        && (lease.HasSessions || (_returnedAt is { } returned && Stopwatch.GetElapsedTime(returned) < Lease.Length));
}

using System.Diagnostics;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>
/// The right to lead, for one time of office. A session of the database holds a lock, which is free at once when this process
/// dies; a thread of its own renews the lease, so that a process that hangs is noticed too. That another server has taken
/// over shows in the epoch, which every turn is checked against.
/// </summary>
internal sealed partial class Lease : IDisposable
{
    /// <summary>A leader that did not renew for this long is replaced. Longer than any pause of a healthy process, and short enough for a failover of 5 s.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    /// <summary>Of one statement; a renewal that takes longer comes too late.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _renewEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A database that was heard of within this time will take the lease back; another one would hold up the end of the server.</summary>
    private static readonly TimeSpan _heardMax = TimeSpan.FromSeconds(1.5);

    private readonly PostgresDatabase _database;
    private readonly FarmServers _servers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _renewing;
    private NpgsqlConnection? _session;
    private int _sessionProcess;
    private bool _hasLock = true;
    private long _renewedAt = Stopwatch.GetTimestamp();
    private volatile bool _isLost;

    /// <param name="session">Holds the lock; used by nobody else from now on, and disposed with this.</param>
    public Lease(PostgresDatabase database, NpgsqlConnection session, string term, FarmServers servers, ILogger logger)
    {
        (_database, _session, Term, _servers, _logger) = (database, session, term, servers, logger);
        _sessionProcess = session.ProcessID;
        _renewing = new Thread(Renew) { IsBackground = true, Name = "lease" };
        _renewing.Start();
    }

    /// <summary>The name of this time of leading, which no other one has.</summary>
    public string Term { get; }

    /// <summary>Another server leads; this one may say nothing more.</summary>
    public bool IsLost => _isLost;

    /// <summary>The monotonic moment before which nobody can have taken over.</summary>
    public long RenewedAt => Volatile.Read(ref _renewedAt);

    /// <summary>Gives the right to lead away: the next server takes it at once. Without a database that answers, the next one takes it when the lease has run out.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _renewing.Join();
        try
        {
            if (_session is not null && !_isLost && Stopwatch.GetElapsedTime(RenewedAt) < _heardMax)
            {
                _session.Execute("UPDATE lease SET renewed = '-infinity' WHERE term = $1", Term);
                ServerRows.Leave(_session, _database);
            }
        }
        catch (Exception e) when (PostgresFailure.IsOfDatabase(e))
        {
            LogNotGivenBack(_database.Place, e.Message);
        }

        _session?.Dispose();
        _end.Dispose();
    }

    private void Renew()
    {
        var failures = 0;
        do
        {
            try
            {
                if (!RenewOnce())
                {
                    _isLost = true;
                    return;
                }

                failures = 0;
            }
            catch (Exception e) when (PostgresFailure.IsOfDatabase(e))
            {
                if (failures++ == 0) LogNotRenewed(_database.Place, e.Message);   // once, not with every try
                _session?.Dispose();
                _session = null;
            }
        }
        while (!_end.Token.WaitHandle.WaitOne(failures == 1 ? TimeSpan.Zero : _renewEvery));   // a session that broke alone is back before anybody misses it
    }

    /// <summary>False when another server leads.</summary>
    private bool RenewOnce()
    {
        var asked = Stopwatch.GetTimestamp();
        var session = _session ??= Reopened();
        if (session.Execute("UPDATE lease SET renewed = clock_timestamp() WHERE term = $1", Term) == 0) return false;

        Volatile.Write(ref _renewedAt, asked);
        if (!_hasLock) _hasLock = session.Ask<bool>($"SELECT pg_try_advisory_lock({PostgresSchema.LeaderLock})");
        ServerRows.Tell(session, _database, _servers, session.Ask<long>("SELECT sequence FROM journal_end"), leads: true);
        return true;
    }

    /// <summary>A new session in the place of one that broke; the database may not have noticed that, so the old one is ended first.</summary>
    private NpgsqlConnection Reopened()
    {
        var session = _database.Connect(AnswerMax);
        session.Execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2",
            _sessionProcess, PostgresDatabase.SessionName(_database.Server));

        // A standby may be trying it in this moment; when another server leads, the epoch says so.
        _hasLock = session.Ask<bool>($"SELECT pg_try_advisory_lock({PostgresSchema.LeaderLock})");
        _sessionProcess = session.ProcessID;
        return session;
    }

    [LoggerMessage(4104, LogLevel.Warning, "The right to lead could not be renewed in the database {Place}: {Reason}")]
    private partial void LogNotRenewed(string place, string reason);

    [LoggerMessage(4105, LogLevel.Warning, "The right to lead could not be given back in the database {Place}, the next server takes it later: {Reason}")]
    private partial void LogNotGivenBack(string place, string reason);
}

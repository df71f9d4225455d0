using System.Data;
using System.Diagnostics;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>A server that follows the journal of the one that leads, and takes over when that one is gone. Not thread-safe.</summary>
internal sealed partial class PostgresStandby(PostgresDatabase database, FarmServers servers, ILogger logger) : IDisposable
{
    /// <summary>How often the lock is tried and the journal read on: failover takes this long at least, and the database hardly notices.</summary>
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan _tellEvery = TimeSpan.FromMilliseconds(500);


    private static readonly string _isStuckWithLock =
        $"pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = {PostgresSchema.LeaderLock}) "
        + $"AND state_change < clock_timestamp() - interval '{(int)Lease.Length.TotalMilliseconds} milliseconds'";

    private static readonly string _isLeaders = $"application_name = '{PostgresDatabase.SessionName("")}' || (SELECT server FROM lease)";

    private readonly Replay _replay = new(database.Place);
    private readonly LeaseWatch _watch = new();
    private NpgsqlConnection? _connection;
    private string _term = "";
    private long _toldAt;
    private bool _hasBegun;

    /// <summary>The farm as far as this server has followed it.</summary>
    public Replay Replay => _replay;

    /// <summary>Follows until this server may lead; null when it was stopped before.</summary>
    /// <param name="startMax">How long the database may be away before this has read it once; null, and ever after, it is waited for without end.</param>
    /// <param name="standBy">Called once, when another server leads, or when the database is waited for without end.</param>
    /// <exception cref="JournalException">The database cannot be used.</exception>
    public Lease? WaitToLead(TimeSpan? startMax, Action standBy, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var (isAway, stoodBy) = (false, false);
        for (; !stop.IsCancellationRequested; stop.WaitHandle.WaitOne(_step))
        {
            try
            {
                var connection = _connection ??= Connected();
                Follow(connection);
                if (TakeOver(connection) is { } lease) return lease;
                Tell(connection);
                if (isAway) LogBack(database.Place);
                if (!stoodBy) standBy();
                (isAway, stoodBy) = (false, true);
            }
            catch (Exception e) when (PostgresFailure.IsOfDatabase(e))
            {
                Disconnect();
                if (!PostgresFailure.IsPassing(e) || (!stoodBy && Stopwatch.GetElapsedTime(began) > startMax))
                    throw PostgresFailure.From(e, database.Place, stoodBy ? "while standing by" : "while opening it");
                if (!isAway) LogAway(database.Place, e.Message);
                isAway = true;
                if (startMax is not null || stoodBy) continue;
                standBy();
                stoodBy = true;
            }
        }

        return null;
    }

    public void Dispose() => Disconnect();

    private NpgsqlConnection Connected()
    {
        var connection = database.Connect(Lease.AnswerMax);
        if (_hasBegun)
        {
            _watch.Returned();
            return connection;
        }

        try
        {
            PostgresSchema.Prepare(connection, database.Place);
            _hasBegun = true;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Reads what the leader has committed since; from a snapshot, when what comes next is no longer kept, or when it is not what came before.</summary>
    private void Follow(NpgsqlConnection connection)
    {
        var reader = new PostgresReader(connection, database.Place, logger);
        var known = reader.End();
        if (known.Sequence == _replay.Sequence && known.Term == _term) return;

        using var asOfNow = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        var end = reader.End();
        var first = reader.CheckEnds(end);
        var continues = end.Term == _term || reader.Continues(_replay.Sequence, _term);
        if (_replay.Sequence > 0 && !continues) LogOtherPast(database.Place, _replay.Sequence);
        if (_replay.Sequence == 0 || !continues || end.Sequence < _replay.Sequence || first > _replay.Sequence + 1)
        {
            var snapshot = reader.ReadSnapshot();
            if (snapshot is null && first > 1)
                throw new JournalException($"{database.Place} has no snapshot that can be read, and its changes begin with number {first}. {JournalException.Advice(database.Place)}");
            _replay.Begin(snapshot);
        }

        _replay.Apply(reader.ReadAfter(_replay.Sequence, end.Sequence));
        _term = end.Term;
        asOfNow.Commit();
    }

    /// <summary>Tries the lock; with it, ends what is left of the old leader, begins a new term and reads the rest.</summary>
    private Lease? TakeOver(NpgsqlConnection connection)
    {
        var leader = LeaseSeen.Read(connection);
        _watch.Saw(leader);
        if (!connection.Ask<bool>($"SELECT pg_try_advisory_lock({PostgresSchema.LeaderLock})"))
        {
            EndHungLeader(connection);
            return null;
        }

        // The lock alone fell, or the database was started again and with it all locks: a leader that lives has the first word.
        if (_watch.MayLive(leader))
        {
            connection.Execute($"SELECT pg_advisory_unlock({PostgresSchema.LeaderLock})");
            return null;
        }

        EndSessions(connection, _isLeaders);
        var (term, epoch) = NewTerm(connection);
        Follow(connection);
        LogLeads(database.Place, epoch, _replay.Sequence);
        _connection = null;   // the lease has it now, with the lock
        return new Lease(database, connection, term, servers, logger);
    }

    private (string Term, long Epoch) NewTerm(NpgsqlConnection connection)
    {
        var term = Guid.NewGuid().ToString("N");
        using var transaction = connection.BeginTransaction();
        var epoch = connection.Ask<long>("UPDATE journal_end SET epoch = epoch + 1, term = $1, turn = 0 RETURNING epoch", term);
        connection.Execute("INSERT INTO terms SELECT epoch, term, sequence FROM journal_end");
        connection.Execute("UPDATE lease SET term = $1, server = $2, renewed = clock_timestamp()", term, database.Server);
        transaction.Commit();
        return (term, epoch);
    }

    /// <summary>A leader that is frozen, or cut off, keeps its sessions: they are ended when its lease has run out.</summary>
    private void EndHungLeader(NpgsqlConnection connection)
    {
        if (_watch.Unchanged < Lease.Length) return;
        var ended = EndSessions(connection, _isLeaders);

        // Somebody took the lock and got no further.
        if (ended == 0 && _watch.Unchanged > 2 * Lease.Length) ended = EndSessions(connection, _isStuckWithLock);
        if (ended > 0) LogHung(database.Place, Lease.Length.TotalSeconds, ended);
    }

    private static int EndSessions(NpgsqlConnection connection, string which) => (int)connection.Ask<long>(
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}");

    private void Tell(NpgsqlConnection connection)
    {
        if (_toldAt != 0 && Stopwatch.GetElapsedTime(_toldAt) < _tellEvery) return;
        ServerRows.Tell(connection, database, servers, _replay.Sequence, leads: false);
        _toldAt = Stopwatch.GetTimestamp();
    }

    [LoggerMessage(4106, LogLevel.Information, "This server leads the farm in the database {Place} from now on: epoch {Epoch}, change {Sequence}.")]
    private partial void LogLeads(string place, long epoch, long sequence);

    [LoggerMessage(4107, LogLevel.Warning, "The leader did not renew its lease in the database {Place} for {Seconds:0} s; {Sessions} of its sessions were ended.")]
    private partial void LogHung(string place, double seconds, int sessions);

    [LoggerMessage(4110, LogLevel.Warning, "The database {Place} was put back to an older state: the farm is read anew. This server had followed it to change {Sequence}.")]
    private partial void LogOtherPast(string place, long sequence);

    [LoggerMessage(4108, LogLevel.Warning, "The database {Place} is away; this server waits for it. {Reason}")]
    private partial void LogAway(string place, string reason);

    [LoggerMessage(4109, LogLevel.Information, "The database {Place} is back.")]
    private partial void LogBack(string place);
}

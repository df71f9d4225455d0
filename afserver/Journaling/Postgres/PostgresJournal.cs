using System.Diagnostics;
using AfServer.Model;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>
/// The journal in PostgreSQL, written by the server that leads. A turn is one transaction, which the database refuses when
/// another server has taken over. A connection that breaks is made anew, and what had not been committed is done again:
/// a turn is there once, whatever became of the answer to its commit.
/// </summary>
internal sealed partial class PostgresJournal : IJournal
{
    /// <summary>A turn is some milliseconds of work for the database; one that waits this long waits for a lock or a dead disk.</summary>
    public static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(10);

    /// <summary>Without a commit this long, a turn asks first whether this server still leads: what it says might be old.</summary>
    private static readonly TimeSpan _proofMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _tryAgain = TimeSpan.FromMilliseconds(100);

    // Records that no snapshot needs any more, forgotten per commit: about a millisecond of a turn. A turn that writes more forgets more.
    private const int ForgetSlice = 1000;

    private readonly PostgresDatabase _database;
    private readonly Lease _lease;
    private readonly TimeSpan _patience;
    private readonly ILogger _logger;
    private readonly CancellationToken _giveUp;
    private readonly List<byte[]> _pending = [];
    private readonly PostgresHistoryRows _history = new();
    private readonly string _term;
    private NpgsqlConnection? _connection;
    private long _turn;
    private long _first;
    private long _neededAfter;
    private long _provenAt;
    private bool _unusable;

    /// <param name="connection">Used from now on, and disposed with this.</param>
    /// <param name="patience">How long a turn waits for a database that is away.</param>
    /// <param name="giveUp">Ends that waiting, and whatever the database was asked and does not answer.</param>
    public PostgresJournal(PostgresDatabase database, NpgsqlConnection connection, Lease lease, TimeSpan patience, ILogger logger, CancellationToken giveUp)
    {
        (_database, _connection, _lease, _patience, _logger, _giveUp) = (database, connection, lease, patience, logger, giveUp);
        var reader = new PostgresReader(connection, database.Place, logger);
        var end = reader.End();
        (LastSequence, _term, _turn) = (end.Sequence, lease.Term, end.Turn);
        _first = reader.CheckEnds(end);
        _neededAfter = reader.OlderKept();
        _provenAt = Stopwatch.GetTimestamp();
    }

    public string Place => _database.Place;

    public long LastSequence { get; private set; }

    public Snapshot? ReadSnapshot() => Reader().ReadSnapshot();

    public IEnumerable<Change> ReadAfter(long sequence) => Reader().ReadAfter(sequence, LastSequence);

    public void Append(Change change) => _pending.Add(ChangeCodec.Write(change));

    public void Append(FinishedRun run) => _history.Add(run);

    public void Append(JobRecord job) => _history.Add(job);

    public void Append(UserAction action) => _history.Add(action);

    public void Commit()
    {
        if (_lease.IsLost) throw new LeadershipLostException("Another server leads the farm now.");
        if (_pending.Count == 0 && _history.IsEmpty)
        {
            if (Stopwatch.GetElapsedTime(_provenAt) > _proofMax && Stopwatch.GetElapsedTime(_lease.RenewedAt) > _proofMax) Prove();
            return;
        }

        var last = LastSequence + _pending.Count;
        var forgetBefore = ForgetBefore();
        Durably($"while committing change {LastSequence + 1} and {_pending.Count - 1} more", connection => WriteTurn(connection, last, forgetBefore));
        LastSequence = last;
        if (_first == 0 && LastSequence > 0) _first = 1;
        _first = Math.Max(_first, forgetBefore);
        _pending.Clear();
        _history.Clear();
    }

    public void WriteSnapshot(IReadOnlyList<Change> changes)
    {
        if (_pending.Count > 0) throw new InvalidOperationException("A snapshot is taken between two turns, and this turn is not committed.");

        Durably($"while writing the snapshot at change {LastSequence}", connection => WriteSnapshot(connection, changes));
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _lease.Dispose();
    }

    private PostgresReader Reader() => new(_connection ?? throw new InvalidOperationException("The journal has no connection."), _database.Place, _logger);

    /// <summary>One message to the database: it commits all of it, or nothing when this server no longer leads.</summary>
    private void WriteTurn(NpgsqlConnection connection, long last, long forgetBefore)
    {
        using var batch = new NpgsqlBatch(connection);
        batch.Add("SELECT take_turn($1, $2, $3)", _term, _turn + 1, last);
        if (_pending.Count > 0)
        {
            var rows = _pending.Select((record, i) => JournalRow.Of(LastSequence + 1 + i, record)).ToList();
            batch.Add(
                "INSERT INTO journal SELECT * FROM unnest($1, $2, $3)",
                rows.ConvertAll(row => row.Sequence).ToArray(), _pending.ToArray(), rows.ConvertAll(row => row.Checksum).ToArray());
        }

        _history.AddTo(batch);
        if (forgetBefore > _first) batch.Add("DELETE FROM journal WHERE sequence >= $1 AND sequence < $2", _first, forgetBefore);
        batch.ExecuteNonQueryAsync(_giveUp).GetAwaiter().GetResult();
    }

    private void WriteSnapshot(NpgsqlConnection connection, IReadOnlyList<Change> changes)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute("SELECT take_turn($1, $2, $3)", _term, _turn + 1, LastSequence);
        connection.Execute("DELETE FROM snapshots WHERE sequence = $1", LastSequence);
        foreach (var part in SnapshotParts.Cut(changes))
        {
            _giveUp.ThrowIfCancellationRequested();
            connection.Execute(
                "INSERT INTO snapshots VALUES($1, $2, $3, now(), $4, $5)",
                LastSequence, part.Number, part.IsLast, part.Record, part.ChecksumAt(LastSequence));
        }

        connection.Execute("DELETE FROM snapshots WHERE sequence < (SELECT DISTINCT sequence FROM snapshots ORDER BY sequence DESC LIMIT 1 OFFSET 1)");
        var neededAfter = new PostgresReader(connection, _database.Place, _logger).OlderKept();
        transaction.Commit();
        _neededAfter = neededAfter;
    }

    private long ForgetBefore() =>
        _first == 0 || _first > _neededAfter ? _first : Math.Min(_first + Math.Max(ForgetSlice, 2 * _pending.Count), _neededAfter + 1);

    /// <summary>Asks the database whether this server still leads; throws when it does not.</summary>
    private void Prove() => Persist("while asking whether this server leads", connection => _ = IsDoneAlready(connection));

    private void Durably(string doing, Action<NpgsqlConnection> write)
    {
        if (_unusable) throw new InvalidOperationException("The journal failed before; this server must begin again from what is in the database.");

        _unusable = true;
        Persist(doing, write);
        _turn++;
        _unusable = false;
    }

    /// <summary>Does it until the database has said that it is done; tries again where the connection broke, for as long as the patience lasts.</summary>
    private void Persist(string doing, Action<NpgsqlConnection> write)
    {
        var began = Stopwatch.GetTimestamp();
        var failures = 0;
        while (true)
        {
            try
            {
                if (_connection is { } connected && failures == 0) write(connected);
                else if (!IsDoneAlready(Reconnect())) write(_connection!);   // Reconnect has set it
                break;
            }
            catch (PostgresException e) when (e.SqlState == PostgresSchema.NotOurTurn)
            {
                if (failures == 0) throw new LeadershipLostException("Another server leads the farm now.");
                failures++;   // perhaps it was our own commit that came through meanwhile
            }
            catch (Exception e) when (PostgresFailure.IsOfDatabase(e) && PostgresFailure.IsPassing(e))
            {
                if (failures++ == 0) LogAway(_database.Place, doing, e.Message);
                if (Stopwatch.GetElapsedTime(began) > _patience)
                    throw new LeadershipLostException($"The database {_database.Place} has been away for {_patience.TotalSeconds:0} s ({doing}): {e.Message}");
                if (_giveUp.WaitHandle.WaitOne(_tryAgain))
                    throw Stopped(doing);
            }
            catch (Exception e) when (PostgresFailure.IsOfDatabase(e))
            {
                throw PostgresFailure.From(e, _database.Place, doing);
            }
            catch (OperationCanceledException)
            {
                throw Stopped(doing);
            }
        }

        _provenAt = Stopwatch.GetTimestamp();
        if (failures > 0) LogBack(_database.Place, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private LeadershipLostException Stopped(string doing) => new($"This server was stopped while the database {_database.Place} did not answer ({doing}).");

    private NpgsqlConnection Reconnect()
    {
        _connection?.Dispose();
        _connection = null;
        return _connection = _database.Connect(TurnMax);
    }

    /// <summary>After a broken connection: whether the turn had been committed, as the database knows.</summary>
    private bool IsDoneAlready(NpgsqlConnection connection)
    {
        var end = new PostgresReader(connection, _database.Place, _logger).End();
        if (end.Term != _term) throw new LeadershipLostException("Another server leads the farm now.");
        return end.Turn == _turn ? false
            : end.Turn == _turn + 1 ? true
            : throw new JournalException($"The database {_database.Place} has turn {end.Turn}, after {_turn} written here: an older state of it was put back, or somebody else writes there.");
    }

    [LoggerMessage(4102, LogLevel.Warning, "The database {Place} is away ({Doing}): nobody is answered until it is back. {Reason}")]
    private partial void LogAway(string place, string doing, string reason);

    [LoggerMessage(4103, LogLevel.Information, "The database {Place} is back after {Seconds:0.0} s; nothing was lost.")]
    private partial void LogBack(string place, double seconds);
}

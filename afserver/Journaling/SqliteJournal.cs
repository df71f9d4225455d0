using AfServer.Model;
using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>The journal in one SQLite file. A turn is one transaction, on disk when <see cref="Commit"/> returns.</summary>
internal sealed partial class SqliteJournal : IJournal
{
    // Records read at a time, so that replaying never holds the whole journal in memory.
    private const int ReadSlice = 4096;

    // Records that no snapshot needs any more, forgotten per commit: about a millisecond of a turn. A turn that writes more forgets more.
    private const int ForgetSlice = 1000;

    private readonly string _file;
    private readonly ILogger<SqliteJournal> _logger;
    private readonly SqliteConnection _connection;
    private readonly CommittedEnd _end;
    private readonly SqliteSnapshots _snapshots;
    private readonly HistoryWriter _history;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteInsert _insert;
    private readonly SqliteCommand _setEnd;
    private readonly SqliteCommand _forget;
    private readonly List<byte[]> _pending = [];
    private long _first;
    private long _neededAfter;
    private bool _unusable;

    private SqliteJournal(string file, SqliteConnection connection, CommittedEnd end, TimeProvider time, ILogger<SqliteJournal> logger)
    {
        _file = file;
        _logger = logger;
        _connection = connection;
        _end = end;
        _snapshots = new SqliteSnapshots(file, connection, time, logger);
        _history = new HistoryWriter(connection);
        _begin = connection.Prepared("BEGIN IMMEDIATE");
        _commit = connection.Prepared("COMMIT");
        _insert = new SqliteInsert(connection, "INSERT INTO journal VALUES(?, ?, ?)");
        _setEnd = connection.Prepared("UPDATE journal_end SET sequence = $sequence", "$sequence");
        _forget = connection.Prepared("DELETE FROM journal WHERE sequence < $before", "$before");
    }

    public string Place => _file;

    public long LastSequence { get; private set; }

    /// <summary>Opens the journal of a farm, or makes an empty one.</summary>
    /// <exception cref="JournalException">The file is not a journal, is damaged, or belongs to a newer server.</exception>
    public static SqliteJournal Open(string file, TimeProvider time, ILogger<SqliteJournal> logger)
    {
        var connection = JournalSchema.Open(file);
        CommittedEnd? end = null;
        SqliteJournal? journal = null;
        try
        {
            end = CommittedEnd.Open(file);
            journal = new SqliteJournal(file, connection, end, time, logger);
            journal.CheckEnds();
            return journal;
        }
        catch (Exception e) when (e is SqliteException or JournalException)
        {
            journal?.Dispose();
            end?.Dispose();
            connection.Dispose();
            if (e is SqliteException failure) throw JournalException.From(failure, file, "while opening it");
            throw;
        }
    }

    public Snapshot? ReadSnapshot()
    {
        try
        {
            return _snapshots.ReadNewest() is { } snapshot ? snapshot
                : _first > 1 ? throw JournalException.Damaged(_file, $"{_file} has no snapshot that can be read, and its changes begin with number {_first}.")
                : null;
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, _file, "while reading the snapshot");
        }
    }

    public IEnumerable<Change> ReadAfter(long sequence)
    {
        var next = sequence + 1;
        while (next <= LastSequence)
        {
            foreach (var row in ReadRows(next))
            {
                if (row.Sequence != next) throw row.Missing(_file, next);
                yield return row.Decode(_file);
                next++;
            }
        }
    }

    public void Append(Change change) => _pending.Add(ChangeCodec.Write(change));

    public void Append(FinishedRun run) => _history.Add(run);

    public void Append(JobRecord job) => _history.Add(job);

    public void Append(UserAction action) => _history.Add(action);

    public void Commit()
    {
        if (_pending.Count == 0 && _history.IsEmpty) return;

        InTransaction($"while committing change {LastSequence + 1} and {_pending.Count - 1} more", () =>
        {
            var sequence = LastSequence;
            foreach (var record in _pending)
            {
                sequence++;
                _insert.Add(sequence).Add(record).Add(JournalRow.Of(sequence, record).Checksum).Execute();
            }

            _setEnd.Execute(sequence);
            _history.Write();
            Forget();
        });

        LastSequence += _pending.Count;
        if (_first == 0 && LastSequence > 0) _first = 1;
        _pending.Clear();
        WriteEnd();
    }

    public void WriteSnapshot(IReadOnlyList<Change> changes)
    {
        if (_pending.Count > 0) throw new InvalidOperationException("A snapshot is taken between two turns, and this turn is not committed.");

        InTransaction($"while writing the snapshot at change {LastSequence}", () =>
        {
            _snapshots.Write(LastSequence, changes);
            _neededAfter = _snapshots.OlderKept();
            Forget();
        });
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _insert.Dispose();
        _setEnd.Dispose();
        _forget.Dispose();
        _history.Dispose();
        _snapshots.Dispose();
        _connection.Dispose();
        _end.Dispose();
    }

    /// <summary>Makes the file refuse to grow over so many pages of 4 KiB: a full disk, for tests where none can be mounted.</summary>
    internal void LimitPages(long pages) => _connection.Execute($"PRAGMA max_page_count = {pages}");

    private void InTransaction(string doing, Action work)
    {
        if (_unusable) throw new InvalidOperationException("The journal failed before; the process must end and start again from what is on disk.");

        _unusable = true;
        try
        {
            _begin.ExecuteNonQuery();
            work();
            _commit.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            // Nothing to roll back by hand: closing the connection does it, and nothing else may be written here.
            throw JournalException.From(e, _file, doing);
        }

        _unusable = false;
    }

    private void WriteEnd()
    {
        _unusable = true;
        _end.Write(LastSequence);
        _unusable = false;
    }

    /// <summary>Deletes a slice of the changes that are older than the older kept snapshot.</summary>
    private void Forget()
    {
        if (_first == 0 || _first > _neededAfter) return;

        var before = Math.Min(_first + Math.Max(ForgetSlice, 2 * _pending.Count), _neededAfter + 1);
        _forget.Execute(before);
        _first = before;
    }

    /// <summary>The first and last change that must be there are there; what is between is checked when it is read.</summary>
    private void CheckEnds()
    {
        _first = _connection.Number("SELECT min(sequence) FROM journal");
        LastSequence = _connection.Number("SELECT max(sequence) FROM journal");
        var newest = _snapshots.Newest();
        _neededAfter = _snapshots.OlderKept();

        // Rows that vanish from the end leave no gap: only this number tells that they were there.
        if (JournalSchema.End(_connection) is not { } end)
            throw JournalException.Damaged(_file, $"{_file}: journal_end has lost the number of the last change.");
        if (LastSequence < end)
            throw JournalException.Damaged(_file, $"{_file}: changes {LastSequence + 1} to {end} are missing at the journal's end.");
        if (LastSequence > end || newest > end)
            throw JournalException.Damaged(_file, $"{_file} has change {LastSequence} and a snapshot at change {newest}, but should end with change {end}.");
        if (_first > _neededAfter + 1)
            throw JournalException.Damaged(_file, $"{_file}: changes {_neededAfter + 1} to {_first - 1} are missing at the journal's beginning.");

        CheckEndBeside(end);
    }

    private void CheckEndBeside(long end)
    {
        var answered = CommittedEnd.Read(_file);
        if (answered is null) LogEndUnreadable(CommittedEnd.FileOf(_file), _file);
        if (end < answered)
        {
            throw JournalException.Damaged(
                _file,
                $"{_file} ends with change {end}, but the server had committed change {answered}: {_file}-wal was lost, or an older copy was put in its place. If it is an older copy and meant to be, delete {CommittedEnd.FileOf(_file)} and start again.");
        }

        _end.Write(end);
    }

    private List<JournalRow> ReadRows(long from)
    {
        try
        {
            using var command = _connection.Prepared($"SELECT sequence, record, checksum FROM journal WHERE sequence >= $from ORDER BY sequence LIMIT {ReadSlice}", "$from");
            command.Set(from);
            var rows = new List<JournalRow>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(new JournalRow(reader.NumberAt(0), reader.BytesAt(1), reader.NumberAt(2)));
            return rows.Count > 0 ? rows : throw JournalException.Damaged(_file, $"{_file}: changes {from} to {LastSequence} are missing at the journal's end.");
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, _file, $"while reading changes from number {from} on");
        }
    }

    [LoggerMessage(4002, LogLevel.Warning, "{EndFile} cannot be understood, so this start cannot tell whether {File}-wal was lost. It is written anew.")]
    private partial void LogEndUnreadable(string endFile, string file);
}

using AfJournal.Words;
using AfServer.Journaling;
using Microsoft.Data.Sqlite;

namespace AfJournal.Stores;

/// <summary>A journal in a SQLite file, read in one transaction: what a server writes meanwhile is not seen.</summary>
internal sealed class SqliteStoredJournal : IStoredJournal
{
    // Rows that are held in memory at a time.
    private const int RowsSlice = 4096;

    // What one row more tells nobody.
    private const int StorageProblemsMax = 20;

    private readonly string _file;
    private readonly SqliteConnection _connection;

    // None where journal_end has lost it.
    private readonly long? _kept;

    private SqliteStoredJournal(string file, SqliteConnection connection, long committed)
    {
        _file = file;
        _connection = connection;
        connection.Execute("BEGIN");
        _kept = JournalSchema.End(connection);
        End = Math.Max(_kept ?? LastThere(), committed);
        Snapshots = ReadSnapshots();
    }

    public string Place => _file;

    public long End { get; }

    public IReadOnlyList<StoredSnapshot> Snapshots { get; }

    /// <exception cref="JournalException">It is not there, no journal, or too damaged to be opened.</exception>
    public static SqliteStoredJournal Open(string file)
    {
        // Before the transaction begins: what a server commits in between is in both.
        var committed = CommittedEnd.Read(file) ?? 0;
        var connection = JournalSchema.OpenToRead(file);
        try
        {
            return new SqliteStoredJournal(file, connection, committed);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw JournalException.From(e, file, "while opening it");
        }
    }

    public string Describe() =>
        $"{Amount.OfBytes(_connection.Number("PRAGMA page_count") * _connection.Number("PRAGMA page_size"))}, tables of version {_connection.Number("PRAGMA user_version")}";

    public IEnumerable<string> StorageProblems()
    {
        if (_kept is null) yield return "journal_end has lost the number of the last change: whether changes are missing at the end can be told by what is beside it alone";
        if (_kept < End) yield return $"it ends with change {_kept}, but the server had committed change {End}: {_file}-wal was lost, or an older copy was put in its place";
        foreach (var line in Guarded($"PRAGMA integrity_check({StorageProblemsMax})", "while checking its pages", row => row.GetString(0)))
        {
            if (line != "ok") yield return line;
        }
    }

    public IEnumerable<JournalRow> RowsFrom(long sequence)
    {
        for (var next = sequence; ;)
        {
            var rows = Guarded(
                $"SELECT sequence, record, checksum FROM journal WHERE sequence >= {next} ORDER BY sequence LIMIT {RowsSlice}",
                $"while reading changes from number {next} on",
                row => new JournalRow(row.NumberAt(0), row.BytesAt(1), row.NumberAt(2)));
            foreach (var row in rows) yield return row;

            // No number comes after the highest.
            if (rows.Count < RowsSlice || rows[^1].Sequence == long.MaxValue) yield break;
            next = rows[^1].Sequence + 1;
        }
    }

    public IEnumerable<StoredPart> PartsOf(long snapshot) => Guarded(
        $"SELECT part, is_last, record, checksum FROM snapshots WHERE sequence = {snapshot} ORDER BY part",
        $"while reading the snapshot at change {snapshot}",
        row => new StoredPart(new SnapshotPart(row.SmallNumberAt(0), row.NumberAt(1) == 1, row.BytesAt(2)), row.NumberAt(3)));

    /// <summary>From both ends towards what cannot be read, if anything cannot.</summary>
    public IEnumerable<object?[]> History(HistoryTable table, Action<string> onGap)
    {
        var keys = table.Key.Split(", ").Length;
        object?[]? last = null;
        string? failure = null;
        foreach (var row in Rows(table, descending: false, e => failure = e))
        {
            last = row;
            yield return row;
        }

        if (failure is null) yield break;
        object?[]? first = null;
        foreach (var row in Rows(table, descending: true, _ => { }))
        {
            if (last is not null && Compare(row, last, keys) <= 0) break;
            first = row;
            yield return row;
        }

        onGap($"rows between {Key(last) ?? "the beginning"} and {Key(first) ?? "the end"} cannot be read: {failure}");

        string? Key(object?[]? row) => row is null ? null : string.Join('.', row.Take(keys));
    }

    public void Dispose() => _connection.Dispose();

    private long LastThere()
    {
        try
        {
            return _connection.Number("SELECT max(sequence) FROM journal");
        }
        catch (SqliteException)
        {
            // Reading the changes says it, with its place.
            return 0;
        }
    }

    private List<StoredSnapshot> ReadSnapshots()
    {
        using var command = _connection.Prepared("SELECT sequence, min(taken) FROM snapshots GROUP BY sequence ORDER BY sequence");
        using var rows = command.ExecuteReader();
        var snapshots = new List<StoredSnapshot>();
        while (rows.Read())
            snapshots.Add(new StoredSnapshot(rows.NumberAt(0), rows.GetValue(1) as string ?? ""));
        return snapshots;
    }

    private List<T> Guarded<T>(string sql, string doing, Func<SqliteDataReader, T> read)
    {
        try
        {
            using var command = _connection.Prepared(sql);
            using var rows = command.ExecuteReader();
            var found = new List<T>();
            while (rows.Read())
                found.Add(read(rows));
            return found;
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, _file, doing);
        }
    }

    private IEnumerable<object?[]> Rows(HistoryTable table, bool descending, Action<string> onFailure)
    {
        using var reader = new HistoryReader(_connection, table, descending);
        while (reader.Next(onFailure) is { } row) yield return row;
    }

    private static int Compare(object?[] row, object?[] other, int keys)
    {
        for (var i = 0; i < keys; i++)
        {
            var order = Comparer<long>.Default.Compare(row[i] as long? ?? 0, other[i] as long? ?? 0);
            if (order != 0) return order;
        }

        return 0;
    }

    /// <summary>One pass over a table of the history; the columns that an older file lacks are filled in.</summary>
    private sealed class HistoryReader : IDisposable
    {
        private readonly HistoryTable _table;
        private readonly int[] _positions;
        private readonly SqliteCommand _command;
        private SqliteDataReader? _rows;

        public HistoryReader(SqliteConnection connection, HistoryTable table, bool descending)
        {
            _table = table;
            _positions = new int[table.Columns.Count];
            var there = ColumnsOf(connection, table);
            var chosen = table.Columns.Where(column => there.Contains(column.Name)).Select(column => column.Name).ToList();
            for (var i = 0; i < _positions.Length; i++) _positions[i] = chosen.IndexOf(table.Columns[i].Name);
            var order = string.Join(", ", table.Key.Split(", ").Select(key => descending ? $"{key} DESC" : key));
            _command = connection.CreateCommand();
            _command.CommandText = $"SELECT {string.Join(", ", chosen)} FROM {table.Name} ORDER BY {order}";
        }

        public object?[]? Next(Action<string> onFailure)
        {
            try
            {
                _rows ??= _command.ExecuteReader();
                return _rows.Read() ? [.. _positions.Select((position, i) => position < 0 ? _table.Columns[i].Older : ValueAt(position))] : null;
            }
            catch (SqliteException e)
            {
                onFailure(e.Message);
                return null;
            }
        }

        public void Dispose()
        {
            _rows?.Dispose();
            _command.Dispose();
        }

        private object? ValueAt(int position) => _rows!.IsDBNull(position) ? null : _rows.GetValue(position);

        private static HashSet<string> ColumnsOf(SqliteConnection connection, HistoryTable table)
        {
            using var command = connection.Prepared($"SELECT name FROM pragma_table_info('{table.Name}')");
            using var rows = command.ExecuteReader();
            var names = new HashSet<string>();
            while (rows.Read()) names.Add(rows.GetString(0));
            return names;
        }
    }
}

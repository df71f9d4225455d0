using System.Data;
using System.Globalization;
using AfJournal.Words;
using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using Npgsql;

namespace AfJournal.Stores;

/// <summary>A journal in PostgreSQL, read in one transaction: what a server writes meanwhile is not seen.</summary>
internal sealed class PostgresStoredJournal : IStoredJournal
{
    // Rows that are held in memory at a time.
    private const int RowsSlice = 4096;

    /// <summary>A snapshot, or one slice of a large table, takes seconds.</summary>
    private static readonly TimeSpan _answerMax = TimeSpan.FromMinutes(5);

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _asOfNow;

    private PostgresStoredJournal(string place, NpgsqlConnection connection)
    {
        Place = place;
        _connection = connection;
        PostgresSchema.Check(connection, place);
        _asOfNow = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        End = connection.Ask<long>("SELECT sequence FROM journal_end");
        Snapshots = Guarded(
            "SELECT sequence, min(taken) FROM snapshots GROUP BY sequence ORDER BY sequence",
            "while looking for snapshots",
            row => new StoredSnapshot(row.GetInt64(0), HistoryColumns.Text(row.GetFieldValue<DateTimeOffset>(1))));
    }

    public string Place { get; }

    public long End { get; }

    public IReadOnlyList<StoredSnapshot> Snapshots { get; }

    /// <exception cref="JournalException">Nobody answers, it is no farm's, or a newer server's.</exception>
    public static PostgresStoredJournal Open(PostgresDatabase database)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = database.Connect(_answerMax);
            return new PostgresStoredJournal(database.Place, connection);
        }
        catch (NpgsqlException e)
        {
            connection?.Dispose();
            throw PostgresFailure.From(e, database.Place, "while opening it");
        }
        catch (JournalException)
        {
            connection?.Dispose();
            throw;
        }
    }

    public string Describe() =>
        $"{Amount.OfBytes(_connection.Ask<long>("SELECT pg_database_size(current_database())"))} in all, tables of version {_connection.Ask<int>("SELECT version FROM afanasy")}, epoch {_connection.Ask<long>("SELECT epoch FROM journal_end")}";

    /// <summary>Its pages are PostgreSQL's own business (pg_amcheck); that every row can be read is seen here.</summary>
    public IEnumerable<string> StorageProblems() =>
        _connection.Ask<long>("SELECT count(*) FROM journal_end") == 1 ? [] : ["where the journal ends is not said once"];

    public IEnumerable<JournalRow> RowsFrom(long sequence)
    {
        for (var next = sequence; ;)
        {
            var rows = Guarded(
                string.Create(CultureInfo.InvariantCulture, $"SELECT sequence, record, checksum FROM journal WHERE sequence >= {next} ORDER BY sequence LIMIT {RowsSlice}"),
                $"while reading changes from number {next} on",
                row => new JournalRow(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)));
            foreach (var row in rows) yield return row;

            // No number comes after the highest.
            if (rows.Count < RowsSlice || rows[^1].Sequence == long.MaxValue) yield break;
            next = rows[^1].Sequence + 1;
        }
    }

    public IEnumerable<StoredPart> PartsOf(long snapshot) => Guarded(
        $"SELECT part, is_last, record, checksum FROM snapshots WHERE sequence = {snapshot} ORDER BY part",
        $"while reading the snapshot at change {snapshot}",
        row => new StoredPart(new SnapshotPart(row.GetInt32(0), row.GetBoolean(1), row.GetFieldValue<byte[]>(2)), row.GetInt64(3)));

    public IEnumerable<object?[]> History(HistoryTable table, Action<string> onGap)
    {
        using var command = _connection.Command($"SELECT {string.Join(", ", table.Columns.Select(column => column.Name))} FROM {table.Name} ORDER BY {table.Key}");
        NpgsqlDataReader? rows = null;
        try
        {
            while (Next() is { } row) yield return row;
        }
        finally
        {
            rows?.Dispose();
        }

        object?[]? Next()
        {
            try
            {
                rows ??= command.ExecuteReader();
                return rows.Read() ? [.. Enumerable.Range(0, table.Columns.Count).Select(i => Canonical(rows.GetValue(i)))] : null;
            }
            catch (NpgsqlException e)
            {
                onGap($"the rest cannot be read: {e.Message}");
                return null;
            }
        }
    }

    public void Dispose()
    {
        _asOfNow.Dispose();
        _connection.Dispose();
    }

    /// <summary>A value as the exchange file has it.</summary>
    private static object? Canonical(object value) => value switch
    {
        int number => (long)number,
        DateTime time => HistoryColumns.Text(new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))),
        DBNull => null,
        _ => value,
    };

    private List<T> Guarded<T>(string sql, string doing, Func<NpgsqlDataReader, T> read)
    {
        try
        {
            using var command = _connection.Command(sql);
            using var rows = command.ExecuteReader();
            var found = new List<T>();
            while (rows.Read()) found.Add(read(rows));
            return found;
        }
        catch (NpgsqlException e)
        {
            throw PostgresFailure.From(e, Place, doing);
        }
    }
}

using AfJournal.Stores;
using AfServer.Journaling;
using AfServer.Model;
using Microsoft.Data.Sqlite;

namespace AfJournal.Saving;

/// <summary>Writes a new farm's database row by row, in one transaction: any store's rows become a file that a server can start with.</summary>
internal sealed class FarmFileWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteInsert _change;
    private readonly SqliteInsert _part;
    private readonly Dictionary<HistoryTable, SqliteInsert> _history;

    private FarmFileWriter(SqliteConnection connection)
    {
        _connection = connection;
        connection.Execute("BEGIN IMMEDIATE");
        _change = new SqliteInsert(connection, "INSERT INTO journal VALUES(?, ?, ?)");
        _part = new SqliteInsert(connection, "INSERT INTO snapshots VALUES(?, ?, ?, ?, ?, ?)");
        _history = HistoryTable.All.ToDictionary(table => table, table => new SqliteInsert(
            connection, $"INSERT INTO {table.Name}({string.Join(", ", table.Columns.Select(column => column.Name))}) VALUES({string.Join(", ", table.Columns.Select(_ => "?"))})"));
    }

    /// <summary>Makes the file, lets it be filled, and closes it whole: a single file, without a log beside it.</summary>
    public static void Write(string file, Action<FarmFileWriter> fill)
    {
        using var connection = JournalSchema.Open(file);
        try
        {
            using (var writer = new FarmFileWriter(connection)) fill(writer);
            connection.Execute("COMMIT; PRAGMA journal_mode = DELETE;");
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, file, "while writing it");
        }
    }

    public void Add(JournalRow row) => _change.Add(row.Sequence).Add(row.Record).Add(row.Checksum).Execute();

    public void Add(StoredSnapshot snapshot, StoredPart part) => _part
        .Add(snapshot.Sequence).Add(part.Part.Number).Add(part.Part.IsLast ? 1 : 0).Add(snapshot.Taken).Add(part.Part.Record).Add(part.Checksum).Execute();

    public void Add(StoredSnapshot snapshot, IReadOnlyList<Change> changes)
    {
        foreach (var part in SnapshotParts.Cut(changes)) Add(snapshot, new StoredPart(part, part.ChecksumAt(snapshot.Sequence)));
    }

    public void Add(HistoryTable table, object?[] row)
    {
        var insert = _history[table];
        foreach (var value in row)
        {
            _ = value switch
            {
                long number => insert.Add(number),
                double number => insert.Add(number),
                _ => insert.Add(value as string),
            };
        }

        insert.Execute();
    }

    public void End(long sequence) => _connection.Execute($"UPDATE journal_end SET sequence = {sequence}");

    public void Dispose()
    {
        _change.Dispose();
        _part.Dispose();
        foreach (var insert in _history.Values) insert.Dispose();
    }
}

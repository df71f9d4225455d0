using System.Globalization;
using AfJournal.Saving;
using AfJournal.Words;
using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using Npgsql;

namespace AfJournal.Stores;

/// <summary>The database of servers that keep their facts in PostgreSQL.</summary>
internal sealed class PostgresJournalStore(PostgresDatabase database, TimeProvider time) : IRestorableStore
{
    /// <summary>What a server says twice a second is older than this only when it is gone.</summary>
    private const string ServersSeen = "5 seconds";

    private static readonly string[] _tables = ["afanasy", "journal", "journal_end", "terms", "snapshots", "lease", "servers", "runs", "jobs", "actions"];

    /// <summary>Millions of rows go in one statement.</summary>
    private static readonly TimeSpan _answerMax = TimeSpan.FromHours(1);

    public string Place => database.Place;

    public string Options => "--store postgres --postgres CONNECTION";

    public IStoredJournal Open() => PostgresStoredJournal.Open(database);

    public void Pack(string to, Steps steps)
    {
        using var journal = Open();
        FarmFileWriter.Write(to, writer =>
        {
            steps.Begin($"copying the changes of {Place}");
            foreach (var row in journal.RowsFrom(long.MinValue)) writer.Add(row);
            foreach (var snapshot in journal.Snapshots)
            {
                foreach (var part in journal.PartsOf(snapshot.Sequence)) writer.Add(snapshot, part);
            }

            writer.End(journal.End);
            foreach (var table in HistoryTable.All)
            {
                steps.Begin($"copying the history of {Place}, {table.Name}");
                var count = 0L;
                foreach (var row in journal.History(table, gap => throw JournalException.Damaged(Place, $"{Place}: history, {table.Name}: {gap}")))
                {
                    writer.Add(table, row);
                    steps.Count(++count, "rows");
                }
            }
        });
    }

    public string? Restore(SqliteFileStore from, bool force, Steps steps)
    {
        try
        {
            using var connection = database.Connect(_answerMax);
            Hold(connection);
            PostgresSchema.Prepare(connection, Place);
            var isEmpty = connection.Ask<long>("SELECT sequence FROM journal_end") == 0 && connection.Ask<long>("SELECT count(*) FROM snapshots") == 0;
            if (!isEmpty && !force)
                throw new ToolFailure(ExitCodes.Damaged, $"The database {Place} has a farm already, nothing was changed. Give another database, or --force: then what is there is kept in a schema of its own.");

            using var transaction = connection.BeginTransaction();
            var epoch = connection.Ask<long>("SELECT epoch FROM journal_end");
            var aside = PutAside(connection);
            PostgresSchema.Make(connection);
            using (var journal = from.Open()) Fill(connection, journal, epoch, steps);
            if (isEmpty) connection.Execute($"DROP SCHEMA {aside} CASCADE");
            transaction.Commit();
            return isEmpty ? null : $"the schema {aside} of {Place}";
        }
        catch (NpgsqlException e)
        {
            throw PostgresFailure.From(e, Place, "while restoring into it");
        }
    }

    /// <summary>No server leads while the lock is held here, and none is left that follows.</summary>
    private void Hold(NpgsqlConnection connection)
    {
        var isFree = connection.Ask<bool>($"SELECT pg_try_advisory_lock({PostgresSchema.LeaderLock})");
        var servers = connection.Ask<string>("SELECT to_regclass('servers')::text") is null ? null
            : connection.Ask<string>($"SELECT string_agg(address, ', ') FROM servers WHERE seen > clock_timestamp() - interval '{ServersSeen}'");
        if (!isFree || servers is not null)
            throw new ToolFailure(ExitCodes.Locked, $"The database {Place} is used by {(servers is null ? "a server" : $"servers at {servers}")}. End all of them, standbys too, then try again. Nothing was changed.");
    }

    private string PutAside(NpgsqlConnection connection)
    {
        var schema = string.Create(CultureInfo.InvariantCulture, $"before_{time.GetUtcNow():yyyyMMdd_HHmmss_fff}");
        connection.Execute($"CREATE SCHEMA {schema}");
        foreach (var table in _tables) connection.Execute($"ALTER TABLE {table} SET SCHEMA {schema}");
        connection.Execute($"ALTER FUNCTION take_turn(text, bigint, bigint) SET SCHEMA {schema}");
        return schema;
    }

    /// <summary>The next leader's epoch is above the last one's: an old leader that wakes up may still write nothing.</summary>
    private static void Fill(NpgsqlConnection connection, IStoredJournal journal, long epoch, Steps steps)
    {
        steps.Begin("writing the changes");
        using (var changes = connection.BeginBinaryImport("COPY journal FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var row in journal.RowsFrom(long.MinValue)) changes.WriteRow(row.Sequence, row.Record, row.Checksum);
            changes.Complete();
        }

        using (var parts = connection.BeginBinaryImport("COPY snapshots FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var snapshot in journal.Snapshots)
            {
                foreach (var (part, checksum) in journal.PartsOf(snapshot.Sequence))
                    parts.WriteRow(snapshot.Sequence, part.Number, part.IsLast, HistoryColumns.Time(snapshot.Taken).UtcDateTime, part.Record, checksum);
            }

            parts.Complete();
        }

        connection.Execute("UPDATE journal_end SET sequence = $1, epoch = $2", journal.End, epoch + 1);
        foreach (var table in HistoryTable.All) Fill(connection, journal, table, steps);
        connection.Execute("SELECT setval(pg_get_serial_sequence('actions', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM actions), false)");
    }

    private static void Fill(NpgsqlConnection connection, IStoredJournal journal, HistoryTable table, Steps steps)
    {
        steps.Begin($"writing the history, {table.Name}");
        var count = 0L;
        using var import = connection.BeginBinaryImport($"COPY {table.Name}({string.Join(", ", table.Columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in journal.History(table, gap => throw JournalException.Damaged(journal.Place, $"{journal.Place}: history, {table.Name}: {gap}")))
        {
            import.WriteRow(row.Select((value, i) => Native(table, i, value)).ToArray());
            steps.Count(++count, "rows");
        }

        import.Complete();
    }

    /// <summary>A value of the exchange file as the database's column takes it. PostgreSQL knows no zero character in a text.</summary>
    private static object? Native(HistoryTable table, int column, object? value) => (table.Columns[column].Kind, value) switch
    {
        (ColumnKind.Time or ColumnKind.TimeOrNone, string text) => HistoryColumns.Time(text).UtcDateTime,
        (ColumnKind.Number, long number) when table.Columns[column].Name == "id" => number,
        (ColumnKind.Number, long number) => (int)number,
        (ColumnKind.Seconds, long seconds) => (double)seconds,
        (_, string text) => text.Replace('\0', '\uFFFD'),
        _ => value,
    };
}

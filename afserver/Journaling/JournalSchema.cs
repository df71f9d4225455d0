using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>Opens the farm's database: makes a new one, takes one of ours, and refuses everything else in words.</summary>
internal static class JournalSchema
{
    /// <summary>The version of the tables, kept in <c>user_version</c>. A program takes this one and older ones, never a newer one.</summary>
    public const int Version = 2;

    /// <summary>"AFAN" in the database's header tells our file from any other program's.</summary>
    private const int ApplicationId = 0x4146414E;

    /// <summary>What a restore calls the database that it makes, behind the name of the one that it will be.</summary>
    public const string Restoring = ".restoring";

    // After a burst the write-ahead log is cut back to this, so that it does not keep the disk for ever.
    private const int WalBytesKept = 64 << 20;

    /// <summary>The tables of version 1. Never altered: what came later is in <see cref="_upgrades"/>, so that new files and old ones end alike.</summary>
    private const string Tables =
        """
        CREATE TABLE journal(
            sequence INTEGER PRIMARY KEY,
            record BLOB NOT NULL,
            checksum INTEGER NOT NULL);
        CREATE TABLE journal_end(sequence INTEGER NOT NULL);
        INSERT INTO journal_end VALUES(0);
        CREATE TABLE snapshots(
            sequence INTEGER NOT NULL,
            part INTEGER NOT NULL,
            is_last INTEGER NOT NULL,
            taken TEXT NOT NULL,
            record BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY(sequence, part));
        CREATE TABLE runs(
            job INTEGER NOT NULL,
            block INTEGER NOT NULL,
            task INTEGER NOT NULL,
            run INTEGER NOT NULL,
            render TEXT NOT NULL,
            service TEXT NOT NULL,
            started TEXT NOT NULL,
            ended TEXT NOT NULL,
            seconds REAL NOT NULL,
            outcome TEXT NOT NULL,
            exit_code INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY(job, block, task, run)) WITHOUT ROWID;
        CREATE INDEX runs_by_end ON runs(ended);
        CREATE TABLE jobs(
            job INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            user_name TEXT NOT NULL,
            project TEXT NOT NULL,
            tasks INTEGER NOT NULL,
            submitted TEXT NOT NULL,
            started TEXT,
            done TEXT,
            deleted TEXT);
        CREATE INDEX jobs_by_submission ON jobs(submitted);
        CREATE TABLE actions(
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_name TEXT NOT NULL,
            host_name TEXT NOT NULL,
            operation TEXT NOT NULL,
            target TEXT NOT NULL,
            detail TEXT NOT NULL);
        CREATE INDEX actions_by_time ON actions(at);
        """;

    /// <summary>What leads from each version to the next, the first from 1 to 2. Columns that are added cost an old file no time, however many rows it has.</summary>
    private static readonly string[] _upgrades =
    [
        """
        ALTER TABLE runs ADD COLUMN job_name TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN block_name TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN user_name TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN branch TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN project TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN capacity INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN branch TEXT NOT NULL DEFAULT '';
        """,
    ];

    /// <exception cref="JournalException">The file is not ours, is newer than this program, or cannot be opened.</exception>
    public static SqliteConnection Open(string file)
    {
        if (!File.Exists(file)) Create(file);
        RefuseEmpty(file);
        var connection = Connect(file, SqliteOpenMode.ReadWrite);
        try
        {
            Check(connection, file);
            connection.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = {WalBytesKept};");
            Upgrade(connection);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw JournalException.From(e, file, "while opening it");
        }
        catch (JournalException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a journal that is there, only to be read and as it is: also beside a server, also one of an older version.</summary>
    /// <exception cref="JournalException">It is not there, not ours, is newer than this program, or cannot be opened.</exception>
    public static SqliteConnection OpenToRead(string file)
    {
        if (!File.Exists(file)) throw new JournalException($"{file} is not there.");
        RefuseEmpty(file);
        var connection = Connect(file, SqliteOpenMode.ReadOnly);
        try
        {
            Check(connection, file);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw JournalException.From(e, file, "while opening it");
        }
        catch (JournalException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The number of the last change; null where the table has lost it.</summary>
    public static long? End(SqliteConnection connection)
    {
        using var command = connection.Prepared("SELECT sequence FROM journal_end");
        using var rows = command.ExecuteReader();
        return rows.Read() && rows.GetValue(0) is long end and >= 0 && !rows.Read() ? end : null;
    }

    private static void RefuseEmpty(string file)
    {
        if (new FileInfo(file).Length == 0)
            throw JournalException.Damaged(file, $"{file} is empty, its content was lost. To begin with an empty farm instead, delete it together with {file}-wal and {file}-end.");
    }

    /// <summary>Makes the database under another name first, so that a crash half-way never leaves an empty farm.db.</summary>
    private static void Create(string file)
    {
        if (File.Exists(file + Restoring))
            throw new JournalException($"{file} is missing, and {file}{Restoring} is there: a restore was cut short. Run the restore again. What was there before it, if anything was, is beside it under names that begin with {file}.before-. To begin with an empty farm, delete {file}{Restoring}.");
        if (new FileInfo(file + "-wal") is { Exists: true, Length: > 0 })
            throw JournalException.Damaged(file, $"{file} is missing, but what was last written to it is in {file}-wal. Put the file back beside it; to begin with an empty farm, delete {file}-wal and {file}-end.");
        if (CommittedEnd.Read(file) is > 0 and var end)
            throw JournalException.Damaged(file, $"{file} is missing; its last change was number {end}. Put the file back; to begin with an empty farm, delete {file}-end.");

        var unfinished = file + ".new";
        try
        {
            File.Delete(unfinished);
            using (var connection = Connect(unfinished, SqliteOpenMode.ReadWriteCreate))
                connection.Execute($"BEGIN; {Tables} {string.Concat(_upgrades)} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT;");
            File.Move(unfinished, file);
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, unfinished, "while making a new journal");
        }
        catch (Exception e) when (e is IOException and not JournalException or UnauthorizedAccessException)
        {
            throw new JournalException($"{file} cannot be made: {e.Message} Check that its folder is there and belongs to the server's user.", e);
        }
    }

    /// <summary>A connection of its own: never from a pool, because a pool keeps files open after they were closed.</summary>
    internal static SqliteConnection Connect(string file, SqliteOpenMode mode)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw JournalException.From(e, file, "while opening it");
        }
    }

    /// <summary>Brings tables of an older version to this one, all at once or not at all.</summary>
    private static void Upgrade(SqliteConnection connection)
    {
        var version = (int)connection.Number("PRAGMA user_version");
        if (version < Version)
            connection.Execute($"BEGIN IMMEDIATE; {string.Concat(_upgrades.Skip(version - 1))} PRAGMA user_version = {Version}; COMMIT;");
    }

    private static void Check(SqliteConnection connection, string file)
    {
        var application = connection.Number("PRAGMA application_id");
        var version = connection.Number("PRAGMA user_version");
        if (application == ApplicationId && version > Version)
            throw new JournalException($"{file} was written by a newer server: its tables are of version {version}, this server knows up to {Version}. Start the newer server.");
        if (application == ApplicationId && version > 0)
            return;
        throw new JournalException($"{file} is a database of another program (application id {application}, version {version}). Move it away, or give another data folder.");
    }
}

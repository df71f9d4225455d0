using Afanasy.Shared;
using Afanasy.Tests.Support;
using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Journaling;

/// <summary>The journal tool between files and a real PostgreSQL.</summary>
public sealed class PostgresToolTests
{
    private readonly TemporaryFolder _folder = new();
    private string _connection = "";

    private string Db => _folder["farm.db"];

    private string Export => _folder["export.db"];

    private string[] Store => ["--store", "postgres", "--postgres", _connection];

    [SetUp]
    public async Task MakeStoresAsync()
    {
        _connection = await PostgresRun.NewDatabaseAsync();
        FarmJournal.Make(Db);
    }

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_farm_goes_from_SQLite_to_PostgreSQL_and_back_with_its_history()
    {
        var restore = JournalRun.Of(["restore", Db, .. Store]);
        Assert.That(restore.Code, Is.Zero, restore.Said);
        Assert.That(Started(), Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));

        var verify = JournalRun.Of(["verify", .. Store]);
        Assert.That(verify.Code, Is.Zero, verify.Said);
        Assert.That(verify.Out, Does.Contain("both farms").And.Not.Contain("Password"));

        var export = JournalRun.Of(["export", Export, .. Store]);
        Assert.That(export.Code, Is.Zero, export.Said);
        Assert.That(FarmJournal.Started(Export), Is.EqualTo(((long)FarmJournal.End, FarmJournal.TextAfter(FarmJournal.End))));
        foreach (var table in new[] { "runs", "jobs", "actions", "journal", "snapshots" })
            Assert.That(Rows(Export, table), Is.EqualTo(Rows(Db, table)), table);
    }

    [Test]
    public void A_database_that_has_a_farm_is_replaced_only_when_that_is_said_and_what_was_there_is_kept()
    {
        JournalRun.Of(["restore", Db, .. Store]);
        var epoch = Ask<long>("SELECT epoch FROM journal_end");

        var refused = JournalRun.Of(["restore", Db, .. Store]);
        Assert.That((refused.Code, refused.Error.Contains("has a farm already", StringComparison.Ordinal)), Is.EqualTo((1, true)), refused.Said);

        var forced = JournalRun.Of(["restore", Db, .. Store, "--force"]);
        Assert.That(forced.Code, Is.Zero, forced.Said);
        Assert.That(forced.Out, Does.Contain("the schema before_"));
        var schema = forced.Out[forced.Out.IndexOf("before_", StringComparison.Ordinal)..].Split(' ')[0];
        Assert.That(Ask<long>($"SELECT count(*) FROM {schema}.journal"), Is.EqualTo(Ask<long>("SELECT count(*) FROM journal")));
        Assert.That(Ask<long>("SELECT epoch FROM journal_end"), Is.GreaterThan(epoch), "a leader of before may write nothing");
        Assert.That(Started(), Is.EqualTo(FarmJournal.TextAfter(FarmJournal.End)));
    }

    [Test]
    public void Nothing_is_restored_while_a_server_leads()
    {
        using var leader = new PostgresDatabase(_connection).Connect(TimeSpan.FromSeconds(30));
        Assert.That(leader.Ask<bool>($"SELECT pg_try_advisory_lock({PostgresSchema.LeaderLock})"));

        var refused = JournalRun.Of(["restore", Db, .. Store, "--force"]);

        Assert.That(refused.Code, Is.EqualTo(3), refused.Said);
        Assert.That(refused.Error, Does.Contain("is used by a server"));
    }

    [Test]
    public void What_is_good_of_a_damaged_database_is_kept()
    {
        JournalRun.Of(["restore", Db, .. Store]);
        Ask<object>("UPDATE journal SET checksum = 7 WHERE sequence = 103");

        var verify = JournalRun.Of(["verify", .. Store]);
        Assert.That(verify.Code, Is.EqualTo(1));
        Assert.That(verify.Out, Does.Contain("change 103 is damaged").And.Contain("The last good change is 102").And.Contain("--store postgres"));
        Assert.That(JournalRun.Of(["export", Export, .. Store]).Code, Is.EqualTo(1));
        Assert.That(JournalRun.Of(["export", Export, "--until", "last-good", .. Store]).Code, Is.Zero);
        Assert.That(FarmJournal.Started(Export), Is.EqualTo((102L, FarmJournal.TextAfter(102))));
    }

    [Test]
    public void A_database_without_a_farm_is_a_sentence()
    {
        var verify = JournalRun.Of(["verify", .. Store]);

        Assert.That((verify.Code, verify.Error.Contains("There is no farm in the database", StringComparison.Ordinal)), Is.EqualTo((1, true)), verify.Said);
    }

    private static List<string> Rows(string file, string table)
    {
        using var connection = JournalSchema.Connect(file, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        using var command = connection.Prepared($"SELECT * FROM {table}");
        using var rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
            found.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{rows.GetValue(i)}")));
        return [.. found.Order(StringComparer.Ordinal)];
    }

    /// <summary>What a server finds at its start.</summary>
    private string Started()
    {
        var database = new PostgresDatabase(_connection);
        using var connection = database.Connect(TimeSpan.FromSeconds(30));
        var reader = new PostgresReader(connection, database.Place, NullLogger.Instance);
        var end = reader.End();
        reader.CheckEnds(end);
        var replay = new Replay("here");
        replay.Begin(reader.ReadSnapshot());
        replay.Apply(reader.ReadAfter(replay.Sequence, end.Sequence));
        return FarmJournal.TextOf(replay.Farm);
    }

    private T? Ask<T>(string sql)
    {
        using var connection = new PostgresDatabase(_connection).Connect(TimeSpan.FromSeconds(30));
        return connection.Ask<T>(sql);
    }
}

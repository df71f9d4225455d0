using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Afanasy.Tests.Journaling.Postgres;

internal sealed class PostgresJournalTests
{
    private string _connection = "";   // of this test's own database
    private FarmServer _server = null!;   // both set before every test

    [SetUp]
    public async Task MakeAsync()
    {
        _connection = await PostgresRun.NewDatabaseAsync();
        _server = new FarmServer(_connection);
    }

    [TearDown]
    public void End() => _server?.Dispose();

    [Test]
    public async Task A_new_database_is_an_empty_farm_that_the_first_server_leads()
    {
        var journal = await _server.LeadAsync();

        Assert.That(journal.LastSequence, Is.Zero);
        Assert.That(journal.ReadSnapshot(), Is.Null);
        Assert.That(journal.ReadAfter(0), Is.Empty);
        Assert.That(_server.StoodBy.IsCompleted, Is.False);
        Assert.That(Number("SELECT epoch FROM journal_end"), Is.EqualTo(1));
    }

    [Test]
    public async Task Committed_changes_of_every_case_are_read_as_they_were_and_others_are_gone()
    {
        var changes = SampleChanges.Every().ToList();
        var journal = await _server.LeadAsync();
        foreach (var change in changes) journal.Append(change);
        journal.Commit();
        journal.Append(SampleChanges.Pause(99));
        _server.Dispose();

        using var connection = Open();
        var reader = new PostgresReader(connection, "here", NullLogger.Instance);
        Assert.That(reader.End().Sequence, Is.EqualTo(changes.Count));
        Assert.That(reader.CheckEnds(reader.End()), Is.EqualTo(1));
        Assert.That(reader.ReadAfter(0, changes.Count).Select(SampleChanges.Text), Is.EqualTo(changes.Select(SampleChanges.Text)));
    }

    [Test]
    public async Task More_changes_than_are_read_at_a_time_come_without_a_gap()
    {
        FarmServer.Turn(await _server.LeadAsync(), 10_000);
        _server.Dispose();

        using var next = new FarmServer(_connection);
        await next.LeadAsync();

        Assert.That(next.Users(), Is.EqualTo(FarmServer.UsersTo(10_000)));
    }

    [Test]
    public async Task A_turn_of_a_server_that_was_replaced_is_refused_whole()
    {
        var journal = await _server.LeadAsync();
        FarmServer.Turn(journal, 3);
        Execute("UPDATE journal_end SET epoch = epoch + 1, term = 'another', turn = 0");

        journal.Append(FarmServer.User(4));
        journal.Append(new UserAction(StoppedClock.Noon, "anna", "box", "pause", "job 1", ""));

        Assert.That(journal.Commit, Throws.InstanceOf<LeadershipLostException>());
        Assert.That(Number("SELECT count(*) FROM journal"), Is.EqualTo(3));
        Assert.That(Number("SELECT count(*) FROM actions"), Is.Zero);
        Assert.That(journal.Commit, Throws.InstanceOf<InvalidOperationException>().Or.InstanceOf<LeadershipLostException>(), "and nothing more is written");
        Assert.That(() => journal.WriteSnapshot([]), Throws.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task A_server_that_was_replaced_may_not_even_answer_questions()
    {
        var journal = await _server.LeadAsync();
        Execute("UPDATE journal_end SET term = 'another'; UPDATE lease SET term = 'another', server = 'another'");

        await Support.Eventually.TrueAsync(
            () =>
            {
                try
                {
                    journal.Commit();
                    return Task.FromResult(false);
                }
                catch (LeadershipLostException)
                {
                    return Task.FromResult(true);
                }
            },
            "a turn without changes to be refused");
    }

    [Test]
    public async Task A_turn_whose_commit_was_done_but_not_answered_is_there_once()
    {
        await using var proxy = new TcpProxy(new NpgsqlConnectionStringBuilder(_connection).Port);
        using var server = new FarmServer(Through(proxy));
        var journal = await server.LeadAsync();
        FarmServer.Turn(journal, 2);

        var cut = proxy.CutAtAsync(Way.ToClient, "INSERT 0 5"u8.ToArray());
        journal.Append(new UserAction(StoppedClock.Noon, "anna", "box", "pause", "job 1", ""));
        FarmServer.Turn(journal, 5);
        await cut;
        FarmServer.Turn(journal, 1);

        Assert.That(journal.LastSequence, Is.EqualTo(8));
        Assert.That(Number("SELECT count(*) FROM journal"), Is.EqualTo(8));
        Assert.That(Number("SELECT count(*) FROM actions"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_turn_that_did_not_reach_the_database_is_written_again()
    {
        await using var proxy = new TcpProxy(new NpgsqlConnectionStringBuilder(_connection).Port);
        using var server = new FarmServer(Through(proxy));
        var journal = await server.LeadAsync();
        FarmServer.Turn(journal, 2);

        var cut = proxy.CutAtAsync(Way.ToServer, "user3"u8.ToArray());
        FarmServer.Turn(journal, 5);
        await cut;

        Assert.That(Number("SELECT count(*) FROM journal"), Is.EqualTo(7));
        Assert.That(Number("SELECT sequence FROM journal_end"), Is.EqualTo(7));
    }

    [Test]
    public async Task A_turn_waits_for_a_database_that_is_started_again([Values(PostgresStop.Fast, PostgresStop.Immediate, PostgresStop.Kill)] PostgresStop how)
    {
        await using var cluster = await PostgresCluster.StartAsync();
        var connection = await cluster.NewDatabaseAsync();
        using var server = new FarmServer(connection);
        var journal = await server.LeadAsync();
        FarmServer.Turn(journal, 2);

        await cluster.StopAsync(how);
        var turn = Task.Run(() => FarmServer.Turn(journal, 3));
        await cluster.StartAgainAsync();
        await turn.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(journal.LastSequence, Is.EqualTo(5));
        var database = new NpgsqlConnectionStringBuilder(connection).Database!;   // it was made with one
        Assert.That(await cluster.QueryAsync(database, "SELECT count(*) FROM journal"), Is.EqualTo("5"));
    }

    [Test]
    public async Task A_database_that_stays_away_ends_the_leading_and_says_so()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        using var server = new FarmServer(await cluster.NewDatabaseAsync(), patience: TimeSpan.FromMilliseconds(300));
        var journal = await server.LeadAsync();
        await cluster.StopAsync(PostgresStop.Immediate);

        journal.Append(FarmServer.User(1));

        Assert.That(journal.Commit, Throws.InstanceOf<LeadershipLostException>().With.Message.Contains("has been away"));
    }

    [Test]
    public async Task A_turn_that_a_synchronous_replica_does_not_have_is_not_answered()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        using var server = new FarmServer(await cluster.NewDatabaseAsync(), patience: TimeSpan.FromMilliseconds(100));
        var journal = await server.LeadAsync();
        FarmServer.Turn(journal, 1);
        await cluster.QueryAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await cluster.QueryAsync("postgres", "SELECT pg_reload_conf()");
        await Support.Eventually.TrueAsync(async () => await cluster.QueryAsync("postgres", "SHOW synchronous_standby_names") == "nobody", "the setting");

        Assert.That(() => FarmServer.Turn(journal, 1), Throws.InstanceOf<LeadershipLostException>());
    }

    [Test]
    public async Task A_database_that_says_nothing_does_not_hold_up_a_server_that_is_told_to_stop()
    {
        await using var proxy = new TcpProxy(new NpgsqlConnectionStringBuilder(_connection).Port);
        using var giveUp = new CancellationTokenSource();
        using var server = new FarmServer(Through(proxy), giveUp: giveUp.Token);
        var journal = await server.LeadAsync();
        FarmServer.Turn(journal, 1);

        proxy.Hold(Way.ToServer);
        var turn = Task.Run(() => FarmServer.Turn(journal, 1));
        await giveUp.CancelAsync();

        Assert.That(async () => await turn.WaitAsync(TimeSpan.FromSeconds(8)), Throws.InstanceOf<LeadershipLostException>().With.Message.Contains("stopped"));
    }

    [Test]
    public async Task Two_snapshots_are_kept_and_changes_before_the_older_are_forgotten()
    {
        var journal = await _server.LeadAsync();
        for (var snapshot = 1; snapshot <= 3; snapshot++)
        {
            FarmServer.Turn(journal, 1000);
            journal.WriteSnapshot([.. Enumerable.Range(1, snapshot * 1000).Select(number => FarmServer.User(number))]);
        }

        FarmServer.Turn(journal, 1);
        FarmServer.Turn(journal, 1);

        Assert.That(Number("SELECT count(DISTINCT sequence) FROM snapshots"), Is.EqualTo(2));
        Assert.That(Number("SELECT min(sequence) FROM journal"), Is.EqualTo(2001));
        _server.Dispose();

        using var next = new FarmServer(_connection);
        await next.LeadAsync();
        Assert.That(next.Replay.SnapshotSequence, Is.EqualTo(3000));
        Assert.That(next.Users(), Is.EqualTo(FarmServer.UsersTo(3002)));
    }

    [Test]
    public async Task A_damaged_snapshot_costs_a_longer_replay_and_not_the_farm()
    {
        await MakeTwoSnapshotsAsync();
        Execute("UPDATE snapshots SET record = record || 'x'::bytea WHERE sequence = 20");

        using var next = new FarmServer(_connection);
        await next.LeadAsync();

        Assert.That(next.Replay.SnapshotSequence, Is.EqualTo(10));
        Assert.That(next.Users(), Is.EqualTo(FarmServer.UsersTo(21)));
    }

    [TestCase("UPDATE snapshots SET record = record || 'x'::bytea; DELETE FROM journal WHERE sequence < 3", "no snapshot that can be read")]
    [TestCase("UPDATE journal SET record = set_byte(record, 5, 1 - get_byte(record, 5) % 2) WHERE sequence = 21", "change 21 is damaged")]
    [TestCase("DELETE FROM journal WHERE sequence = 21", "changes 21 to 21 are missing")]
    [TestCase("DELETE FROM journal WHERE sequence = 15; UPDATE snapshots SET record = '' WHERE sequence = 20", "after change 14 comes change 16")]
    [TestCase("DELETE FROM journal WHERE sequence < 15", "missing at the journal's beginning")]
    [TestCase("UPDATE journal_end SET sequence = 25", "changes 22 to 25 are missing at the journal's end")]
    [TestCase("UPDATE journal_end SET sequence = 19", "should end with change 19")]
    [TestCase("DELETE FROM journal_end", "lost where its journal ends")]
    [TestCase("UPDATE afanasy SET version = 99", "newer server")]
    public async Task A_damaged_database_is_refused_in_words(string damage, string words)
    {
        await MakeTwoSnapshotsAsync();
        Execute(damage);

        using var next = new FarmServer(_connection);

        Assert.That(async () => await next.LeadAsync(), Throws.InstanceOf<JournalException>().With.Message.Contains(words));
    }

    [Test]
    public void A_database_of_another_program_is_left_alone()
    {
        Execute("CREATE TABLE journal(theirs text)");

        Assert.That(_server.LeadAsync, Throws.InstanceOf<JournalException>().With.Message.Contains("another program"));
        Assert.That(Number("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"), Is.EqualTo(1));
    }

    [Test]
    public void A_database_that_is_not_there_is_said_with_what_to_do()
    {
        using var lost = new FarmServer(new NpgsqlConnectionStringBuilder(_connection) { Database = "nowhere" }.ConnectionString);

        Assert.That(lost.LeadAsync, Throws.InstanceOf<JournalException>().With.Message.Contains("createdb"));
    }

    private async Task MakeTwoSnapshotsAsync()
    {
        var journal = await _server.LeadAsync();
        foreach (var last in new[] { 10, 20 })
        {
            FarmServer.Turn(journal, 10);
            journal.WriteSnapshot([.. Enumerable.Range(1, last).Select(number => FarmServer.User(number))]);
        }

        FarmServer.Turn(journal, 1);
        _server.Dispose();
    }

    private string Through(TcpProxy proxy) => new NpgsqlConnectionStringBuilder(_connection) { Port = proxy.Port }.ConnectionString;

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(_connection);
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Open();
        connection.Execute(sql);
    }

    private long Number(string sql)
    {
        using var connection = Open();
        return Convert.ToInt64(connection.Ask<object>(sql));
    }
}

using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using Npgsql;

namespace Afanasy.Tests.Journaling.Postgres;

internal sealed class PostgresStandbyTests
{
    private string _connection = "";   // of this test's own database

    [SetUp]
    public async Task MakeAsync() => _connection = await PostgresRun.NewDatabaseAsync();

    [Test]
    public async Task A_standby_follows_and_leads_when_the_leader_goes()
    {
        using var first = new FarmServer(_connection);
        var journal = await first.LeadAsync();
        FarmServer.Turn(journal, 5);
        using var second = new FarmServer(_connection);
        var leading = second.BeginAsync();
        await second.StoodBy;
        Assert.That(second.Users(), Is.EqualTo(FarmServer.UsersTo(5)));

        FarmServer.Turn(journal, 1000);
        Assert.That(leading.IsCompleted, Is.False);
        first.Dispose();
        var next = await second.LeadAsync();

        Assert.That(second.Users(), Is.EqualTo(FarmServer.UsersTo(1005)));
        FarmServer.Turn(next, 1);
        Assert.That(next.LastSequence, Is.EqualTo(1006));
        Assert.That(Number("SELECT epoch FROM journal_end"), Is.EqualTo(2));
    }

    [Test]
    public async Task Of_servers_that_begin_at_the_same_moment_on_an_empty_database_one_leads()
    {
        var servers = Enumerable.Range(0, 4).Select(_ => new FarmServer(_connection)).ToList();
        try
        {
            var leading = servers.ConvertAll(server => server.BeginAsync());
            await Task.WhenAny(leading).WaitAsync(TimeSpan.FromSeconds(30));
            foreach (var (server, lead) in servers.Zip(leading).Where(pair => !pair.Second.IsCompleted)) await server.StoodBy;

            Assert.That(leading.Count(lead => lead.IsCompletedSuccessfully), Is.EqualTo(1));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    [Test]
    public async Task The_servers_of_a_farm_know_of_each_other_and_who_leads()
    {
        using var first = new FarmServer(_connection);
        FarmServer.Turn(await first.LeadAsync(), 7);
        using var second = new FarmServer(_connection);
        _ = second.BeginAsync();
        await second.StoodBy;

        await Support.Eventually.TrueAsync(() => Task.FromResult(first.Servers.All.Count == 2 && second.Servers.Sequence == 7), "both to be seen");

        Assert.That(second.Servers.Leader, Is.EqualTo(first.Servers.Address));
        Assert.That(
            first.Servers.All.Select(server => (server.Address, server.Role)),
            Is.EquivalentTo(new[] { (first.Servers.Address, "leader"), (second.Servers.Address, "standby") }));
    }

    [Test]
    public async Task A_leader_that_hangs_is_replaced_when_its_lease_has_run_out()
    {
        using var hung = await HangAsync("UPDATE lease SET term = 'hung', server = 'hung', renewed = clock_timestamp()", "afserver hung");
        using var next = new FarmServer(_connection);
        var leading = next.BeginAsync();
        await next.StoodBy;
        Assert.That(leading.IsCompleted, Is.False, "its lease has not run out");

        await next.LeadAsync();

        Assert.That(() => hung.Execute("SELECT 1"), Throws.InstanceOf<NpgsqlException>(), "its session was ended");
    }

    [Test]
    public async Task A_server_that_took_the_lock_and_got_no_further_does_not_hold_the_farm()
    {
        using var hung = await HangAsync("UPDATE lease SET term = 'dead', server = 'dead', renewed = clock_timestamp() - interval '1 minute'", "afserver other");
        using var next = new FarmServer(_connection);

        await next.LeadAsync();

        Assert.That(() => hung.Execute("SELECT 1"), Throws.InstanceOf<NpgsqlException>());
    }

    [Test]
    public async Task A_standby_that_fell_behind_what_is_kept_begins_from_a_snapshot()
    {
        await using var proxy = new TcpProxy(new NpgsqlConnectionStringBuilder(_connection).Port);
        using var first = new FarmServer(_connection);
        var journal = await first.LeadAsync();
        FarmServer.Turn(journal, 10);
        using var second = new FarmServer(new NpgsqlConnectionStringBuilder(_connection) { Port = proxy.Port }.ConnectionString);
        _ = second.BeginAsync();
        await second.StoodBy;

        proxy.Hold(Way.ToServer);
        foreach (var last in new[] { 1010, 2010 })
        {
            FarmServer.Turn(journal, 1000);
            journal.WriteSnapshot([.. Enumerable.Range(1, last).Select(number => FarmServer.User(number))]);
        }

        FarmServer.Turn(journal, 1);
        FarmServer.Turn(journal, 1);
        Assert.That(Number("SELECT min(sequence) FROM journal"), Is.GreaterThan(11));
        proxy.Pass(Way.ToServer);
        first.Dispose();
        await second.LeadAsync();

        Assert.That(second.Replay.SnapshotSequence, Is.EqualTo(2010));
        Assert.That(second.Users(), Is.EqualTo(FarmServer.UsersTo(2012)));
    }

    [Test]
    public async Task A_standby_of_a_database_that_was_put_back_begins_anew()
    {
        using var first = new FarmServer(_connection);
        FarmServer.Turn(await first.LeadAsync(), 10);
        using var second = new FarmServer(_connection);
        _ = second.BeginAsync();
        await second.StoodBy;

        using (var connection = Open()) connection.Execute("DELETE FROM journal WHERE sequence > 4; UPDATE journal_end SET sequence = 4");

        await Support.Eventually.TrueAsync(() => Task.FromResult(second.Replay.Sequence == 4), "the standby to see the older state");
        Assert.That(second.Users(), Is.EqualTo(FarmServer.UsersTo(4)));
    }

    [Test]
    public async Task A_standby_that_slept_while_the_database_was_put_back_does_not_mix_two_pasts()
    {
        await using var proxy = new TcpProxy(new NpgsqlConnectionStringBuilder(_connection).Port);
        var first = new FarmServer(_connection);
        FarmServer.Turn(await first.LeadAsync(), 12);
        using var second = new FarmServer(new NpgsqlConnectionStringBuilder(_connection) { Port = proxy.Port }.ConnectionString);
        _ = second.BeginAsync();
        await second.StoodBy;
        await Support.Eventually.TrueAsync(() => second.Replay.Sequence == 12, "the standby to follow");

        proxy.Hold(Way.ToServer);
        first.Dispose();
        using (var connection = Open()) connection.Execute("DELETE FROM journal WHERE sequence > 6; UPDATE journal_end SET sequence = 6");
        var third = new FarmServer(_connection);
        var journal = await third.LeadAsync();
        for (var number = 101; number <= 110; number++) journal.Append(FarmServer.User(number));
        journal.Commit();
        third.Dispose();
        proxy.Pass(Way.ToServer);
        await second.LeadAsync();

        Assert.That(second.Users(), Is.EqualTo(FarmServer.UsersTo(6).Concat(Enumerable.Range(101, 10).Select(number => $"user{number}")).Order()));
    }

    [Test]
    public async Task A_leader_that_slept_while_the_database_was_put_back_before_its_term_writes_nothing()
    {
        using var first = new FarmServer(_connection);
        var ghost = await first.LeadAsync();
        using (var connection = Open()) connection.Execute("DELETE FROM terms; UPDATE journal_end SET sequence = 0, epoch = 0, term = '', turn = 0; UPDATE lease SET term = '', server = '', renewed = '-infinity'");
        await Support.Eventually.TrueAsync(() => IsLost(ghost), "the old leader to find out");

        using var second = new FarmServer(_connection);
        using (var connection = Open()) connection.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{first.SessionName}'");
        var journal = await second.LeadAsync();
        FarmServer.Turn(journal, 1);

        Assert.That(Number("SELECT epoch FROM journal_end"), Is.EqualTo(1), "the same epoch came again");
        Assert.That(() => FarmServer.Turn(ghost, 1), Throws.InstanceOf<LeadershipLostException>());
        FarmServer.Turn(journal, 1);
        Assert.That(journal.LastSequence, Is.EqualTo(2));
    }

    [Test]
    public async Task A_leader_whose_lease_session_alone_breaks_goes_on_leading()
    {
        using var first = new FarmServer(_connection);
        var journal = await first.LeadAsync();
        using var second = new FarmServer(_connection);
        var leading = second.BeginAsync();
        await second.StoodBy;

        using var connection = Open();
        const string Holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1";
        var broken = connection.Ask<int>(Holder);
        connection.Execute($"SELECT pg_terminate_backend({broken})");
        await Support.Eventually.TrueAsync(() => connection.Ask<int>(Holder) is var now && now != 0 && now != broken && IsOf(connection, now, first.SessionName), "the leader to have the lock again");
        FarmServer.Turn(journal, 3);
        await Support.Eventually.TrueAsync(() => second.Replay.Sequence == 3, "the standby to follow");

        Assert.That(leading.IsCompleted, Is.False);
        Assert.That(Number("SELECT epoch FROM journal_end"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_standby_waits_for_its_database_without_end()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        var connection = await cluster.NewDatabaseAsync();
        var first = new FarmServer(connection);
        FarmServer.Turn(await first.LeadAsync(), 3);
        using var second = new FarmServer(connection);
        var leading = second.BeginAsync();
        await second.StoodBy;

        await cluster.StopAsync(PostgresStop.Immediate);
        first.Dispose();
        Assert.That(leading.IsCompleted, Is.False);
        await cluster.StartAgainAsync();
        await second.LeadAsync();

        Assert.That(second.Users(), Is.EqualTo(FarmServer.UsersTo(3)));
    }

    private static bool IsLost(PostgresJournal journal)
    {
        try
        {
            journal.Commit();
            return false;
        }
        catch (LeadershipLostException)
        {
            return true;
        }
    }

    private static bool IsOf(NpgsqlConnection connection, int process, string session) =>
        connection.Ask<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {process} AND application_name = '{session}')");

    /// <summary>A session that has the lock and does nothing, as of a process that is frozen.</summary>
    private async Task<NpgsqlConnection> HangAsync(string lease, string name)
    {
        using (var maker = new FarmServer(_connection)) await maker.LeadAsync();
        var hung = Open(name);
        hung.Execute($"SELECT pg_advisory_lock({PostgresSchema.LeaderLock})");
        hung.Execute(lease);
        return hung;
    }

    private NpgsqlConnection Open(string name = "test")
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connection) { ApplicationName = name, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private long Number(string sql)
    {
        using var connection = Open();
        return connection.Ask<long>(sql);
    }
}

using System.Text;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

/// <summary>The database goes away under the servers, or the connection to it does.</summary>
internal sealed class DatabaseTests : FailoverTests
{
    [TestCase(PostgresStop.Fast)]
    [TestCase(PostgresStop.Immediate)]
    [TestCase(PostgresStop.Kill)]
    public async Task A_database_that_is_started_again_under_load_costs_nothing_that_was_answered(PostgresStop how)
    {
        await Servers.StartLeaderAsync(First);
        await Servers.StartStandbyAsync(Second);
        var submitter = Submit();
        var job = await RunTwoFramesAsync();
        await submitter.MoreAsync(Some);

        await Database.RestartAsync(how);
        await submitter.MoreAsync(Some);

        var leader = await Servers.LeaderAsync();
        await EveryFrameIsRenderedOnceAsync(job);
        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(leader));
    }

    [Test]
    public async Task A_turn_whose_commit_was_not_answered_is_there_once_and_so_is_its_answer()
    {
        await using var proxy = await StartBehindProxyAsync();
        for (var job = 1; job <= 4; job++) await Farm.SubmitAsync(Submitter.Job($"before {job}"));   // from then on its statements are prepared

        // The end of take_turn's answer, and of the next statement's beginning: only a turn has both, and they come when it is committed.
        byte[] turnDone = [.. "SELECT 1\0"u8, (byte)'2', 0, 0, 0, 4];
        var cut = proxy.CutAtAsync(Way.ToClient, turnDone);
        var answered = await Farm.SubmitAsync(Submitter.Job("committed and not answered"));

        Assert.That(cut.IsCompleted, Is.True, "the connection was cut for this test");
        await IsThereOnceAsync("committed and not answered", answered);
    }

    [Test]
    public async Task A_turn_that_did_not_reach_the_database_whole_is_written_again_once()
    {
        await using var proxy = await StartBehindProxyAsync();
        for (var job = 1; job <= 4; job++) await Farm.SubmitAsync(Submitter.Job($"before {job}"));

        var cut = proxy.CutAtAsync(Way.ToServer, Encoding.UTF8.GetBytes("never arrived"));
        var answered = await Farm.SubmitAsync(Submitter.Job("never arrived"));

        Assert.That(cut.IsCompleted, Is.True, "the connection was cut for this test");
        await IsThereOnceAsync("never arrived", answered);
    }

    [Test]
    public async Task A_leader_whose_database_stays_away_stands_by_and_leads_again_and_has_answered_nothing_that_is_not_kept()
    {
        var first = await Servers.StartLeaderAsync(First, "--postgres-patience", "2s");
        var submitter = Submit();
        await submitter.MoreAsync(Some);

        await Database.StopAsync(PostgresStop.Immediate);
        await Until.TrueAsync(() => ServerGroup.TimesStandby(first) == 1, "the leader to give up");
        await Database.StartAgainAsync();
        await Servers.LeadsAsync(First, first, times: 2);
        await submitter.MoreAsync(Some);

        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(First));
    }

    [Test]
    public async Task A_server_that_finds_no_database_at_its_start_says_what_to_look_at_and_ends()
    {
        await Database.StopAsync(PostgresStop.Immediate);

        var end = await Servers.Start(First, "--postgres-patience", "1s").EndAsync();

        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("does not answer").And.Contain("Check that PostgreSQL runs there"));
    }

    private async Task<TcpProxy> StartBehindProxyAsync()
    {
        var proxy = new TcpProxy(Database.Port);
        Servers.Connection = Servers.Connection.Replace($"Port={Database.Port}", $"Port={proxy.Port}", StringComparison.Ordinal);
        await Servers.StartLeaderAsync(First);
        return proxy;
    }

    private async Task IsThereOnceAsync(string name, int id)
    {
        var jobs = (await Farm.GetAsync("api/v1/jobs?limit=1000")).GetProperty("jobs").EnumerateArray().ToList();

        Assert.That(jobs.Where(job => job.Text("name") == name).Select(job => (int)job.Number("id")), Is.EqualTo(new[] { id }));
        Assert.That(jobs, Has.Count.EqualTo(5));
    }
}

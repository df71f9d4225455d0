using System.Net;
using System.Net.Http.Json;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

/// <summary>The server that leads is gone, or seems to be.</summary>
internal sealed class LeaderTests : FailoverTests
{
    [Test]
    public async Task The_standby_leads_when_the_leader_is_killed_and_nothing_that_was_answered_or_runs_is_lost()
    {
        var first = await Servers.StartLeaderAsync(First);
        var second = await Servers.StartStandbyAsync(Second);
        var submitter = Submit();
        var job = await RunTwoFramesAsync();
        await submitter.MoreAsync(Some);

        await first.EndByAsync(Signal.Kill);
        await Servers.LeadsAsync(Second, second);
        await submitter.MoreAsync(Some);

        await EveryFrameIsRenderedOnceAsync(job);
        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(Second));
    }

    [Test]
    public async Task A_leader_that_is_told_to_stop_hands_over()
    {
        var first = await Servers.StartLeaderAsync(First);
        var second = await Servers.StartStandbyAsync(Second);
        var submitter = Submit();
        var job = await RunTwoFramesAsync();
        await submitter.MoreAsync(Some);

        var (_, code) = await first.EndByAsync(Signal.Terminate);
        await Servers.LeadsAsync(Second, second);
        await submitter.MoreAsync(Some);

        Assert.That(code, Is.Zero);
        await EveryFrameIsRenderedOnceAsync(job);
        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(Second));
    }

    [Test]
    public async Task A_frozen_leader_is_replaced_and_when_it_wakes_up_it_writes_nothing_and_stands_by_until_it_leads_again()
    {
        var first = await Servers.StartLeaderAsync(First);
        var second = await Servers.StartStandbyAsync(Second);
        var submitter = Submit();
        var job = await RunTwoFramesAsync();
        await submitter.MoreAsync(Some);

        first.Send(Signal.Halt);
        var late = LateSubmissionAsync();
        await Servers.LeadsAsync(Second, second);
        await submitter.MoreAsync(Some);
        first.Send(Signal.Continue);
        await Until.TrueAsync(() => ServerGroup.TimesStandby(first) == 1, "the old leader to stand by");
        var answered = await late;
        await submitter.MoreAsync(Some);
        if (answered) Assert.That(await JobsNamedLateAsync(), Is.EqualTo(1), "what was answered is in the farm");
        Assert.That(ServerGroup.TimesReady(second), Is.EqualTo(1), "and the new leader still leads");

        await second.EndByAsync(Signal.Kill);
        await Servers.LeadsAsync(First, first, times: 2);
        await submitter.MoreAsync(Some);

        await EveryFrameIsRenderedOnceAsync(job);
        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(First));
    }

    [Test]
    public async Task A_standby_that_was_killed_follows_again_and_the_leader_does_not_mind()
    {
        var first = await Servers.StartLeaderAsync(First);
        var second = await Servers.StartStandbyAsync(Second);
        var submitter = Submit();
        await submitter.MoreAsync(Some);

        await second.EndByAsync(Signal.Kill);
        await submitter.MoreAsync(Some);
        second = await Servers.StartStandbyAsync(Second);
        await submitter.MoreAsync(Some);
        Assert.That(ServerGroup.TimesReady(first), Is.EqualTo(1));
        await first.EndByAsync(Signal.Kill);
        await Servers.LeadsAsync(Second, second);

        await submitter.MoreAsync(Some);
        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(Second));
    }

    /// <summary>Sent to the first server; whether it was answered that it is taken.</summary>
    private async Task<bool> LateSubmissionAsync()
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.PostAsJsonAsync($"{Servers.UrlOf(First)}/api/v1/jobs", Submitter.Job("late"));
            return answer.StatusCode == HttpStatusCode.Created;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<int> JobsNamedLateAsync() =>
        (await Farm.GetAsync("api/v1/jobs?limit=1000")).GetProperty("jobs").EnumerateArray().Count(job => job.Text("name") == "late");
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

/// <summary>A render that has a new connection while the network still holds what it said on the old one.</summary>
internal sealed class ReorderTests : ProxiedTests
{
    [Test]
    public async Task What_arrives_on_the_old_connection_after_the_new_one_was_taken_in_counts_for_nothing()
    {
        var (server, job) = await HoldTheEndOfAFrameAsync();

        Proxy.Lines[0].CutClient();
        await Until.TrueAsync(() => Proxy.Lines.Count == 2, "the render to come again");
        Proxy.Lines[1].Flow(Way.ToServer).Turn(FlowState.Passing);
        await server.SaysAsync("A newer connection of the same render has taken over.");
        Proxy.Pass(Way.ToServer);
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        await EveryFrameCountsOnceAsync(job);
    }

    [Test]
    public async Task What_arrives_on_the_old_connection_before_the_new_one_was_taken_in_counts_once()
    {
        var (server, job) = await HoldTheEndOfAFrameAsync();

        Proxy.Lines[0].CutClient();
        await Until.TrueAsync(() => Proxy.Lines.Count == 2, "the render to come again");
        Proxy.Lines[0].Flow(Way.ToServer).Turn(FlowState.Passing);
        await Farm.TaskIsAsync(job, 0, 0, "done");
        Proxy.Pass(Way.ToServer);
        await Until.TrueAsync(() => server.Said.Split("registered: ").Length == 3, "the render to be taken in again");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        await EveryFrameCountsOnceAsync(job);
    }

    /// <summary>Two frames were started one after the other; the end of the first is said, and has not arrived.</summary>
    private async Task<(RunningProgram Server, int Job)> HoldTheEndOfAFrameAsync()
    {
        var server = await StartServerAsync("20s");
        var one = await Farm.StartRenderAsync("one", "--log-level", "link=trace,*=info");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 3));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the first frame to start");

        Proxy.Hold(Way.ToServer);
        Farm.Folder.Open("gate.1");
        await one.SaysAsync("sent: 1 ended");
        var said = Proxy.Lines[0].Flow(Way.ToServer).BytesTaken;
        await Until.TrueAsync(() => Proxy.Lines[0].Flow(Way.ToServer).BytesTaken > said, "the render to say so");
        return (server, job);
    }

    private async Task EveryFrameCountsOnceAsync(int job)
    {
        Assert.That(Farm.Folder.Lines("started"), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EqualTo(new[] { "1", "2", "3" }));
        for (var task = 0; task < 3; task++) Assert.That(await Farm.RunsAsync(job, 0, task), Is.EqualTo(new[] { "done on one" }), $"task {task}");
        Assert.That((await Farm.JobAsync(job)).Number("tasks_done"), Is.EqualTo(3));
    }
}

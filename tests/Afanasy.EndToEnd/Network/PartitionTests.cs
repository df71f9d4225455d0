using System.Diagnostics;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

/// <summary>A render whose cable is pulled: its side of the network and the server's go on without each other.</summary>
internal sealed class PartitionTests : NetworkTests
{
    [Test]
    public async Task A_run_goes_on_through_a_cut_shorter_than_the_limit_and_its_end_is_told_once()
    {
        await StartServerAsync(Patience);
        var one = await Farm.StartRenderAsync(One);
        var submitted = await Farm.CommandAsync("submit", Farm.JobFile(Gated(1)), "--json");
        Assert.That(submitted.Code, Is.Zero, submitted.Error);
        await HasLinesAsync("started", 1);

        await Network.UnplugAsync(One);
        Farm.Folder.Open("gate.one.1");
        await HasLinesAsync("ended", 1);
        await one.SaysAsync("J1[0][0]#1 ended");
        Assert.That((await Farm.TaskAsync(1, 0, 0)).Text("state"), Is.EqualTo("running"), "nobody can have told the server");
        await Network.PlugInAsync(One);
        await Farm.JobIsAsync(1, "done");

        Assert.That(await Farm.RunsAsync(1, 0, 0), Is.EqualTo(new[] { "done on one" }));
        Assert.That(Farm.Folder.Lines("started"), Is.EqualTo(new[] { "one 1" }));
    }

    [Test]
    public async Task Runs_cut_off_for_longer_than_the_limit_go_to_another_and_their_late_ends_are_refused()
    {
        await StartServerAsync(SilenceMax);
        var one = await Farm.StartRenderAsync(One, "--capacity", "2000");
        var job = await Farm.SubmitAsync(Gated(2));
        await HasLinesAsync("started", 2);

        var cut = Stopwatch.StartNew();
        await Network.UnplugAsync(One);
        await Farm.TasksAreAsync(job, "tasks_ready", 2);
        Assert.That(cut.Elapsed, Is.GreaterThan(SilenceMax - Heartbeat).And.LessThan(SilenceMax + TimeSpan.FromSeconds(10)));
        await Farm.StartRenderAsync(Two, "--capacity", "2000");
        await HasLinesAsync("started", 4);
        Farm.Folder.Open("gate.one.1");
        await HasLinesAsync("ended", 1);
        await Network.PlugInAsync(One);
        await Until.TrueAsync(() => IsConnectedAsync(One), "the render to come back");
        await one.SaysAsync("is dropped: it is no longer the farm's");
        await Until.TrueAsync(() => TasksOf(One).Count == 0, "the render to end the run that is another's now");
        Assert.That((await Farm.JobAsync(job)).Number("tasks_running"), Is.EqualTo(2), "on the other render, and not done by the late one");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        for (var task = 0; task < 2; task++) Assert.That(await Farm.RunsAsync(job, 0, task), Is.EqualTo(new[] { "render lost on one", "done on two" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(new[] { "one 1", "two 1", "two 2" }));
    }

    private List<int> TasksOf(string render) => [.. Farm.Processes().Intersect(SystemProcesses.WithVariable("AF_RENDER", render))];
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

internal sealed class ServerKilledTests : FarmTests
{
    private const int Frames = 8;

    [Test]
    public async Task Running_tasks_go_on_and_every_frame_is_rendered_once_when_the_server_is_killed()
    {
        var server = await Farm.StartServerAsync();
        var one = await Farm.StartRenderAsync("one");
        var two = await Farm.StartRenderAsync("two");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, Frames));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "two frames to start");
        var first = Farm.Folder.Lines("started")[0];

        await server.EndByAsync(Signal.Kill);
        Farm.Folder.Open($"gate.{first}");
        await Until.TrueAsync(() => Farm.Folder.Lines("ended").Contains(first), "a frame to end while there is no server");
        await Farm.StartServerAsync();
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        var once = Enumerable.Range(1, Frames).Select(frame => $"{frame}");
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(once));
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(once));
        for (var task = 0; task < Frames; task++) Assert.That((await Farm.TaskAsync(job, 0, task)).Number("run"), Is.EqualTo(1), $"task {task}");
        Assert.That(one.HasEnded || two.HasEnded, Is.False);
        Assert.That(one.Said + two.Said, Does.Not.Contain("ERROR"), "a server that comes back is no error");
    }

    [Test]
    public async Task A_server_killed_again_and_again_loses_nothing()
    {
        var server = await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one", "--capacity", "2000");
        await Farm.StartRenderAsync("two", "--capacity", "2000");
        const int Count = 40;
        var job = await Farm.SubmitAsync(Jobs.Frames($"echo @#@ >> {Farm.Folder.At("started")}; sleep 0.2", Count));

        foreach (var reached in new[] { 5, 15, 25 })
        {
            await Until.TrueAsync(() => Farm.Folder.Lines("started").Count >= reached, $"{reached} frames to start");
            await server.EndByAsync(Signal.Kill);
            server = await Farm.StartServerAsync();
        }

        await Farm.JobIsAsync(job, "done");

        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(Enumerable.Range(1, Count).Select(frame => $"{frame}")));
    }

    [Test]
    public async Task What_a_task_wrote_before_and_after_the_server_was_killed_is_in_its_log()
    {
        var server = await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames($"echo before; while [ ! -e {Farm.Folder.At("dead")} ]; do sleep 0.1; done; echo during; while [ ! -e {Farm.Folder.At("gate")} ]; do sleep 0.1; done; echo after", 1));
        await Until.TrueAsync(async () => (await Farm.CommandAsync("log", $"{job}", "0", "0")).Out.Contains("before"), "the first line");

        await server.EndByAsync(Signal.Kill);
        Farm.Folder.Open("dead");
        await Farm.StartServerAsync();
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That((await Farm.CommandAsync("log", $"{job}", "0", "0")).Out, Is.EqualTo("before\nduring\nafter\n"));
    }
}

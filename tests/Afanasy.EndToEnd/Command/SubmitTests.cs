using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Command;

internal sealed class SubmitTests : FarmTests
{
    [Test]
    public async Task Submit_and_wait_ends_with_0_when_the_job_is_done()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");

        var end = await Farm.CommandAsync("submit", Farm.JobFile(Jobs.Frames("true", 3)), "--wait");

        Assert.That(end.Code, Is.Zero, end.Error);
        Assert.That(end.Out, Does.StartWith("job 1 submitted: test"));
        Assert.That((await Farm.JobAsync(1)).Text("state"), Is.EqualTo("done"));
    }

    [Test]
    public async Task Submit_and_wait_ends_with_1_and_names_what_failed()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");

        var end = await Farm.CommandAsync("submit", Farm.JobFile(Jobs.Frames("exit 4", 1)), "--wait");

        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("ended with errors").And.Contain("frame 1").And.Contain("4").And.Contain("afcmd log 1 0 0"));
    }

    [Test]
    public async Task Submit_and_wait_ends_with_1_when_the_job_is_deleted()
    {
        await Farm.StartServerAsync();
        var submit = Farm.StartCommand("submit", Farm.JobFile(Jobs.Frames("true", 1)), "--wait");
        await submit.SaysAsync("job 1 submitted");

        await Farm.CommandAsync("delete", "1");
        var end = await submit.EndAsync();

        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("deleted"));
    }

    [Test]
    public async Task Submit_and_wait_outlives_a_killed_server()
    {
        var server = await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var submit = Farm.StartCommand("submit", Farm.JobFile(Jobs.Gated(Farm.Folder, 2)), "--wait");
        await submit.SaysAsync("job 1 submitted");
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "a frame to start");

        await server.EndByAsync(Signal.Kill);
        await Farm.StartServerAsync();
        Farm.Folder.Open("gate");
        var end = await submit.EndAsync();

        Assert.That(end.Code, Is.Zero, end.Error);
    }

    [Test]
    public async Task A_malformed_job_is_refused_with_every_problem_and_its_field()
    {
        await Farm.StartServerAsync();
        var job = Jobs.Of(
            new { name = "a", flags = 1, frame_first = 1, frame_last = 5, frames_inc = 0, command = "true" },
            new { name = "b", flags = 1, frame_first = 5, frame_last = 1, command = "true", priorty = 3 });

        var end = await Farm.CommandAsync("submit", Farm.JobFile(job));

        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("blocks[0].frames_inc").And.Contain("blocks[1].frame_last").And.Contain("blocks[1].priorty"));
        Assert.That((await Farm.GetAsync("api/v1/jobs")).Number("total"), Is.Zero);
    }

    [Test]
    public async Task A_cycle_of_blocks_is_refused()
    {
        await Farm.StartServerAsync();
        var job = Jobs.Of(
            new { name = "a", flags = 1, frame_first = 1, frame_last = 1, command = "true", depend_mask = "b" },
            new { name = "b", flags = 1, frame_first = 1, frame_last = 1, command = "true", depend_mask = "a" });

        var end = await Farm.CommandAsync("submit", Farm.JobFile(job));

        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("dependency cycle: 'a' waits for 'b' waits for 'a'"));
    }

    [Test]
    public async Task A_command_that_does_not_exist_fails_its_task_with_the_shells_words()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames("no-such-renderer --frame @#@", 1));
        await Farm.JobIsAsync(job, "error");

        Assert.That((await Farm.TaskAsync(job, 0, 0)).Number("exit_code"), Is.EqualTo(127));
        Assert.That((await Farm.CommandAsync("log", $"{job}", "0", "0")).Out, Does.Contain("no-such-renderer"));
    }

    [Test]
    public async Task Blocks_run_in_the_order_of_their_dependencies()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one", "--capacity", "4000");
        await Farm.StartRenderAsync("two", "--capacity", "4000");
        var file = Farm.Folder.At("order");
        object Block(string name, string depend, string tasksDepend) => new
        {
            name,
            flags = 1,
            frame_first = 1,
            frame_last = 4,
            depend_mask = depend,
            tasks_depend_mask = tasksDepend,
            command = $"sleep 0.1; echo {name} @#@ >> {file}",
        };
        var job = await Farm.SubmitAsync(Jobs.Of(Block("movie", "frames", ""), Block("frames", "", "scene"), Block("scene", "", "")));
        await Farm.JobIsAsync(job, "done");

        var order = Farm.Folder.Lines("order").ToList();
        Assert.That(order, Has.Count.EqualTo(12));
        Assert.That(order.FindIndex(line => line.StartsWith("movie", StringComparison.Ordinal)), Is.EqualTo(8), "every frame came before the movie");
        for (var frame = 1; frame <= 4; frame++) Assert.That(order.IndexOf($"scene {frame}"), Is.LessThan(order.IndexOf($"frames {frame}")));
    }
}

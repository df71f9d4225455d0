using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Render;

/// <summary>A render program that is killed, or updated, and started again, in a real farm.</summary>
internal sealed class RenderRestartTests : FarmTests
{
    /// <summary>A render that stays away is noticed sooner than in a farm.</summary>
    private static readonly string[] _quickEars = ["--heartbeat", "500ms", "--render-silence-max", "4s"];

    /// <summary>A machine that is busy with other things may take its time to start a render again.</summary>
    private static readonly string[] _patience = ["--render-silence-max", "60s"];

    [Test]
    public async Task A_frame_goes_on_when_its_render_is_killed_and_its_log_is_complete()
    {
        const int Lines = 20_000;
        await Farm.StartServerAsync(_patience);
        var render = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames(
            $"cd {Farm.Folder.Path}; echo x >> started; i=0; while [ $i -lt {Lines} ]; do i=$((i+1)); echo line $i; [ $((i % 100)) = 0 ] && sleep 0.01; done; [ -e gate ]", 1));
        await Until.TrueAsync(async () => (await Farm.CommandAsync("log", $"{job}", "0", "0")).Out.Contains("line 100\n"), "the frame to print");

        await render.EndByAsync(Signal.Kill);
        Farm.Folder.Open("gate");
        await Farm.StartRenderAsync("one");
        await Farm.JobIsAsync(job, "done");

        var log = await Farm.CommandAsync("log", $"{job}", "0", "0");
        Assert.That(log.Out, Is.EqualTo(string.Concat(Enumerable.Range(1, Lines).Select(line => $"line {line}\n"))));
        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "done on one" }));
        Assert.That(Farm.Folder.Lines("started"), Has.Count.EqualTo(1));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task What_ended_while_server_and_render_were_killed_is_delivered_once()
    {
        var server = await Farm.StartServerAsync(_patience);
        var render = await Farm.StartRenderAsync("one", "--capacity", "2000");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 2));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "both frames to start");

        await server.EndByAsync(Signal.Kill);
        Farm.Folder.Open("gate.1");
        await Until.TrueAsync(() => ResultsKept("one") == 1, "the first frame's result to be kept");
        await render.EndByAsync(Signal.Kill);
        Farm.Folder.Open("gate.2");
        await Until.TrueAsync(() => Farm.Folder.Lines("ended").Count == 2, "the second frame to end without anybody");
        await Farm.StartServerAsync(_patience);
        await Farm.StartRenderAsync("one");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "done on one" }));
        Assert.That(await Farm.RunsAsync(job, 0, 1), Is.EqualTo(new[] { "done on one" }));
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(new[] { "1", "2" }));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_render_that_comes_back_after_its_frame_was_given_away_ends_it()
    {
        await Farm.StartServerAsync(_quickEars);
        var one = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 1));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the frame to start");
        await one.EndByAsync(Signal.Kill);
        await Farm.StartRenderAsync("two");
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "the frame to start on the second render");

        await Farm.StartRenderAsync("one");
        await Until.TrueAsync(() => TasksOf("one").Count == 0, "the first render to end its frame");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "render lost on one", "done on two" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task A_machine_that_was_restarted_gives_its_frames_back_at_once()
    {
        await Farm.StartServerAsync();
        var render = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 1));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the frame to start");
        await render.EndByAsync(Signal.Kill);
        foreach (var task in TasksOf("one")) SystemProcesses.Send(task, Signal.Kill);
        await Until.TrueAsync(() => TasksOf("one").Count == 0, "the frame's processes to be gone");

        var next = await Farm.StartRenderAsync("one");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(next.Said, Does.Contain("is lost, the server gives it again: Its processes are no more."));
        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "render lost on one", "done on one" }));
    }

    [Test]
    public async Task Two_renders_of_one_machine_adopt_their_own_frames_only()
    {
        await Farm.StartServerAsync(_patience);
        var one = await Farm.StartRenderAsync("one");
        var two = await Farm.StartRenderAsync("two");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 2));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "both frames to start");
        var tasks = TasksOf("one").Concat(TasksOf("two")).Order().ToList();

        await one.EndByAsync(Signal.HangUp);
        await two.EndByAsync(Signal.Kill);
        await Farm.StartRenderAsync("two");
        await Farm.StartRenderAsync("one");
        Assert.That(TasksOf("one").Concat(TasksOf("two")).Order().Intersect(tasks).Count(), Is.GreaterThanOrEqualTo(4), "two shells each, at least");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Has.Count.EqualTo(1));
        Assert.That(await Farm.RunsAsync(job, 0, 1), Has.Count.EqualTo(1));
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(new[] { "1", "2" }));
        await NothingIsLeftAsync();
    }

    private int ResultsKept(string render) =>
        Directory.EnumerateFiles(Farm.Folder.At(render, "renders", render, "runs"), "result.json", SearchOption.AllDirectories).Count();

    private Task NothingIsLeftAsync() => Until.TrueAsync(() => TasksOf("one").Count + TasksOf("two").Count == 0, "no process of a frame to be left");

    private List<int> TasksOf(string render) => [.. Farm.Processes().Intersect(SystemProcesses.WithVariable("AF_RENDER", render))];
}

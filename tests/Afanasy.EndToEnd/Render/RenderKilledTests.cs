using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Render;

internal sealed class RenderKilledTests : FarmTests
{
    private const int Frames = 4;

    /// <summary>A lost render is noticed sooner than in a farm, and a busy machine still is no lost render.</summary>
    private static readonly string[] _quickEars = ["--heartbeat", "500ms", "--render-silence-max", "4s"];

    [Test]
    public async Task The_frame_of_a_killed_render_is_rendered_once_more_on_the_other()
    {
        await Farm.StartServerAsync(_quickEars);
        var one = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, Frames));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the first frame to start");
        await Farm.StartRenderAsync("two");
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "the second frame to start on the second render");

        await one.EndByAsync(Signal.Kill);
        EndTasksOf("one");
        await Farm.TaskIsAsync(job, 0, 0, "ready");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "render lost on one", "done on two" }));
        Assert.That(await Farm.RunsAsync(job, 0, 1), Is.EqualTo(new[] { "done on two" }));
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(new[] { "1", "1", "2", "3", "4" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(new[] { "1", "2", "3", "4" }));
    }

    [Test]
    public async Task A_render_goes_on_with_what_its_killed_predecessor_has_left()
    {
        await Farm.StartServerAsync("--render-silence-max", "60s");
        var first = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, Frames));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the first frame to start");
        await first.EndByAsync(Signal.Kill);
        var left = TasksOf("one");
        Assert.That(left, Is.Not.Empty, "kill -9 of a render does not reach its tasks");

        await Farm.StartRenderAsync("one");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "done on one" }));
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(new[] { "1", "2", "3", "4" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(new[] { "1", "2", "3", "4" }));
        await Until.TrueAsync(() => left.TrueForAll(task => !SystemProcesses.IsAlive(task)), "what kept the frame's end to have gone");
    }

    [Test]
    public async Task A_halted_render_that_comes_back_late_does_not_count_twice()
    {
        await Farm.StartServerAsync(_quickEars);
        var one = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 1));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the frame to start");

        one.Send(Signal.Halt);
        await Farm.TaskIsAsync(job, 0, 0, "ready");
        await Farm.StartRenderAsync("two");
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "the frame to start on the second render");
        one.Send(Signal.Continue);
        await Until.TrueAsync(() => TasksOf("one").Count == 0, "the first render to end its task");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "render lost on one", "done on two" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EqualTo(new[] { "1" }));
    }

    /// <summary>The machine of a render that dies takes its tasks with it; here it is only the agent that was killed.</summary>
    private void EndTasksOf(string render)
    {
        foreach (var task in TasksOf(render)) SystemProcesses.Send(task, Signal.Kill);
    }

    private List<int> TasksOf(string render) => [.. Farm.Processes().Intersect(SystemProcesses.WithVariable("AF_RENDER", render))];
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Render;

/// <summary>A render that was taken for dead comes back, when another one has its frame.</summary>
internal sealed class FencingTests : FarmTests
{
    private static readonly string[] _quickEars = ["--heartbeat", "500ms", "--render-silence-max", "4s"];

    [Test]
    public async Task The_process_of_a_render_that_comes_back_from_the_dead_is_ended_and_the_frame_counts_once()
    {
        var (one, job) = await LoseOneAsync();

        foreach (var process in OfOne(one)) SystemProcesses.Send(process, Signal.Continue);
        await Until.TrueAsync(() => TasksOfOne().Count == 0, "the first render to end its task");
        Farm.Folder.Open("gate.two");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "render lost on one", "done on two" }));
        Assert.That(Farm.Folder.Lines("ended"), Is.EqualTo(new[] { "two" }));
        Assert.That(one.HasEnded, Is.False);
    }

    [Test]
    public async Task The_late_result_of_a_render_that_comes_back_from_the_dead_is_refused_and_the_frame_counts_once()
    {
        var (one, job) = await LoseOneAsync();

        Farm.Folder.Open("gate.one");
        foreach (var process in TasksOfOne()) SystemProcesses.Send(process, Signal.Continue);
        await Until.TrueAsync(() => Farm.Folder.Lines("ended").Contains("one"), "the first render's process to come to its end");
        one.Send(Signal.Continue);
        await one.SaysAsync("it is no longer the farm's");
        Assert.That((await Farm.TaskAsync(job, 0, 0)).Text("state"), Is.EqualTo("running"), "what the first render has done counts for nothing");
        Farm.Folder.Open("gate.two");
        await Farm.JobIsAsync(job, "done");

        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "render lost on one", "done on two" }));
        Assert.That((await Farm.JobAsync(job)).Number("tasks_done"), Is.EqualTo(1));
        var after = await Farm.SubmitAsync(Jobs.Frames("true", 2));
        await Farm.JobIsAsync(after, "done");
    }

    /// <summary>Halts a render with its task until the server takes it for lost, and the other one has its frame.</summary>
    private async Task<(RunningProgram One, int Job)> LoseOneAsync()
    {
        await Farm.StartServerAsync(_quickEars);
        var one = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames($"cd {Farm.Folder.Path}; echo $AF_RENDER >> started; while [ ! -e gate.$AF_RENDER ]; do sleep 0.1; done; echo $AF_RENDER >> ended", 1));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 1, "the frame to start");

        foreach (var process in OfOne(one)) SystemProcesses.Send(process, Signal.Halt);
        await Farm.TaskIsAsync(job, 0, 0, "ready");
        await Farm.StartRenderAsync("two");
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "the frame to start on the second render");
        return (one, job);
    }

    private IEnumerable<int> OfOne(RunningProgram one) => [one.Id, .. TasksOfOne()];

    private List<int> TasksOfOne() => [.. Farm.Processes().Intersect(SystemProcesses.WithVariable("AF_RENDER", "one"))];
}

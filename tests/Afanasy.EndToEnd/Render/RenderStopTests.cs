using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Render;

internal sealed class RenderStopTests : FarmTests
{
    /// <summary>A child in the background, one in a session of its own, and one whose parents have gone.</summary>
    private const string Family = "sleep 600 & setsid sleep 601 & (setsid sh -c 'sleep 602 & sleep 603 &' &) ; sleep 604";

    [Test]
    public async Task A_signal_ends_a_render_within_five_seconds_and_leaves_no_child([Values(Signal.Interrupt, Signal.Terminate)] Signal signal)
    {
        await Farm.StartServerAsync();
        var render = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames(Family, 1));
        await Until.TrueAsync(() => Sleepers().Count == 5, "the task and its children to run");

        var (took, code) = await render.EndByAsync(signal);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(Farm.Processes().Select(SystemProcesses.CommandLine), Has.Exactly(1).Items.And.All.Contains("afserver.dll"));
        await Farm.TaskIsAsync(job, 0, 0, "ready");
    }

    [Test]
    public async Task A_render_that_does_not_reach_its_server_ends_as_well()
    {
        var render = Farm.StartRender("one");
        await render.SaysAsync("No server at");

        var (took, code) = await render.EndByAsync(Signal.Terminate);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_second_interrupt_ends_a_render_at_once_and_leaves_no_child()
    {
        await Farm.StartServerAsync();
        var render = await Farm.StartRenderAsync("one");
        await Farm.SubmitAsync(Jobs.Frames("trap '' TERM INT; while :; do sleep 605; done", 1));
        await Until.TrueAsync(() => Sleepers().Count == 1, "the task to run");
        render.Send(Signal.Interrupt);
        await render.SaysAsync("leaves");

        var (took, _) = await render.EndByAsync(Signal.Interrupt);

        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(Farm.Processes().Select(SystemProcesses.CommandLine), Has.Exactly(1).Items.And.All.Contains("afserver.dll"));
    }

    private List<string> Sleepers() => [.. Farm.Processes().Select(SystemProcesses.CommandLine).Where(line => line.StartsWith("sleep 60", StringComparison.Ordinal))];
}

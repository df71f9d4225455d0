using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

internal sealed class DelayTests : ProxiedTests
{
    private const int Frames = 6;

    private static readonly TimeSpan _delay = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task Orders_flow_over_a_slow_line_and_a_render_far_away_is_not_lost()
    {
        Proxy.Delay(_delay);
        var server = await StartServerAsync("3s");
        var one = await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames($"echo @#@ >> {Farm.Folder.At("started")}", Frames));

        await Farm.JobIsAsync(job, "done");

        Assert.That(Farm.Folder.Lines("started"), Is.EqualTo(Enumerable.Range(1, Frames).Select(frame => $"{frame}")));
        for (var task = 0; task < Frames; task++) Assert.That(await Farm.RunsAsync(job, 0, task), Is.EqualTo(new[] { "done on one" }));
        Assert.That(Proxy.Lines, Has.Count.EqualTo(1), "one connection did for all");
        Assert.That(server.Said, Does.Not.Contain("silent"));
        Assert.That(one.Said, Does.Not.Contain("WARN"));
    }
}

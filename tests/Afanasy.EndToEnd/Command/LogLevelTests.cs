using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Command;

internal sealed class LogLevelTests : FarmTests
{
    [Test]
    public async Task The_verbosity_of_a_running_server_is_changed_and_changed_back()
    {
        var server = await Farm.StartServerAsync("--heartbeat", "200ms");
        await Farm.StartRenderAsync("one");
        var before = server.Said;

        var louder = await Farm.CommandAsync("log-level", "connections=trace");
        await server.SaysAsync(" TRACE connections");
        var quieter = await Farm.CommandAsync("log-level", "connections=default");
        var shown = await Farm.CommandAsync("log-level");

        Assert.That(before, Does.Not.Contain("TRACE"));
        Assert.That(louder.Code + quieter.Code + shown.Code, Is.Zero, louder.Error + quieter.Error + shown.Error);
        Assert.That(louder.Out, Does.Contain("connections").And.Contain("trace"));
        Assert.That(shown.Out, Does.Not.Contain("trace"));
    }

    [Test]
    public async Task The_verbosity_of_a_running_render_is_changed_through_the_server()
    {
        await Farm.StartServerAsync("--heartbeat", "200ms");
        var render = await Farm.StartRenderAsync("one");
        var before = render.Said;

        var louder = await Farm.CommandAsync("log-level", "link=trace", "--render", "one");
        await render.SaysAsync(" TRACE link");
        var unknown = await Farm.CommandAsync("log-level", "link=trace", "--render", "nobody");

        Assert.That(before, Does.Not.Contain("TRACE"));
        Assert.That(louder.Code, Is.Zero, louder.Error);
        Assert.That(unknown.Code, Is.EqualTo(1));
        Assert.That(unknown.Error, Does.Contain("nobody"));
    }

    [Test]
    public async Task An_unknown_subsystem_is_refused_with_the_known_ones()
    {
        await Farm.StartServerAsync();

        var refused = await Farm.CommandAsync("log-level", "engien=trace");

        Assert.That(refused.Code, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("engine"));
    }
}

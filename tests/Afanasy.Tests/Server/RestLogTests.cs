using System.Net.Http.Headers;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class RestLogTests
{
    private const string LogPath = "/api/v1/jobs/1/blocks/0/tasks/0/log";

    [Test]
    public async Task A_log_is_read_whole_from_an_offset_or_by_range()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        await render.PrintAsync(run, 0, "0123456789");
        await server.UntilAsync(LogPath, log => log.GetString()!.Length == 10, "the log");

        using var whole = await server.Http.GetAsync(LogPath);
        Assert.That(whole.Headers.GetValues("X-Run"), Is.EqualTo(new[] { "1" }));
        Assert.That(whole.Headers.GetValues("X-Log-Length"), Is.EqualTo(new[] { "10" }));
        Assert.That(whole.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/plain"));
        Assert.That(await TextAsync(server, "?offset=0"), Is.EqualTo("0123456789"));
        Assert.That(await TextAsync(server, "?offset=4"), Is.EqualTo("456789"));
        Assert.That(await TextAsync(server, "?offset=10"), Is.Empty);
        Assert.That(await TextAsync(server, "?offset=99"), Is.Empty);
        Assert.That(await TextAsync(server, "?run=1&offset=9"), Is.EqualTo("9"));
        Assert.That(await RangeAsync(server, 2, 4), Is.EqualTo((206, "234")));
        Assert.That(await RangeAsync(server, null, 3), Is.EqualTo((206, "789")));
        Assert.That((await RangeAsync(server, 50, 60)).Status, Is.EqualTo(416));
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task A_log_that_grows_while_it_is_read_is_read_without_a_broken_answer()
    {
        const int Chunks = 400;
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        var chunk = new string('x', 64 * 1024 / 4);

        var printing = PrintAsync(render, run, chunk, Chunks);
        var length = 0;
        while (length < Chunks * chunk.Length) length = (await server.Http.GetStringAsync(LogPath)).Length;
        await printing;

        Assert.That(length, Is.EqualTo(Chunks * chunk.Length));
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task Each_run_has_its_own_log_and_the_newest_is_shown_first()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var first = (await render.StartAsync()).Run;
        await render.PrintAsync(first, 0, "first");
        await render.EndAsync(first, RunOutcome.Failed, 1);
        var second = (await render.StartAsync()).Run;
        await render.PrintAsync(second, 0, "second");
        await render.EndAsync(second);

        Assert.That(await TextAsync(server, ""), Is.EqualTo("second"));
        Assert.That(await TextAsync(server, "?run=1"), Is.EqualTo("first"));
        var runs = await server.RunsAsync(1, 0);
        Assert.That(runs.Select(run => (run.GetProperty("run").GetInt32(), run.GetProperty("outcome").GetString())), Is.EqualTo(new[] { (1, "failed"), (2, "done") }));
        Assert.That(runs[0].GetProperty("exit_code").GetInt32(), Is.EqualTo(1));
    }

    private static Task<string> TextAsync(RunningServer server, string query) => server.Http.GetStringAsync(LogPath + query);

    private static async Task<(int Status, string Text)> RangeAsync(RunningServer server, long? from, long? to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, LogPath);
        request.Headers.Range = new RangeHeaderValue(from, to);
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task PrintAsync(ScriptedRender render, TaskRunId run, string chunk, int chunks)
    {
        for (var i = 0; i < chunks; i++) await render.PrintAsync(run, (long)i * chunk.Length, chunk);
    }
}

using System.Text;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class LogCommandTests
{
    private const string Task = "GET /api/v1/jobs/5/blocks/0/tasks/3";
    private const string Log = Task + "/log";

    [Test]
    public async Task A_log_comes_out_byte_by_byte()
    {
        byte[] bytes = [0x1b, 0x5b, 0xff, 0x00, 0x0d, 0x0a, 0xc3];
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer($"{Log}?run=2", bytes, "text/plain");
        using var run = CommandRun.Start(["log", "5", "0", "3", "--run", "2", "--server", server.Address]);

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.OutBytes, Is.EqualTo(bytes));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public async Task Following_writes_every_byte_once_until_the_run_ends()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Task, """{"task":3,"run":1}""");
        using var run = Follow(server);
        var live = await server.LiveAsync();

        await live.SayAsync(Line(1, 0, "one é\\n"));
        await live.SayAsync(Line(1, 7, "two\\n"));
        await live.SayAsync(Line(1, 0, "one"));
        await live.SayAsync(Line(1, 11, "three\\n", ended: true));

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("one é\ntwo\nthree\n"));
        Assert.That(live.Subscription, Is.EqualTo("""{"subscribe":{"log":{"job":5,"block":0,"task":3}}}"""));
    }

    [Test]
    public async Task What_is_before_the_tail_and_what_is_no_text_is_read_over_rest()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Task, """{"task":3,"run":2}""");
        server.Answer($"{Log}?run=2", Encoding.UTF8.GetBytes("long ago, tail\n"), "text/plain");
        server.Answer($"{Log}?run=2&offset=15", [0xff, 0x0a], "text/plain");
        server.Answer($"{Log}?run=2&offset=17", Encoding.UTF8.GetBytes("end\n"), "text/plain");
        using var run = Follow(server);
        var live = await server.LiveAsync();

        await live.SayAsync(Line(2, 10, "tail\\n"));
        await live.SayAsync(Line(2, 15, "\uFFFD\\n"));
        await live.SayAsync(Line(2, 17, "end\\n", ended: true));

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.OutBytes, Is.EqualTo((byte[])[.. "long ago, tail\n"u8, 0xff, 0x0a, .. "end\n"u8]));
    }

    [Test]
    public async Task A_character_cut_between_two_messages_comes_out_whole_and_once()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Task, """{"task":3,"run":1}""");
        server.Answer($"{Log}?run=1&offset=1", Encoding.UTF8.GetBytes("é\nz"), "text/plain");
        server.Answer($"{Log}?run=1&offset=5", Encoding.UTF8.GetBytes("end\n"), "text/plain");
        using var run = Follow(server);
        var live = await server.LiveAsync();

        await live.SayAsync(Line(1, 0, "a"));
        await live.SayAsync(Line(1, 2, "é\\n"));
        await live.SayAsync(Line(1, 4, "z"));
        await live.SayAsync(Line(1, 5, "", ended: true));

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("aé\nzend\n"));
    }

    [Test]
    public async Task A_task_that_has_not_started_is_waited_for()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Task, """{"task":3,"run":0}""");
        using var run = Follow(server);
        var live = await server.LiveAsync();

        await live.SayAsync(Line(0, 0, "", ended: true));
        await live.SayAsync(Line(1, 0, "first\\n", ended: true));

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("first\n"));
        Assert.That(run.Error, Is.EqualTo("The task has not started yet; waiting for its first run.\n"));
    }

    [Test]
    public async Task A_new_run_ends_the_following_of_the_old_one()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Task, """{"task":3,"run":1}""");
        server.Answer($"{Log}?run=1&offset=4", Encoding.UTF8.GetBytes("two\n"), "text/plain");
        using var run = Follow(server);
        var live = await server.LiveAsync();

        await live.SayAsync(Line(1, 0, "one\\n"));
        await live.SayAsync(Line(2, 0, "again\\n"));

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task Following_goes_on_where_it_was_after_a_restart_of_the_server()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Task, """{"task":3,"run":1}""");
        using var run = Follow(server);
        var live = await server.LiveAsync();
        await live.SayAsync(Line(1, 0, "one\\n"));
        await run.SaysAsync("one");

        server.Answer($"{Log}?run=1&offset=4", Encoding.UTF8.GetBytes("two\n"), "text/plain");
        live.Cut();
        live = await server.LiveAsync();
        await live.SayAsync(Line(1, 0, "one\\ntwo\\n", ended: true));

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task An_unknown_task_is_refused_before_anything_is_followed()
    {
        await using var server = await ScriptedHttpServer.StartAsync();

        var (code, output, error) = await CommandRun.ToEndAsync(["log", "5", "0", "3", "--follow", "--server", server.Address]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Is.EqualTo($"There is no {Task}.\n"));
    }

    private static CommandRun Follow(ScriptedHttpServer server) => CommandRun.Start(["log", "5", "0", "3", "--follow", "--server", server.Address]);

    private static string Line(int run, long offset, string text, bool ended = false) =>
        $$"""{"type":"log","job":5,"block":0,"task":3,"run":{{run}},"offset":{{offset}},"text":"{{text}}","ended":{{(ended ? "true" : "false")}}}""";
}

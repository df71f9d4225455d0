using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class SubmitWaitTests
{
    private const string Accepted = """{"id":5,"serial":77,"name":"shot","warnings":[]}""";

    [Test]
    public async Task Waiting_ends_with_0_when_the_job_is_done_and_says_a_line_per_step()
    {
        await using var server = await SubmitServerAsync();
        using var run = Start(server);
        var live = await server.LiveAsync();

        await live.SayAsync($$"""{"type":"picture","sequence":1,"farm":{},"jobs":[{{Job("ready", 0)}}]}""");
        foreach (var progress in new[] { 4, 9, 11, 18, 35 }) await live.SayAsync($$"""{"type":"changes","sequence":2,"jobs":[{"id":4,"state":"done"},{{Job("running", progress)}}]}""");
        await live.SayAsync($$"""{"type":"changes","sequence":3,"jobs":[{{Job("done", 100)}}]}""");

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("job 5 submitted: shot\n"));
        Assert.That(run.Error, Is.EqualTo(
            "job 5: ready, 0 %, 0 of 100 tasks\njob 5: running, 4 %, 4 of 100 tasks\njob 5: running, 11 %, 11 of 100 tasks\njob 5: running, 35 %, 35 of 100 tasks\njob 5: done, 100 %, 100 of 100 tasks\n"));
        Assert.That(live.Subscription, Is.EqualTo("""{"subscribe":{"jobs":{"limit":1000},"tasks":{"job":5}}}"""));
    }

    [Test]
    public async Task A_job_that_ends_with_errors_names_them_and_their_logs()
    {
        await using var server = await SubmitServerAsync();
        server.Answer("GET /api/v1/jobs/5/blocks/1/tasks?state=error&limit=10",
            """{"tasks":[{"task":3,"name":"frame 4","state":"error","run":3,"render":"box7","exit_code":9},{"task":4,"name":"frame 5","state":"error","reason":"no such command"}],"total":12}""");
        using var run = Start(server);
        var live = await server.LiveAsync();

        await live.SayAsync("""
            {"type":"picture","sequence":1,"jobs":[{"id":5,"serial":77,"state":"error","tasks_total":20,"tasks_error":12,"progress":40,
             "blocks":[{"block":0,"name":"prepare","tasks_error":0},{"block":1,"name":"render","tasks_error":12}]}]}
            """);

        Assert.That(await run.EndAsync(), Is.EqualTo(1));
        Assert.That(run.Error, Does.EndWith(
            """
            job 5 ended with errors: 12 tasks failed.
              render, frame 4 on box7: exit code 9; its log: afcmd log 5 1 3
              render, frame 5: no such command; its log: afcmd log 5 1 4
              … and 2 more: afcmd tasks 5 --block 1 --state error

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task A_restart_of_the_server_is_said_once_and_waited_out()
    {
        await using var server = await SubmitServerAsync();
        using var run = Start(server);
        var live = await server.LiveAsync();
        await live.SayAsync($$"""{"type":"picture","sequence":1,"jobs":[{{Job("running", 10)}}]}""");
        await run.SaysOnErrorAsync("10 %");

        live.Cut();
        await server.StopAsync();
        await run.SaysOnErrorAsync("is lost");
        await server.RestartAsync();
        live = await server.LiveAsync();
        await live.SayAsync($$"""{"type":"picture","sequence":9,"jobs":[{{Job("done", 100)}}]}""");

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Error.Split("is lost"), Has.Length.EqualTo(2));
        Assert.That(run.Error.Split("The server is back."), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_deleted_job_ends_the_waiting_with_1()
    {
        await using var server = await SubmitServerAsync();
        using var run = Start(server);
        var live = await server.LiveAsync();

        await live.SayAsync($$"""{"type":"picture","sequence":1,"jobs":[{{Job("running", 10)}}]}""");
        await live.SayAsync("""{"type":"changes","sequence":2,"jobs_gone":[5]}""");

        Assert.That(await run.EndAsync(), Is.EqualTo(1));
        Assert.That(run.Error, Does.EndWith("job 5 was deleted before it was done.\n"));
    }

    [Test]
    public async Task Another_job_under_the_same_number_is_not_the_one_that_was_submitted()
    {
        await using var server = await SubmitServerAsync();
        using var run = Start(server);
        var live = await server.LiveAsync();

        await live.SayAsync("""{"type":"picture","sequence":1,"jobs":[{"id":5,"serial":78,"state":"done"}]}""");

        Assert.That(await run.EndAsync(), Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo("job 5 was deleted before it was done.\n"));
    }

    [Test]
    public async Task A_job_beyond_the_listed_ones_is_asked_for_and_not_taken_for_deleted()
    {
        await using var server = await SubmitServerAsync();
        server.Answer("GET /api/v1/jobs/5", Job("running", 50));
        using var run = Start(server);
        var live = await server.LiveAsync();

        await live.SayAsync("""{"type":"picture","sequence":1,"jobs":[{"id":4,"state":"running"}]}""");
        await run.SaysOnErrorAsync("50 %");
        server.Answer("GET /api/v1/jobs/5", Job("done", 100));
        await live.SayAsync("""{"type":"changes","sequence":2,"tasks":[{"job":5,"block":0,"task":99,"state":"done"}]}""");

        Assert.That(await run.EndAsync(), Is.Zero);
    }

    [Test]
    public async Task A_terminal_gets_a_bar_per_block()
    {
        await using var server = await SubmitServerAsync();
        using var run = CommandRun.Start(["submit", "-", "--wait", "--server", server.Address], input: "{}", isTerminal: true);
        var live = await server.LiveAsync();

        await live.SayAsync("""
            {"type":"picture","sequence":1,"jobs":[{"id":5,"serial":77,"state":"running","tasks_total":11,"tasks_done":5,"progress":45,
             "blocks":[{"block":0,"name":"render","state":"running","tasks_total":10,"tasks_done":5,"progress":50},{"block":1,"name":"movie","state":"waiting","tasks_total":1}]}]}
            """);
        await run.SaysOnErrorAsync("movie");
        await live.SayAsync($$"""{"type":"changes","sequence":2,"jobs":[{{Job("done", 100)}}]}""");

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Error, Does.Contain(new string('█', 12) + new string('░', 12)).And.Contain("5/10"));
        Assert.That(run.Out, Is.EqualTo("job 5 submitted: shot\n"));
    }

    [Test]
    public async Task An_interrupt_leaves_the_job_alone_and_says_so()
    {
        await using var server = await SubmitServerAsync();
        using var run = Start(server);
        await server.LiveAsync();

        run.Interrupt();

        Assert.That(await run.EndAsync(), Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("job 5 goes on without being watched; 'afcmd job 5' shows it."));
        Assert.That(server.Asked.Count(), Is.EqualTo(1));
    }

    private static CommandRun Start(ScriptedHttpServer server) => CommandRun.Start(["submit", "-", "--wait", "--server", server.Address], input: "{}");

    private static async Task<ScriptedHttpServer> SubmitServerAsync()
    {
        var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs", Accepted, 201);
        return server;
    }

    private static string Job(string state, int progress) =>
        $$"""{"id":5,"serial":77,"name":"shot","state":"{{state}}","tasks_total":100,"tasks_done":{{progress}},"progress":{{progress}}.0,"blocks":[]}""";
}

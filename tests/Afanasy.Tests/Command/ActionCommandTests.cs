using System.Text.Json;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class ActionCommandTests
{
    [TestCase("restart", "restart")]
    [TestCase("restart-errors", "restart_errors")]
    [TestCase("restart-running", "restart_running")]
    [TestCase("restart-done", "restart_done")]
    [TestCase("restart-skipped", "restart_skipped")]
    [TestCase("restart-warnings", "restart_warnings")]
    [TestCase("restart-pause", "restart_pause")]
    [TestCase("skip", "skip")]
    [TestCase("done", "done")]
    [TestCase("suspend", "suspend")]
    [TestCase("continue", "continue")]
    [TestCase("trynext", "trynext")]
    [TestCase("stop", "stop")]
    public async Task An_action_names_operation_blocks_tasks_and_who(string command, string operation)
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs/5/actions", """{"job":5,"operation":"x","changed":6,"detail":"6 tasks changed"}""");

        var (code, output, error) = await CommandRun.ToEndAsync([command, "5", "--blocks", "0,2", "--tasks", "1-3,9", "--server", server.Address]);

        Assert.That(error, Is.Empty);
        Assert.That(code, Is.Zero);
        Assert.That(output, Is.EqualTo("job 5: 6 tasks changed\n"));
        Assert.That(Body(server, 0), Is.EqualTo($$"""{"blocks":[0,2],"tasks":[1,2,3,9],"operation":"{{operation}}","user_name":"anna","host_name":"desk"}"""));
    }

    [TestCase("pause 5", """{"operation":"pause","user_name":"anna","host_name":"desk"}""")]
    [TestCase("resume 5", """{"operation":"resume","user_name":"anna","host_name":"desk"}""")]
    [TestCase("trynext-reset 5", """{"operation":"reset_trying_next_tasks","user_name":"anna","host_name":"desk"}""")]
    [TestCase("trynext-remove 5 --tasks 1", """{"tasks":[1],"params":{"mode":"remove"},"operation":"trynext","user_name":"anna","host_name":"desk"}""")]
    [TestCase("reset-error-hosts 5 --blocks 1", """{"blocks":[1],"operation":"reset_error_hosts","user_name":"anna","host_name":"desk"}""")]
    [TestCase("skip 5 --block-mask rend --with-dependents", """{"block_mask":"rend","affect_depends":true,"operation":"skip","user_name":"anna","host_name":"desk"}""")]
    public async Task An_action_says_no_more_than_it_was_told(string line, string body)
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs/5/actions", """{"job":5,"changed":1,"detail":"it is"}""");

        var (code, _, error) = await CommandRun.ToEndAsync([.. line.Split(' '), "--server", server.Address]);

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(Body(server, 0), Is.EqualTo(body));
    }

    [Test]
    public async Task Ranges_and_lists_reach_every_job_once_and_one_refusal_keeps_none_back()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        foreach (var id in new[] { 3, 4, 6 }) server.Answer($"POST /api/v1/jobs/{id}/actions", $$"""{"job":{{id}},"changed":1,"detail":"paused"}""");
        server.Answer("POST /api/v1/jobs/5/actions", """{"title":"Conflict","status":409,"detail":"It is done."}""", 409);

        var (code, output, error) = await CommandRun.ToEndAsync(["pause", "3-5", "6,4", "--server", server.Address]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo("job 3: paused\njob 4: paused\njob 6: paused\n"));
        Assert.That(error, Is.EqualTo("job 5: It is done.\n"));
    }

    [TestCase("y\n", 0, 2)]
    [TestCase("n\n", 1, 0)]
    [TestCase("", 1, 0)]
    public async Task Deleting_several_jobs_on_a_terminal_asks_once(string answer, int expected, int requests)
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        foreach (var id in new[] { 3, 4 }) server.Answer($"POST /api/v1/jobs/{id}/actions", $$"""{"job":{{id}},"changed":1,"detail":"deleted"}""");

        var (code, _, error) = await CommandRun.ToEndAsync(["delete", "3-4", "--server", server.Address], input: answer, isTerminal: true);

        Assert.That(code, Is.EqualTo(expected));
        Assert.That(error, Does.StartWith("Delete 2 jobs (3-4)? [y/N] "));
        Assert.That(server.Asked.Count(), Is.EqualTo(requests));
    }

    [TestCase("delete 3-4 --yes", true)]
    [TestCase("delete 3-4", false)]
    [TestCase("delete 3", true)]
    public async Task One_job_and_yes_and_no_terminal_do_not_ask(string line, bool isTerminal)
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        foreach (var id in new[] { 3, 4 }) server.Answer($"POST /api/v1/jobs/{id}/actions", $$"""{"job":{{id}},"changed":1,"detail":"deleted"}""");

        var (code, _, error) = await CommandRun.ToEndAsync([.. line.Split(' '), "--server", server.Address], isTerminal: isTerminal);

        Assert.That(error, Is.Empty);
        Assert.That(code, Is.Zero);
    }

    [Test]
    public async Task Set_sends_numbers_as_numbers_and_text_as_text()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs/5/actions", """{"job":5,"changed":1}""");

        var (code, output, _) = await CommandRun.ToEndAsync(["set", "5", "priority=50", "annotation=12", "max_running_tasks=-1", "--user", "bo", "--server", server.Address]);

        Assert.That(code, Is.Zero);
        Assert.That(output, Is.EqualTo("job 5: set, 1 changed\n"));
        Assert.That(Body(server, 0), Is.EqualTo("""{"params":{"priority":50,"annotation":"12","max_running_tasks":-1},"operation":"set","user_name":"bo","host_name":"desk"}"""));
    }

    [Test]
    public async Task Log_levels_are_shown_and_changed()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/log-level", """{"levels":{"engine":"debug","*":"info"}}""");
        server.Answer("PUT /api/v1/log-level", """{"levels":{"*":"warning"}}""");

        var shown = await CommandRun.ToEndAsync(["log-level", "--server", server.Address]);
        var changed = await CommandRun.ToEndAsync(["log-level", "*=warning", "--render", "box7", "--server", server.Address]);

        Assert.That(shown.Out, Is.EqualTo("SUBSYSTEM  LEVEL\n*          info\nengine     debug\n"));
        Assert.That(changed.Code, Is.Zero);
        Assert.That(Body(server, 1), Is.EqualTo("""{"levels":{"*":"warning"},"render":"box7"}"""));
    }

    private static string Body(ScriptedHttpServer server, int request)
    {
        using var body = JsonDocument.Parse(server.Asked.ElementAt(request).Body);
        return JsonSerializer.Serialize(body);
    }
}

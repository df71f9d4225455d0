using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class RestActionTests
{
    [Test]
    public async Task A_paused_job_starts_nothing_until_it_is_resumed()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(new { name = "held", user_name = "anna", offline = true, blocks = new[] { new { frame_first = 1, frame_last = 2, command = "c" } } });
        Assert.That((await server.JobAsync(1)).GetProperty("state").GetString(), Is.EqualTo("paused"));
        var report = await render.ReportAsync();

        var resumed = await server.ActAsync(1, new { operation = "resume", user_name = "ben", host_name = "desk" });

        Assert.That((resumed.GetProperty("job").GetInt32(), resumed.GetProperty("operation").GetString(), resumed.GetProperty("changed").GetInt32()), Is.EqualTo((1, "resume", 1)));
        Assert.That((await render.AnswerToAsync(report)).Starts, Has.Count.EqualTo(1));
        Assert.That((await server.ActAsync(1, new { operation = "resume" })).GetProperty("changed").GetInt32(), Is.Zero);
        await server.ActAsync(1, new { operation = "pause" });
        Assert.That((await server.ActAsync(1, new { operation = "pause" })).GetProperty("detail").GetString(), Is.EqualTo("was paused already"));
    }

    [Test]
    public async Task Of_thousands_of_wrong_blocks_the_first_hundred_are_named()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));

        var (status, body) = await server.PostAsync("/api/v1/jobs/1/actions", new { operation = "skip", blocks = Enumerable.Range(1, 5000) });

        Assert.That(status, Is.EqualTo(400));
        Assert.That(body.GetProperty("errors").EnumerateObject().Count(), Is.EqualTo(FieldReader.ProblemsMax));
    }

    [Test]
    public async Task A_priority_is_set()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));

        var answer = await server.ActAsync(1, new { operation = "set", @params = new { priority = 50 } });

        Assert.That(answer.GetProperty("detail").GetString(), Is.EqualTo("priority 99 is now 50"));
        Assert.That((await server.JobAsync(1)).GetProperty("priority").GetInt32(), Is.EqualTo(50));
    }

    [Test]
    public async Task Failed_tasks_wait_for_a_person_and_start_anew_when_told()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(2, errorsRetries: 0));
        await render.EndAsync((await render.StartAsync()).Run, RunOutcome.Failed, 3);
        await render.EndAsync((await render.StartAsync()).Run);
        Assert.That((await server.JobAsync(1)).GetProperty("state").GetString(), Is.EqualTo("error"));
        var failed = await server.TaskAsync(1, 0);
        Assert.That((failed.GetProperty("state").GetString(), failed.GetProperty("exit_code").GetInt32(), failed.GetProperty("reason").GetString(), failed.GetProperty("errors").GetInt32()), Is.EqualTo(("error", 3, "as told", 1)));

        var answer = await server.ActAsync(1, new { operation = "restart_errors" });

        Assert.That(answer.GetProperty("detail").GetString(), Is.EqualTo("1 failed task starts anew"));
        var again = await render.StartAsync();
        Assert.That(again.Run, Is.EqualTo(new TaskRunId(new JobId(1), 0, 0, 2)));
        await render.EndAsync(again.Run);
        Assert.That((await server.JobAsync(1)).GetProperty("state").GetString(), Is.EqualTo("done"));
    }

    [Test]
    public async Task A_finished_job_starts_anew_with_new_run_numbers()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        await render.EndAsync((await render.StartAsync()).Run);

        var answer = await server.ActAsync(1, new { operation = "restart" });

        Assert.That(answer.GetProperty("detail").GetString(), Is.EqualTo("1 task starts anew"));
        Assert.That((await server.JobAsync(1)).GetProperty("time_done").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That((await render.StartAsync()).Run.Run, Is.EqualTo(2));
    }

    [TestCase(1, "1 task is skipped")]
    [TestCase(2, "2 tasks are skipped")]
    public async Task Details_are_sentences(int tasks, string detail)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(tasks));

        Assert.That((await server.ActAsync(1, new { operation = "skip" })).GetProperty("detail").GetString(), Is.EqualTo(detail));
    }

    [Test]
    public async Task A_job_with_running_tasks_leaves_when_they_have_ended_and_takes_no_actions_meanwhile()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(2));
        var run = (await render.StartAsync()).Run;
        await render.PrintAsync(run, 0, "words");
        await server.UntilAsync("/api/v1/jobs/1/blocks/0/tasks/0/log", log => log.GetString() == "words", "the log");

        var deleted = await server.ActAsync(1, new { operation = "delete" });
        var (meanwhile, body) = await server.PostAsync("/api/v1/jobs/1/actions", new { operation = "resume" });
        Assert.That(deleted.GetProperty("detail").GetString(), Is.EqualTo("is deleted when its 1 running task has ended"));
        Assert.That((meanwhile, body.GetProperty("detail").GetString()), Is.EqualTo((409, "the job is being deleted")));

        Assert.That(await render.StopsAsync(), Is.EqualTo(new[] { run }));
        Assert.That(await render.EndAsync(run, RunOutcome.Stopped), Is.Empty);

        var (status, _) = await server.AskAsync(HttpMethod.Get, "/api/v1/jobs/1");
        Assert.That(status, Is.EqualTo(404));
        await Eventually.TrueAsync(() => !Directory.Exists(Path.Combine(server.Settings.Data, "logs", "1")), "the logs of the job to be deleted");
    }

    [TestCase("""{"operation":"skip","blocks":[3]}""", "blocks[0]")]
    [TestCase("""{"operation":"skip","blocks":[0],"tasks":[1,-1]}""", "tasks[1]")]
    [TestCase("""{"operation":"skip","blocks":[0],"tasks":[99]}""", "tasks[0]")]
    [TestCase("""{"operation":"skip","tasks":[0]}""", "tasks")]
    [TestCase("""{"operation":"skip","tasks":"all"}""", "tasks")]
    [TestCase("""{"operation":"explode"}""", "operation")]
    [TestCase("""{}""", "operation")]
    [TestCase("""{"operation":"set"}""", "params")]
    [TestCase("""{"operation":"set","params":{"priority":256}}""", "params.priority")]
    [TestCase("""{"operation":"set","params":{"colour":1,"priority":2}}""", "params.colour")]
    [TestCase("""{"operation":"pause","why":"x"}""", "why")]
    [TestCase("""[]""", "")]
    public async Task An_action_with_mistakes_changes_nothing_and_names_the_field(string action, string field)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(3));
        var before = (await server.GetAsync("/health")).GetProperty("sequence").GetInt64();

        var (status, body) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs/1/actions", action);

        Assert.That(status, Is.EqualTo(400));
        Assert.That(body.GetProperty("errors").TryGetProperty(field, out _), Is.True, body.ToString());
        Assert.That((await server.GetAsync("/health")).GetProperty("sequence").GetInt64(), Is.EqualTo(before));
    }
}

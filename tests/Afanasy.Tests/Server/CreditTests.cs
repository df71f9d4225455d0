using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class CreditTests
{
    [Test]
    public async Task Every_report_is_answered_once_and_the_last_one_waits_for_orders()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        var reports = new List<long>();
        for (var i = 0; i < 20; i++) reports.Add(await render.ReportAsync());
        await render.AnswerToAsync(reports[^2]);

        await server.SubmitAsync(TestJobs.Frames(1));
        var orders = await render.AnswerToAsync(reports[^1]);

        Assert.That(render.Answers.Select(answer => answer.Report), Is.EqualTo(reports));
        Assert.That(render.Answers.SkipLast(1).Select(answer => answer.Orders.Starts.Count + answer.Orders.Closed.Count), Is.All.Zero);
        Assert.That(orders.Starts.Single().Command, Is.EqualTo("render 1"));
    }

    [Test]
    public async Task Orders_that_come_after_the_credit_was_spent_wait_for_the_next_report()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server, capacity: 2000);
        var first = await server.SubmitAsync(TestJobs.Frames(1));
        Assert.That((await render.StartAsync()).Run.Job.Value, Is.EqualTo(first));

        var second = await server.SubmitAsync(TestJobs.Frames(1));
        await server.UntilRunningAsync(2);
        var report = await render.ReportAsync();
        var orders = await render.AnswerToAsync(report);

        Assert.That(orders.Starts.Single().Run.Job.Value, Is.EqualTo(second));
        Assert.That(render.Answers, Has.Count.EqualTo(2), "one answer for each of two reports");
    }

    [Test]
    public async Task A_run_that_its_render_was_not_told_of_ends_at_once_when_it_is_stopped([Values("stop", "skip", "delete", "restart")] string operation)
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server, capacity: 2000);
        await server.SubmitAsync(TestJobs.Frames(1));
        await render.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await server.UntilRunningAsync(2);

        await server.ActAsync(job, new { operation });

        var (status, view) = await server.AskAsync(HttpMethod.Get, $"/api/v1/jobs/{job}");
        var state = status == 404 ? "gone" : view.GetProperty("state").GetString();
        Assert.That(state, Is.EqualTo(operation switch { "stop" => "paused", "skip" => "done", "delete" => "gone", _ => "running" }));
        if (operation == "restart") Assert.That((await render.StartAsync()).Run, Is.EqualTo(new TaskRunId(new JobId(job), 0, 0, 2)));
        else await render.AnswerToAsync(await AgainAsync(render));
        Assert.That(render.Answers.SelectMany(answer => answer.Orders.Stops), Is.Empty, "a render is not told to stop what it does not know");
        Assert.That(render.Answers.Sum(answer => answer.Orders.Starts.Count), Is.EqualTo(operation == "restart" ? 2 : 1));
    }

    [Test]
    public async Task A_new_log_level_goes_out_with_the_credit()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        var report = await render.ReportAsync();

        var (status, _) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{"*":"debug"},"render":"r1"}""");

        Assert.That(status, Is.EqualTo(200));
        Assert.That((await render.AnswerToAsync(report)).LogLevels, Is.EqualTo("*=debug"));
    }

    [Test]
    public async Task Orders_that_are_larger_than_a_packet_are_divided()
    {
        const int Tasks = 100;
        await using var server = await RunningServer.StartAsync();
        var command = new string('x', 110_000) + " @#@";
        await server.SubmitAsync(TestJobs.Frames(Tasks, command: command));
        await using var render = await ScriptedRender.JoinAsync(server, capacity: 1000 * Tasks);

        var started = new List<RunStart>();
        while (started.Count < Tasks) started.Add(await render.StartAsync());

        Assert.That(started.Select(start => start.Run.Task), Is.Unique);
        Assert.That(started.Select(start => start.Command.Length), Is.All.GreaterThan(110_000));
        Assert.That(render.Answers, Has.Count.GreaterThan(1));
    }

    [Test]
    public async Task A_job_whose_orders_would_fit_no_packet_is_refused_with_the_field()
    {
        await using var server = await RunningServer.StartAsync();
        var marks = string.Concat(Enumerable.Repeat("@#@", 30_000));

        var (status, body) = await server.PostAsync("/api/v1/jobs", new
        {
            name = "wide",
            user_name = "anna",
            blocks = new object[]
            {
                new { name = "a", frame_first = 1_000_000, frame_last = 1_000_001, command = marks, files = new[] { marks } },
                new { name = "b", command = "x", files = new[] { new string('x', 100_000) + "@#@" }, tasks = new[] { new { name = "t", files = new[] { "1", "2" } } } },
            },
        });

        Assert.That(status, Is.EqualTo(400));
        Assert.That(
            body.GetProperty("errors").EnumerateObject().Select(field => field.Name),
            Is.EquivalentTo(new[] { "blocks[0].command", "blocks[0].files", "blocks[1].tasks[0].files" }));
    }

    [Test]
    public async Task A_render_that_does_not_read_is_dropped_and_nothing_else_suffers()
    {
        const int Tasks = 200;
        await using var server = await RunningServer.StartAsync();
        await using var other = await ScriptedRender.JoinAsync(server, "other");
        await server.SubmitAsync(TestJobs.Frames(Tasks, command: new string('x', 110_000) + " @#@"));
        var mine = (await other.StartAsync()).Run;
        await using var deaf = await ScriptedRender.ConnectAsync(server, reads: false);
        await deaf.GreetAsync("deaf");
        await deaf.SendAsync(ScriptedRender.Registration("deaf", capacity: 1000 * Tasks));

        var flooding = FloodAsync(deaf);
        await server.UntilAsync("/api/v1/renders/deaf", view => view.GetProperty("state").GetString() == "offline" && view.GetProperty("last_seen").ValueKind != System.Text.Json.JsonValueKind.Null, "the deaf render to be dropped");
        await flooding;

        Assert.That(await other.EndAsync(mine), Is.Empty);
        await server.StopAsync();
        Assert.That(server.Log, Does.Contain("It takes its packets too slowly."));
        Assert.That(server.BadLines, Is.Empty);
    }

    private static async Task FloodAsync(ScriptedRender deaf)
    {
        try
        {
            for (var i = 0; i < 2000; i++) await deaf.ReportAsync();
        }
        catch (IOException)
        {
            // Dropped, as it should be.
        }
    }

    private static async Task<long> AgainAsync(ScriptedRender render)
    {
        var report = await render.ReportAsync();
        await render.ReportAsync();
        return report;
    }
}

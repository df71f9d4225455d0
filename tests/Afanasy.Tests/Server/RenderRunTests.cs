using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

/// <summary>What becomes of runs when renders go, come back, fall silent, or say what is not theirs to say.</summary>
public sealed class RenderRunTests
{
    [Test]
    public async Task A_render_that_comes_back_hears_its_stops_again_and_is_not_told_again_to_start_what_it_holds()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var before = await ScriptedRender.JoinAsync(server);
        var run = (await before.StartAsync()).Run;
        await before.ReportAsync();
        await server.ActAsync(job, new { operation = "stop" });
        Assert.That(await before.StopsAsync(), Is.EqualTo(new[] { run }));
        before.Reset();

        await using var after = await ScriptedRender.JoinAsync(server, held: new HeldRun(run, false));

        Assert.That(await after.StopsAsync(), Is.EqualTo(new[] { run }));
        Assert.That(after.Answers.SelectMany(answer => answer.Orders.Starts), Is.Empty);
    }

    [Test]
    public async Task A_held_run_that_the_farm_does_not_know_is_not_kept()
    {
        await using var server = await RunningServer.StartAsync();
        var stranger = new TaskRunId(new JobId(7), 0, 3, 2);

        await using var render = await ScriptedRender.JoinAsync(server, held: new HeldRun(stranger, false));

        Assert.That(render.Registered.Verdicts, Is.EqualTo(new[] { new HeldVerdict(stranger, false, 0) }));
    }

    [Test]
    public async Task A_run_that_its_render_came_back_without_is_given_back_at_once_and_rather_to_another_render()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var first = await ScriptedRender.JoinAsync(server, "first");
        await first.StartAsync();
        await using var second = await ScriptedRender.JoinAsync(server, "second");
        first.Reset();
        await server.UntilOfflineAsync("first");

        await using var back = await ScriptedRender.JoinAsync(server, "first");

        var again = await second.StartAsync();
        Assert.That(again.Run, Is.EqualTo(new TaskRunId(new JobId(job), 0, 0, 2)));
        Assert.That(await second.EndAsync(again.Run), Is.Empty);
        var runs = await server.RunsAsync(job, 0);
        Assert.That(runs.Select(run => run.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "render lost", "done" }));
        Assert.That(runs[0].GetProperty("reason").GetString(), Is.EqualTo("The render came back without it."));
    }

    [Test]
    public async Task An_order_that_was_lost_on_its_way_is_sent_again_as_the_same_run()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var first = await ScriptedRender.JoinAsync(server, "first");
        var lost = await first.StartAsync();
        await using var second = await ScriptedRender.JoinAsync(server, "second");
        first.Reset();
        await server.UntilOfflineAsync("first");

        await using var back = await ScriptedRender.ConnectAsync(server);
        await back.RegisterAsync("first", ScriptedRender.Registration("instance of first") with { AliveMilliseconds = 60_000 });

        Assert.That((await back.StartAsync()).Run, Is.EqualTo(lost.Run));
        Assert.That(await back.EndAsync(lost.Run), Is.Empty);
        Assert.That((await server.RunsAsync(job, 0)).Select(run => run.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "done" }));
    }

    [Test]
    public async Task Silence_gives_runs_back_and_a_late_report_of_them_is_refused_and_does_not_count()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Quick with { RenderSilenceMax = TimeSpan.FromSeconds(2) });
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var silent = await ScriptedRender.JoinAsync(server);
        var run = (await silent.StartAsync()).Run;
        await silent.Gone;
        await server.UntilAsync($"/api/v1/jobs/{job}/blocks/0/tasks/0", task => task.GetProperty("state").GetString() == "ready", "the task to be ready again");

        await using var back = await ScriptedRender.JoinAsync(server, held: new HeldRun(run, true));
        var refusal = await back.EndAsync(run);

        Assert.That(back.Registered.Verdicts.Single().Keep, Is.False);
        Assert.That(refusal, Does.Contain($"{run} is not running"));
        Assert.That((await server.JobAsync(job)).GetProperty("tasks_done").GetInt32(), Is.Zero);
        Assert.That((await back.StartAsync()).Run, Is.EqualTo(run with { Run = 2 }));
        await server.StopAsync();
        Assert.That(server.Log.Split('\n').Count(line => line.Contains("has been silent", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_report_of_another_renders_run_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var owner = await ScriptedRender.JoinAsync(server, "owner");
        var run = (await owner.StartAsync()).Run;
        await using var other = await ScriptedRender.JoinAsync(server, "other");

        Assert.That(await other.EndAsync(run), Is.EqualTo($"Run {run} belongs to owner."));

        Assert.That((await server.JobAsync(job)).GetProperty("tasks_running").GetInt32(), Is.EqualTo(1));
        Assert.That(await owner.EndAsync(run), Is.Empty);
    }

    [Test]
    public async Task Progress_of_a_run_is_shown_and_progress_of_another_renders_run_is_not()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var owner = await ScriptedRender.JoinAsync(server, "owner");
        var run = (await owner.StartAsync()).Run;
        await using var other = await ScriptedRender.JoinAsync(server, "other");

        await owner.SendAsync(new RenderReport { Progress = [new RunProgress { Run = run, Percent = 40, Frame = 1, Activity = "sampling" }] });
        await other.SendAsync(new RenderReport { Progress = [new RunProgress { Run = run, Percent = 90 }] });

        var task = await server.UntilAsync($"/api/v1/jobs/{job}/blocks/0/tasks/0", one => one.GetProperty("progress").GetInt32() > 0, "progress");
        await other.AnswerToAsync(await TwiceAsync(other));
        task = await server.TaskAsync(job, 0);
        Assert.That(task.GetProperty("progress").GetInt32(), Is.EqualTo(40));
        Assert.That(task.GetProperty("activity").GetString(), Is.EqualTo("sampling"));
    }

    [Test]
    public async Task Output_is_kept_once_whatever_overlaps_and_goes_on_where_the_server_has_it()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var before = await ScriptedRender.JoinAsync(server);
        var run = (await before.StartAsync()).Run;
        await before.PrintAsync(run, 0, "abc");
        await before.PrintAsync(run, 1, "bcdef");
        await server.UntilAsync($"/api/v1/jobs/{job}/blocks/0/tasks/0/log", log => log.GetString() == "abcdef", "the output");
        before.Reset();

        await using var after = await ScriptedRender.JoinAsync(server, held: new HeldRun(run, false));
        Assert.That(after.Registered.Verdicts, Is.EqualTo(new[] { new HeldVerdict(run, true, 6) }));
        await after.PrintAsync(run, 6, "g");

        await server.UntilAsync($"/api/v1/jobs/{job}/blocks/0/tasks/0/log", log => log.GetString() == "abcdefg", "the rest of the output");
    }

    [Test]
    public async Task A_gap_in_the_output_ends_the_connection_and_nothing_else()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var render = await ScriptedRender.JoinAsync(server);
        var run = (await render.StartAsync()).Run;

        await render.PrintAsync(run, 100, "late");

        await render.Gone;
        Assert.That((await server.TaskAsync(job, 0)).GetProperty("state").GetString(), Is.EqualTo("running"), "the render may come back");
        await server.StopAsync();
        Assert.That(server.Log, Does.Contain("only 0 bytes came before it"));
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task Output_of_a_run_that_is_not_this_renders_is_ignored()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var owner = await ScriptedRender.JoinAsync(server, "owner");
        var run = (await owner.StartAsync()).Run;
        await using var other = await ScriptedRender.JoinAsync(server, "other");

        await other.PrintAsync(run, 0, "forged");
        await other.PrintAsync(run, 1000, "forged");
        await other.AnswerToAsync(await TwiceAsync(other));

        Assert.That((await server.GetAsync($"/api/v1/jobs/{job}/blocks/0/tasks/0/log")).GetString(), Is.Empty);
    }

    private static async Task<long> TwiceAsync(ScriptedRender render)
    {
        var report = await render.ReportAsync();
        await render.ReportAsync();
        return report;
    }
}

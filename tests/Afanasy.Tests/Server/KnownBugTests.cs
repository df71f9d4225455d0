using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using Afanasy.Wire;

namespace Afanasy.Tests.Server;

/// <summary>What farms of this kind got wrong before, and this one must not.</summary>
public sealed class KnownBugTests
{
    [Test]
    public async Task A_stop_for_a_render_that_is_not_connected_waits_and_is_said_when_it_is_heard_again()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        TaskRunId run;
        await using (var before = await ScriptedRender.JoinAsync(server))
        {
            run = (await before.StartAsync()).Run;
            before.Reset();
        }

        await server.UntilOfflineAsync("r1");
        await server.ActAsync(job, new { operation = "stop" });
        Assert.That((await server.TaskAsync(job, 0)).GetProperty("state").GetString(), Is.EqualTo("running"), "nobody can say yet that it has ended");

        await using var after = await ScriptedRender.JoinAsync(server, held: new HeldRun(run, false));
        Assert.That(after.Registered.Verdicts.Single().Keep, Is.True);
        Assert.That(await after.StopsAsync(), Is.EqualTo(new[] { run }));
        Assert.That(await after.EndAsync(run, RunOutcome.Stopped), Is.Empty);
        Assert.That((await server.JobAsync(job)).GetProperty("state").GetString(), Is.EqualTo("paused"));
    }

    [Test]
    public async Task A_start_that_its_render_never_heard_is_given_anew_when_the_render_is_heard_again()
    {
        await using var server = await RunningServer.StartAsync();
        await using (var before = await ScriptedRender.JoinAsync(server, capacity: 2000))
        {
            await server.SubmitAsync(TestJobs.Frames(1, "first"));
            await before.StartAsync();
            await server.SubmitAsync(TestJobs.Frames(1, "not said: the credit is spent"));
            await server.UntilRunningAsync(2);
        }

        await using var after = await ScriptedRender.JoinAsync(server, capacity: 2000);
        var starts = new[] { await after.StartAsync(), await after.StartAsync() };

        Assert.That(starts.Select(start => start.Run.Run), Is.EqualTo(new[] { 2, 2 }), "both are new attempts");
        Assert.That(starts.Select(start => start.Run.Job.Value), Is.EquivalentTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_log_level_for_a_render_that_is_not_connected_is_refused_in_words()
    {
        await using var server = await RunningServer.StartAsync();
        await using (await ScriptedRender.JoinAsync(server))
        {
        }

        await server.UntilOfflineAsync("r1");
        var (status, body) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{"*":"debug"},"render":"r1"}""");

        Assert.That(status, Is.EqualTo(409));
        Assert.That(body.GetProperty("detail").GetString(), Does.Contain("'r1' is not connected"));
    }

    [Test]
    public async Task A_task_that_ends_before_its_render_has_learnt_its_own_id_is_counted_once()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        TaskRunId run;
        await using (var before = await ScriptedRender.JoinAsync(server)) run = (await before.StartAsync()).Run;

        await using var after = await ScriptedRender.ConnectAsync(server);
        await after.GreetAsync("r1");
        await after.SendAsync(ScriptedRender.Registration("instance of r1", held: new HeldRun(run, true)));
        var report = await after.ReportAsync(new RunEnd { Run = run, Outcome = RunOutcome.Done });
        await after.NextAsync<Welcome>();
        await after.NextAsync<RenderRegistered>();
        var orders = await after.AnswerToAsync(report);

        Assert.That(orders.Closed, Is.EqualTo(new[] { new RunClosed { Run = run } }));
        await ExpectDoneOnceAsync(server, job);
    }

    [Test]
    public async Task An_end_that_is_said_again_before_it_was_answered_is_counted_once([Values(1, 2, 5)] int times)
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        var job = await server.SubmitAsync(TestJobs.Frames(1, errorsRetries: 0));
        var run = (await render.StartAsync()).Run;

        var end = new RunEnd { Run = run, Outcome = RunOutcome.Done };
        long last = 0;
        for (var i = 0; i < times; i++) last = await render.ReportAsync(end, end);
        var next = await render.ReportAsync();
        await render.AnswerToAsync(last);
        if (!render.Answers.Any(answer => answer.Orders.Closed.Count > 0)) await render.AnswerToAsync(next);

        var closed = render.Answers.SelectMany(answer => answer.Orders.Closed).ToList();
        Assert.That(closed[0], Is.EqualTo(new RunClosed { Run = run }), "the first answer says that it counted");
        Assert.That(closed.Skip(1).Select(one => one.Refusal), Is.All.Contains("not running"));
        await ExpectDoneOnceAsync(server, job);
    }

    [Test]
    public async Task The_same_end_over_two_connections_is_counted_once()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await using var older = await ScriptedRender.JoinAsync(server);
        var run = (await older.StartAsync()).Run;
        await older.ReportAsync(new RunEnd { Run = run, Outcome = RunOutcome.Done });
        await using var newer = await ScriptedRender.JoinAsync(server, held: new HeldRun(run, true));

        await newer.EndAsync(run);

        await ExpectDoneOnceAsync(server, job);
    }

    [Test]
    public async Task The_same_name_of_the_same_instance_takes_over_and_the_older_connection_ends()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));
        await using var older = await ScriptedRender.JoinAsync(server, instance: "one");
        var run = (await older.StartAsync()).Run;

        await using var newer = await ScriptedRender.JoinAsync(server, instance: "one", held: new HeldRun(run, false));

        await older.Gone;
        Assert.That(newer.Registered.RenderId, Is.EqualTo(1));
        Assert.That(newer.Registered.Verdicts.Single().Keep, Is.True, "its run goes on");
        Assert.That(await newer.EndAsync(run), Is.Empty);
    }

    [Test]
    public async Task The_same_name_of_another_instance_is_refused_while_the_older_one_is_heard()
    {
        await using var server = await RunningServer.StartAsync();
        await using var older = await ScriptedRender.JoinAsync(server, instance: "one");
        await using var other = await ScriptedRender.ConnectAsync(server);
        await other.GreetAsync("r1");
        await other.NextAsync<Welcome>();

        await other.SendAsync(ScriptedRender.Registration("two"));

        var refusal = await other.NextAsync<Refusal>();
        Assert.That(refusal.Reason, Does.Contain("'r1' is already connected from 127.0.0.1").And.Contain("--name"));
        await other.Gone;
        Assert.That(await older.AnswerToAsync(await AgainAsync(older)), Is.Not.Null, "the older one works on");
    }

    [Test]
    public async Task The_same_name_of_another_instance_takes_over_after_silence()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Quick with { RenderSilenceMax = TimeSpan.FromMilliseconds(300) });
        await using var older = await ScriptedRender.JoinAsync(server, instance: "one");
        await older.Gone;

        await using var other = await ScriptedRender.JoinAsync(server, instance: "two");

        Assert.That(other.Registered.RenderId, Is.EqualTo(1), "a name keeps its number");
    }

    [Test]
    public async Task A_network_error_that_the_farm_recovers_from_is_not_logged_as_an_error()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        var render = await ScriptedRender.JoinAsync(server);
        var run = (await render.StartAsync()).Run;
        render.Reset();
        await render.DisposeAsync();
        await CutInTheMiddleAsync(server, [.. Preface.Bytes, 200, 0, 0, 0, 0x94]);
        await CutInTheMiddleAsync(server, Encoding.ASCII.GetBytes("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"na"));
        await CutInTheMiddleAsync(server, Encoding.ASCII.GetBytes("GET /api/v1/jobs HTT"));
        (await server.WatchAsync(new { renders = true })).Dispose();
        await server.UntilOfflineAsync("r1");

        await using var back = await ScriptedRender.JoinAsync(server, held: new HeldRun(run, true));
        Assert.That(await back.EndAsync(run), Is.Empty);

        await ExpectDoneOnceAsync(server, job);
        await server.StopAsync();
        Assert.That(server.BadLines, Is.Empty);
        Assert.That(server.Log, Does.Contain("r1").And.Contain("the connection ended"), "it is said, though");
    }

    [Test]
    public async Task A_stop_ends_within_five_seconds_whatever_hangs_on_the_port()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(100));
        var renders = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => ScriptedRender.JoinAsync(server, $"r{i}")));
        var deaf = await ScriptedRender.ConnectAsync(server, reads: false);
        await deaf.SendBytesAsync(ScriptedRender.Handshake("deaf", "deaf"));
        var monitors = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.WatchAsync(new { renders = true })));
        using var silent = new TcpClient("127.0.0.1", server.Port);
        using var hanging = new TcpClient("127.0.0.1", server.Port);
        await hanging.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"));
        await server.UntilAsync("/api/v1/renders", list => list.GetProperty("total").GetInt32() == 51, "51 renders");

        var watch = Stopwatch.StartNew();
        var code = await server.StopAsync();

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(code, Is.Zero);
        foreach (var render in renders) await render.Gone;
        Assert.That(() => new TcpClient("127.0.0.1", server.Port), Throws.InstanceOf<SocketException>(), "the port is free");
        Assert.That(server.BadLines, Is.Empty);
        foreach (var monitor in monitors) monitor.Dispose();
        foreach (var render in renders.Append(deaf)) await render.DisposeAsync();
    }

    private static async Task<long> AgainAsync(ScriptedRender render)
    {
        var report = await render.ReportAsync();
        await render.ReportAsync();
        return report;
    }

    private static async Task CutInTheMiddleAsync(RunningServer server, byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port);
        await socket.SendAsync(bytes);
        socket.LingerState = new LingerOption(true, 0);
    }

    private static async Task ExpectDoneOnceAsync(RunningServer server, int job)
    {
        var view = await server.JobAsync(job);
        Assert.That(view.GetProperty("state").GetString(), Is.EqualTo("done"));
        Assert.That(view.GetProperty("tasks_done").GetInt32(), Is.EqualTo(1));
        var runs = await server.RunsAsync(job, 0);
        Assert.That(runs.Select(run => run.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "done" }));
        Assert.That((await server.TaskAsync(job, 0)).GetProperty("errors").GetInt32(), Is.Zero);
    }
}

using System.Net;
using System.Net.Sockets;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfServer.Hosting;

namespace Afanasy.Tests.Server;

public sealed class ServerHostTests
{
    private readonly ScratchFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task The_ready_sentence_says_where_and_what()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.That(server.ReadySentence, Does.Match(
            @"^afserver ready: http://127\.0\.0\.1:\d+ \(store sqlite .+, 0 jobs, 0 renders known, sequence 0, recovered in \d+ ms\)$"));
    }

    [Test]
    public async Task A_port_that_is_taken_is_said_with_code_3()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (code, errors) = await RunningServer.RefusalAsync(RunningServer.Quick with { Data = _folder.Path, Port = port });

        Assert.That(code, Is.EqualTo(3));
        Assert.That(errors, Does.StartWith($"afserver: port {port} of 127.0.0.1 is taken by another program. Give another one with --port"));
    }

    [Test]
    public async Task A_data_folder_that_another_server_holds_is_said_with_code_3()
    {
        await using var first = await RunningServer.StartAsync();

        var (code, errors) = await RunningServer.RefusalAsync(RunningServer.Quick with { Data = first.Settings.Data });

        Assert.That(code, Is.EqualTo(3));
        Assert.That(errors, Does.Contain($"The data folder {first.Settings.Data} is used by another afserver (process {Environment.ProcessId}").And.Contain("--data"));
        await first.GetAsync("/health");
    }

    [Test]
    public async Task A_data_folder_that_cannot_be_used_is_said_with_code_1()
    {
        var file = _folder.Write("file", "not a folder");

        var (code, errors) = await RunningServer.RefusalAsync(RunningServer.Quick with { Data = Path.Combine(file, "data") });

        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("cannot be used").And.Contain("--data"));
    }

    [Test]
    public async Task A_journal_that_is_none_is_said_with_code_1_and_left_alone()
    {
        var journal = _folder.Write("farm.db", "this is no database, whatever it is called");
        var before = await File.ReadAllBytesAsync(journal);

        var (code, errors) = await RunningServer.RefusalAsync(RunningServer.Quick with { Data = _folder.Path });

        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain(journal).And.Contain("is not a database"));
        Assert.That(await File.ReadAllBytesAsync(journal), Is.EqualTo(before));
    }

    [Test]
    public async Task A_stop_before_the_start_is_a_clean_end()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var code = await ServerHost.RunAsync(RunningServer.Quick with { Data = _folder.Path }, TextWriter.Null, TextWriter.Null, TimeProvider.System, stop.Token);

        Assert.That(code, Is.Zero);
    }

    [Test]
    public async Task A_restart_brings_jobs_and_states_back_and_running_runs_go_on()
    {
        var settings = RunningServer.Quick with { Data = _folder.Path };
        TaskRunId running;
        await using (var before = await RunningServer.StartAsync(settings))
        {
            await before.SubmitAsync(TestJobs.FramesThenMovie(3));
            await before.SubmitAsync(TestJobs.Frames(2, "paused"));
            await before.ActAsync(2, new { operation = "pause" });
            await using var render = await ScriptedRender.JoinAsync(before);
            await render.EndAsync((await render.StartAsync()).Run, RunOutcome.Failed, 9);
            running = (await render.StartAsync()).Run;
            await render.PrintAsync(running, 0, "half");
            await before.UntilAsync($"/api/v1/jobs/1/blocks/0/tasks/{running.Task}/log", log => log.GetString() == "half", "the output");
            Assert.That(await before.StopAsync(), Is.Zero);
        }

        await using var after = await RunningServer.StartAsync(settings);
        Assert.That(after.ReadySentence, Does.Contain("2 jobs, 1 renders known"));
        Assert.That((await after.JobAsync(2)).GetProperty("state").GetString(), Is.EqualTo("paused"));
        Assert.That((await after.JobAsync(1)).GetProperty("tasks_running").GetInt32(), Is.EqualTo(1));

        await using var back = await ScriptedRender.JoinAsync(after, held: new HeldRun(running, false));
        Assert.That(back.Registered.RenderId, Is.EqualTo(1));
        Assert.That(back.Registered.Verdicts, Is.EqualTo(new[] { new HeldVerdict(running, true, 4) }));
        Assert.That(await back.EndAsync(running), Is.Empty);
        while ((await after.JobAsync(1)).GetProperty("state").GetString() != "done") Assert.That(await back.EndAsync((await back.StartAsync()).Run), Is.Empty);

        var first = await after.RunsAsync(1, 0);
        Assert.That(first.Select(run => run.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "failed", "done" }));
        Assert.That((await after.SubmitAsync(TestJobs.Frames(1))), Is.EqualTo(3), "numbers go on");
    }

    [Test]
    public async Task A_server_that_died_without_a_word_comes_back_with_everything_that_was_answered()
    {
        var crashed = _folder.At("crashed");
        Directory.CreateDirectory(crashed);
        await using (var server = await RunningServer.StartAsync(RunningServer.Quick with { Data = _folder.At("live") }))
        {
            for (var i = 0; i < 20; i++) await server.SubmitAsync(TestJobs.Frames(1, $"job {i}"));
            foreach (var file in Directory.EnumerateFiles(server.Settings.Data, "farm.db*")) File.Copy(file, Path.Combine(crashed, Path.GetFileName(file)));
        }

        await using var after = await RunningServer.StartAsync(RunningServer.Quick with { Data = crashed });

        Assert.That((await after.GetAsync("/api/v1/jobs")).GetProperty("total").GetInt32(), Is.EqualTo(20));
    }
}

using System.Diagnostics;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Processes;

namespace Afanasy.Tests.Agents;

[Platform("Linux")]
public sealed class TaskProcessTests
{
    private readonly RunBench _bench = new();

    [TearDown]
    public void Clean() => _bench.Dispose();

    [TestCase("true", RunOutcome.Done, 0, "")]
    [TestCase("exit 3", RunOutcome.Failed, 3, "Exit code 3.")]
    [TestCase("no_such_program_at_all", RunOutcome.Failed, 127, "Exit code 127: the command was not found.")]
    [TestCase("kill -9 $$", RunOutcome.Failed, 137, "Exit code 137: killed by signal 9, and not by the farm. A system that runs out of memory does so; a person may.")]
    [TestCase("trap '' TERM; kill 0; exit 3", RunOutcome.Failed, 3, "Exit code 3.")]
    [TestCase("kill -9 0", RunOutcome.Failed, 137, "Exit code 137: killed by signal 9, and not by the farm. A system that runs out of memory does so; a person may.")]
    [TestCase("word=end code=0 exec /bin/bash -c 'exit 3'", RunOutcome.Failed, 3, "Exit code 3.")]
    [TestCase("kill -15 $$", RunOutcome.Failed, 143, "Exit code 143: ended by signal 15.")]
    public async Task The_exit_code_of_the_command_is_the_result(string command, RunOutcome outcome, int exitCode, string reason)
    {
        var (result, _) = await _bench.RunAsync(command);

        Assert.That((result.Outcome, result.ExitCode, result.Reason), Is.EqualTo((outcome, exitCode, reason)));
    }

    [Test]
    public async Task Both_streams_are_captured_as_they_were_printed()
    {
        var (_, output) = await _bench.RunAsync("printf 'to out\\n'; printf 'to error\\n' >&2; printf 'no end'");

        Assert.That(output.Split('\n'), Is.EquivalentTo(new[] { "to out", "to error", "no end" }).Or.EquivalentTo(new[] { "to out", "no end" + "to error", "" }));
    }

    [Test]
    public async Task A_run_that_has_ended_holds_no_pipe()
    {
        var (_, output) = await _bench.RunAsync("readlink /proc/$$/fd/1 /proc/$$/fd/2");
        var pipes = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var held = new DirectoryInfo("/proc/self/fd").EnumerateFiles().Select(handle => handle.LinkTarget).ToList();

        Assert.That(pipes, Is.EqualTo(new[] { Path.Combine(_bench.RecordsFolder, "main", "out"), Path.Combine(_bench.RecordsFolder, "main", "err") }));
        Assert.That(held.Intersect(pipes), Is.Empty);
    }

    [Test]
    public async Task A_missing_working_directory_is_named()
    {
        var (result, _) = await _bench.RunAsync("true", "/no/such/folder");

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.NotStarted));
        Assert.That(result.Reason, Does.Contain("'/no/such/folder'"));
    }

    [Test]
    public async Task A_command_too_long_for_the_system_is_a_result()
    {
        var (result, _) = await _bench.RunAsync("echo " + new string('x', 4_000_000));

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.NotStarted));
        Assert.That(result.Reason, Is.Not.Empty);
    }

    [Test]
    public async Task The_environment_tells_the_command_who_it_is()
    {
        var (process, spool) = _bench.Make(new RunStart
        {
            Run = RunBench.Run,
            Service = "generic",
            Command = "echo $AF_JOB_ID $AF_BLOCK_ID $AF_TASK_ID $AF_RUN $AF_RENDER $AF_TASK_RUN $SHOT; pwd",
            Environment = new Dictionary<string, string> { ["SHOT"] = "a b", ["AF_RUN"] = "forged" },
        });

        await process.RunAsync();

        Assert.That(await RunBench.TextAsync(spool), Is.EqualTo($"1 0 3 2 bench J1[0][3]#2 a b\n{_bench.Folder}\n"));
    }

    [TestCase("sleep 300 & echo $! > child; wait", TestName = "A stop ends a background child")]
    [TestCase("setsid sh -c 'echo $$ > child; sleep 300; true' & wait", TestName = "A stop ends a child with its own session")]
    [TestCase("(setsid sh -c '(echo $$ > child; sleep 300; true) &' &) ; sleep 300", TestName = "A stop ends a double-forked child")]
    [TestCase("(setsid setsid sh -c 'trap \"\" TERM; echo $$ > child; while true; do sleep 1; done' >/dev/null 2>&1 &) ; sleep 300", TestName = "A stop ends a daemon that ignores it")]
    public async Task A_stop_ends_the_whole_tree(string command)
    {
        var (process, _) = _bench.Make(command);
        var running = process.RunAsync();
        var child = await _bench.ProcessIdAsync("child");
        Assert.That(RunBench.IsAlive(child) || _bench.Tree.Members(Mark()).Count > 0, "a child that has to be ended");

        process.Stop();
        var result = await running.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Stopped));
        Assert.That(RunBench.IsAlive(child), Is.False);
        Assert.That(_bench.Tree.Members(Mark()), Is.Empty);
    }

    [Test]
    public async Task A_stop_gives_the_command_time_to_clean_up()
    {
        var (process, spool) = _bench.Make("trap 'echo cleaned; exit 0' TERM; echo $$ > child; while true; do sleep 0.05; done");
        var running = process.RunAsync();
        await _bench.ProcessIdAsync("child");

        process.Stop();
        var result = await running;

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Stopped));
        Assert.That(await RunBench.TextAsync(spool), Does.Contain("cleaned"));
    }

    [Test]
    public async Task A_kill_does_not_wait()
    {
        var (process, _) = _bench.Make("trap '' TERM; echo $$ > child; while true; do sleep 0.05; done");
        var running = process.RunAsync();
        await _bench.ProcessIdAsync("child");
        var clock = Stopwatch.StartNew();

        process.Kill();
        await running;

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2.5)));
    }

    [Test]
    public async Task A_stop_before_the_start_starts_nothing()
    {
        var (process, _) = _bench.Make("echo $$ > child");
        process.Stop();

        var result = await process.RunAsync();

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Stopped));
        Assert.That(File.Exists(Path.Combine(_bench.Folder, "child")), Is.False);
    }

    [TestCase("sleep 300 & echo $! > child; echo out", TestName = "A background child that holds the pipe")]
    [TestCase("env -i setsid sh -c 'echo $$ > child; sleep 300; true' & while [ ! -s child ]; do sleep 0.01; done; echo out", TestName = "An escaped child without a mark that holds the pipe")]
    public async Task A_child_that_holds_the_pipe_does_not_hold_the_run(string command)
    {
        var (process, spool) = _bench.Make(command);

        var result = await process.RunAsync().WaitAsync(TimeSpan.FromSeconds(15));

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(await RunBench.TextAsync(spool), Is.EqualTo("out\n"));
        _bench.Tree.Kill([await _bench.ProcessIdAsync("child")]);
    }

    [Test]
    public async Task A_command_that_halts_its_whole_group_is_ended_too()
    {
        var (process, _) = _bench.Make("echo $$ > child; kill -STOP 0; sleep 300; true");
        var running = process.RunAsync();
        await _bench.ProcessIdAsync("child");

        process.Kill();

        Assert.That((await running.WaitAsync(TimeSpan.FromSeconds(10))).Outcome, Is.EqualTo(RunOutcome.Stopped));
        Assert.That(_bench.Tree.Members(Mark()), Is.Empty);
    }

    [Test]
    public async Task A_command_that_removes_what_is_kept_of_it_ends_as_any_other()
    {
        var (process, spool) = _bench.Make("rm -r $(dirname $(dirname $(readlink /proc/$$/fd/1))); echo words; exit 3");

        var result = await process.RunAsync();

        Assert.That((result.ExitCode, await RunBench.TextAsync(spool)), Is.EqualTo((3, "words\n")));
        Assert.That(_bench.Tree.Members(Mark()), Is.Empty);
    }

    [Test]
    public async Task What_keeps_the_end_of_a_command_goes_with_it()
    {
        await _bench.RunAsync("true");

        Assert.That(_bench.Tree.Members(Mark()), Is.Empty);
        Assert.That(RunWrapper.Find(Path.GetDirectoryName(_bench.RecordsFolder)!), Is.Empty);
    }

    [Test]
    public async Task Without_named_pipes_a_command_runs_as_well()
    {
        using var bench = new RunBench { KeepsRuns = false };

        var (result, output) = await bench.RunAsync("readlink /proc/$$/fd/1; exit 3");

        Assert.That((result.Outcome, result.ExitCode, output), Is.EqualTo((RunOutcome.Failed, 3, output)));
        Assert.That(output, Does.StartWith("pipe:["));
    }

    [Test]
    public async Task Where_named_pipes_cannot_be_made_a_command_runs_as_well()
    {
        var (process, spool) = _bench.Make("echo words");
        File.WriteAllText(Path.Combine(_bench.RecordsFolder, "main"), "in the way");

        var result = await process.RunAsync();

        Assert.That((result.Outcome, await RunBench.TextAsync(spool)), Is.EqualTo((RunOutcome.Done, "words\n")));
    }

    [Test]
    public async Task A_line_that_fills_the_pipe_is_handed_on()
    {
        var (result, output) = await _bench.RunAsync("head -c 300000 /dev/zero | tr '\\0' 'x'; head -c 100 /dev/zero | tr '\\0' 'y' >&2");

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(output.Count(letter => letter == 'x'), Is.EqualTo(300_000));
        Assert.That(output.Count(letter => letter == 'y'), Is.EqualTo(100));
    }

    [Test]
    public async Task Another_agents_processes_of_the_same_run_are_not_touched()
    {
        using var other = new RunBench();
        var (theirs, _) = other.Make("echo $$ > child; sleep 300; true");
        var theirRun = theirs.RunAsync();
        var theirProcess = await other.ProcessIdAsync("child");

        var (ours, _) = _bench.Make("sleep 300");
        var ourRun = ours.RunAsync();
        ours.Stop();
        await ourRun;

        Assert.That(RunBench.IsAlive(theirProcess));
        theirs.Kill();
        await theirRun;
    }

    [Test]
    public async Task Progress_is_seen_while_the_command_runs()
    {
        var (process, _) = _bench.Make("echo 'PROGRESS: 42%'; echo $$ > child; sleep 300; true");
        var running = process.RunAsync();

        await Eventually.TrueAsync(() => process.Seen.Percent == 42, "42 percent");

        process.Kill();
        await running;
    }

    [Test]
    public async Task Two_hundred_megabytes_of_output_do_not_grow_memory()
    {
        var (process, spool) = _bench.Make("head -c 200000000 /dev/zero | tr '\\0' 'x'", new SpoolLimits(HeadBytesMax: 1_000_000, TailBytesMax: 1000));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await process.RunAsync();

        // Tests that run beside this one hold memory too: tens of megabytes, not hundreds.
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(150_000_000));
        Assert.That(spool.Length, Is.InRange(1_000_000 - OutputPump.LineBytesMax, 1_002_000 + OutputPump.LineBytesMax));
    }

    private RunMark Mark() => new(_bench.InstanceId, RunBench.Run, 0);
}

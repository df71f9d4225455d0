using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Processes;

namespace Afanasy.Tests.Agents;

/// <summary>What the commands, the output and the files of a run make of its end.</summary>
[Platform("Linux")]
public sealed class RunOutcomeTests
{
    private readonly RunBench _bench = new();

    [TearDown]
    public void Clean() => _bench.Dispose();

    [TestCase("echo '[ PARSER ERROR ] no scene'", RunOutcome.ParserError, "It printed: [ PARSER ERROR ] no scene")]
    [TestCase("echo '[ parser fatal error ]'; exit 2", RunOutcome.FatalError, "Exit code 2. It printed: [ parser fatal error ]")]
    [TestCase("echo 'No licenses available'; exit 2", RunOutcome.LicenceShortage, "Exit code 2. It printed: No licenses available")]
    [TestCase("echo 'terminate called after throwing std::bad_alloc' >&2; exit 134", RunOutcome.OutOfMemory, "Exit code 134: ended by signal 6. It printed: terminate called after throwing std::bad_alloc")]
    [TestCase("echo 'No licenses available'; echo 'Out of memory'", RunOutcome.Done, "")]
    [TestCase("echo '[ PARSER ERROR ]'; echo 'Out of memory'; echo 'No licenses available'; exit 1", RunOutcome.LicenceShortage, "Exit code 1. It printed: No licenses available")]
    [TestCase("echo '[ PARSER ERROR ]'; echo 'Out of memory'; exit 1", RunOutcome.OutOfMemory, "Exit code 1. It printed: Out of memory")]
    [TestCase("echo '[ PARSER ERROR ] 1'; echo '[ PARSER ERROR ] 2'; exit 1", RunOutcome.ParserError, "Exit code 1. It printed: [ PARSER ERROR ] 1")]
    [TestCase("echo 'No licenses available'; echo '[ PARSER FATAL ERROR ]'; exit 1", RunOutcome.FatalError, "Exit code 1. It printed: [ PARSER FATAL ERROR ]")]
    [TestCase("echo 'an error, a fatal one: 0 licenses used, memory 12M'; exit 1", RunOutcome.Failed, "Exit code 1.")]
    public async Task What_a_run_prints_decides_how_its_end_is_taken(string command, RunOutcome outcome, string reason)
    {
        var (result, _) = await _bench.RunAsync(command);

        Assert.That((result.Outcome, result.Reason), Is.EqualTo((outcome, reason)));
    }

    [Test]
    public async Task A_stopped_run_is_stopped_whatever_it_printed()
    {
        var (process, spool) = _bench.Make("echo '[ PARSER FATAL ERROR ]'; sleep 300; true");
        var running = process.RunAsync();
        await Eventually.TrueAsync(() => spool.Length > 0, "output");

        process.Stop();

        Assert.That((await running).Outcome, Is.EqualTo(RunOutcome.Stopped));
    }

    [Test]
    public async Task The_commands_before_and_after_run_around_the_command()
    {
        var (result, output) = await RunAsync(Start("echo main") with { CommandPre = "echo pre $AF_TASK_ID", CommandPost = "echo post; pwd" });

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(output, Is.EqualTo($"pre 3\nmain\npost\n{_bench.Folder}\n"));
    }

    [TestCase("exit 4", RunOutcome.Failed, "The pre command failed. Exit code 4.")]
    [TestCase("echo '[ PARSER ERROR ]'; exit 4", RunOutcome.Failed, "The pre command failed. Exit code 4.")]
    public async Task A_pre_command_that_fails_fails_the_run_before_its_command(string pre, RunOutcome outcome, string reason)
    {
        var (result, output) = await RunAsync(Start("echo main") with { CommandPre = pre, CommandPost = "echo post" });

        Assert.That((result.Outcome, result.ExitCode, result.Reason), Is.EqualTo((outcome, 4, reason)));
        Assert.That(output, Does.Not.Contain("main").And.Not.Contain("post"));
    }

    [Test]
    public async Task What_the_commands_around_it_print_is_not_read()
    {
        var (result, _) = await RunAsync(Start("true") with { CommandPre = "echo '[ PARSER ERROR ]'", CommandPost = "echo '[ PARSER ERROR ]'" });

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Done));
    }

    [Test]
    public async Task A_post_command_that_fails_after_success_is_a_failed_post()
    {
        var (result, _) = await RunAsync(Start("true") with { CommandPost = "exit 5" });

        Assert.That((result.Outcome, result.ExitCode, result.Reason), Is.EqualTo((RunOutcome.FailedPost, 5, "The post command failed. Exit code 5.")));
    }

    [Test]
    public async Task A_post_command_does_not_follow_a_failure()
    {
        var (result, output) = await RunAsync(Start("exit 1") with { CommandPost = "echo post" });

        Assert.That((result.Outcome, output), Is.EqualTo((RunOutcome.Failed, "")));
    }

    [TestCase("pre")]
    [TestCase("post")]
    public async Task A_stop_ends_the_commands_around_it_too(string which)
    {
        const string slow = "echo $$ > child; sleep 300; true";
        var (process, _) = _bench.Make(which == "pre" ? Start("true") with { CommandPre = slow } : Start("true") with { CommandPost = slow });
        var running = process.RunAsync();
        var child = await _bench.ProcessIdAsync("child");

        process.Stop();

        Assert.That((await running).Outcome, Is.EqualTo(RunOutcome.Stopped));
        Assert.That(RunBench.IsAlive(child), Is.False);
    }

    [Test]
    public async Task The_environment_tells_what_the_farm_gave()
    {
        const string all = "echo $AF_GPUS $CUDA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER $AF_HOSTS $AF_CAPACITY";
        var (_, output) = await RunAsync(Start(all) with { Gpus = [0, 2], Hosts = ["r1", "r2"], CapacityCoefficient = 3 });
        var (_, nothing) = await RunAsync(Start("echo \"[$AF_GPUS$AF_HOSTS$AF_CAPACITY]\""));

        Assert.That(output, Is.EqualTo("0,2 0,2 PCI_BUS_ID r1,r2 3\n"));
        Assert.That(nothing, Is.EqualTo("[]\n"));
    }

    [TestCase(10, -1L, -1L, true)]
    [TestCase(10, 10L, 10L, true)]
    [TestCase(10, 11L, -1L, false)]
    [TestCase(10, -1L, 9L, false)]
    [TestCase(0, -1L, 0L, true)]
    public async Task Files_that_exist_are_skipped_when_their_size_is_within_the_bounds(int bytes, long least, long most, bool skips)
    {
        Write("a.exr", bytes);
        Write("b.exr", bytes);

        var (result, output) = await RunAsync(Start("echo main") with
        {
            Files = ["a.exr", Path.Combine(_bench.Folder, "b.exr")],
            BlockFlags = (long)BlockTraits.SkipExistingFiles,
            FileSizeMin = least,
            FileSizeMax = most,
            CommandPre = "echo pre",
        });

        Assert.That((result.Outcome, output), Is.EqualTo(skips ? (RunOutcome.Skipped, "") : (RunOutcome.Done, "pre\nmain\n")));
    }

    [Test]
    public async Task One_missing_file_or_none_that_is_named_skips_nothing()
    {
        Write("a.exr", 1);

        var (one, _) = await RunAsync(Start("true") with { Files = ["a.exr", "b.exr"], BlockFlags = (long)BlockTraits.SkipExistingFiles });
        var (none, _) = await RunAsync(Start("true") with { BlockFlags = (long)BlockTraits.SkipExistingFiles });
        var (unasked, _) = await RunAsync(Start("true") with { Files = ["a.exr"] });

        Assert.That((one.Outcome, none.Outcome, unasked.Outcome), Is.EqualTo((RunOutcome.Done, RunOutcome.Done, RunOutcome.Done)));
    }

    [TestCase("true", "The file 'a.exr' is missing.")]
    [TestCase("printf 1 > a.exr", "The file 'a.exr' has 1 bytes, it must be at least 2.")]
    [TestCase("printf 12345 > a.exr", "The file 'a.exr' has 5 bytes, it must be at most 4.")]
    [TestCase("printf 123 > a.exr", "")]
    public async Task Rendered_files_are_checked_after_success(string command, string reason)
    {
        var (result, output) = await RunAsync(Checked(command) with { CommandPost = "echo post" });

        Assert.That((result.Outcome, result.Reason), Is.EqualTo((reason.Length > 0 ? RunOutcome.BadFiles : RunOutcome.Done, reason)));
        Assert.That(output, Is.EqualTo(reason.Length > 0 ? "" : "post\n"));
    }

    [Test]
    public async Task Rendered_files_are_not_checked_after_a_failure_or_unasked()
    {
        var (failed, _) = await RunAsync(Checked("exit 1"));
        var (unasked, _) = await RunAsync(Checked("true") with { BlockFlags = 0 });

        Assert.That((failed.Outcome, unasked.Outcome), Is.EqualTo((RunOutcome.Failed, RunOutcome.Done)));
    }

    private static RunStart Start(string command) => new() { Run = RunBench.Run, Service = "generic", Command = command, FrameFirst = 1, FrameLast = 1 };

    private static RunStart Checked(string command) =>
        Start(command) with { Files = ["a.exr"], BlockFlags = (long)BlockTraits.CheckRenderedFiles, FileSizeMin = 2, FileSizeMax = 4 };

    private async Task<(RunResult Result, string Output)> RunAsync(RunStart start)
    {
        var (process, spool) = _bench.Make(start);
        var result = await process.RunAsync();
        return (result, await RunBench.TextAsync(spool));
    }

    private void Write(string file, int bytes) => File.WriteAllBytes(Path.Combine(_bench.Folder, file), new byte[bytes]);
}

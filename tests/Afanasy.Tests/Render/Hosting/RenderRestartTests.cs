using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Processes;
using static Afanasy.Tests.Support.RunningRender;

namespace Afanasy.Tests.Agents;

/// <summary>An agent that is killed, and started again on the same folder, against a server that does what a test says.</summary>
[Platform("Linux")]
public sealed class RenderRestartTests
{
    private readonly List<AfRenderProgram> _programs = [];
    private ScratchFolder _folder = null!;   // both are set up before each test
    private ScriptedServer _server = null!;

    [SetUp]
    public void Start()
    {
        _folder = new ScratchFolder();
        _server = ScriptedServer.Start();
    }

    [TearDown]
    public async Task Stop()
    {
        foreach (var program in _programs) program.Dispose();
        foreach (var left in Left()) ProcessTrees.OfThisMachine().Kill([left]);
        await Eventually.TrueAsync(() => Left().Count == 0, "all processes to end");
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_run_of_a_killed_agent_goes_on_and_its_output_has_neither_gap_nor_doubling()
    {
        const int Lines = 30_000;
        const int Kills = 4;
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"i=0; while [ $i -lt {Lines} ]; do i=$((i+1)); echo line $i; [ $((i % 3)) = 0 ] && echo other $i >&2; [ $((i % 100)) = 0 ] && sleep 0.003; done; exit 3"));
        for (var kill = 0; kill < Kills; kill++)
        {
            var seen = peer;
            await Eventually.TrueAsync(() => seen.Output(Run(1)).Length > 2000 * kill, "more output");
            await KillAsync();
            peer = await StartAsync();
            Assert.That(peer.Registered?.Held.Select(held => held.Run), Is.EqualTo(new[] { Run(1) }));
        }

        var end = await peer.EndOfAsync(Run(1));
        var printed = peer.Output(Run(1)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That((end.Outcome, end.ExitCode, end.Reason), Is.EqualTo((RunOutcome.Failed, 3, "Exit code 3.")));
        Assert.That(printed.Where(line => line.StartsWith("line")), Is.EqualTo(Enumerable.Range(1, Lines).Select(i => $"line {i}")));
        Assert.That(printed.Where(line => !line.StartsWith("line")), Is.EqualTo(Enumerable.Range(1, Lines / 3).Select(i => $"other {3 * i}")));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_run_that_prints_more_than_its_pipe_holds_waits_for_the_next_agent()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"printf begun; {Wait("gate")}; echo; seq 1 200000; echo 'PROGRESS: 70%'; exit 3"));
        await Eventually.TrueAsync(() => Left().Count == 3, "the run to sleep");
        await KillAsync();
        _folder.Write("gate", "");

        var next = await StartAsync();
        var end = await next.EndOfAsync(Run(1));

        Assert.That((end.Outcome, end.ExitCode), Is.EqualTo((RunOutcome.Failed, 3)));
        Assert.That(next.Output(Run(1)), Is.EqualTo("begun\n" + string.Concat(Enumerable.Range(1, 200_000).Select(n => $"{n}\n")) + "PROGRESS: 70%\n"));
        Assert.That(next.Reports.SelectMany(report => report.Progress).Last().Percent, Is.EqualTo(70));
    }

    [Test]
    public async Task What_a_run_printed_before_the_agent_was_killed_decides_its_end()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"echo '[ PARSER ERROR ] no scene'; {Wait("gate")}"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "output");
        await KillAsync();

        var next = await StartAsync();
        _folder.Write("gate", "");

        Assert.That((await next.EndOfAsync(Run(1))).Outcome, Is.EqualTo(RunOutcome.ParserError));
    }

    [Test]
    public async Task A_run_that_ended_while_there_was_no_agent_keeps_its_exit_code_and_its_output()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"{Wait("gate")}; echo last words; exit 4"));
        await Eventually.TrueAsync(() => Left().Count == 3, "the run to sleep");
        await KillAsync();
        _folder.Write("gate", "");
        await Eventually.TrueAsync(() => Left().Count == 1, "the run to end");

        var next = await StartAsync();
        var end = await next.EndOfAsync(Run(1));

        Assert.That((end.ExitCode, next.Output(Run(1))), Is.EqualTo((4, "last words\n")));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_result_that_the_server_has_not_closed_is_kept_and_told_by_the_next_agent()
    {
        var peer = await StartAsync();
        peer.ClosesEnds = false;
        await peer.StartAsync(Task(1, "echo words; exit 5"));
        var first = await peer.EndOfAsync(Run(1));
        await KillAsync();

        var next = await StartAsync();
        var second = await next.EndOfAsync(Run(1));

        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: true) }));
        Assert.That(second, Is.EqualTo(first));
        Assert.That(next.Output(Run(1)), Is.EqualTo("words\n"));
        await NothingIsLeftAsync();
        await KillAsync();
        Assert.That((await StartAsync()).Registered?.Held, Is.Empty);
    }

    [Test]
    public async Task A_result_outlives_a_polite_end_without_a_server_too()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"{Wait("gate")}; exit 6"));
        await Eventually.TrueAsync(() => Left().Count == 3, "the run to sleep");
        await _server.DisposeAsync();
        _folder.Write("gate", "");
        await Eventually.TrueAsync(() => Left().Count == 0, "the run to end");
        _programs[^1].Signal("-TERM");
        await _programs[^1].EndAsync();

        _server = ScriptedServer.Start(_server.Port);
        var next = await StartAsync();

        Assert.That((await next.EndOfAsync(Run(1))).ExitCode, Is.EqualTo(6));
    }

    [TestCase("pre")]
    [TestCase("post")]
    public async Task The_commands_before_and_after_are_adopted_too(string step)
    {
        var slow = $"echo {step}; {Wait("gate")}";
        var start = Task(1, "echo main; echo main >> started") with { CommandPre = "echo before", CommandPost = "echo after", WorkingDirectory = _folder.Path };
        var peer = await StartAsync();
        await peer.StartAsync(step == "pre" ? start with { CommandPre = slow } : start with { CommandPost = slow });
        await Eventually.TrueAsync(() => peer.Output(Run(1)).EndsWith($"{step}\n"), "the step to begin");
        await KillAsync();

        var next = await StartAsync();
        _folder.Write("gate", "");
        var end = await next.EndOfAsync(Run(1));

        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(next.Output(Run(1)), Is.EqualTo(step == "pre" ? "pre\nmain\nafter\n" : "before\nmain\npost\n"));
        Assert.That(await File.ReadAllTextAsync(_folder.At("started")), Is.EqualTo("main\n"));
        await NothingIsLeftAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_adopted_run_is_stopped_with_all_that_it_has_made(bool isDropped)
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, "(setsid sh -c '(sleep 300; true) &' &); sleep 300 & echo begun; wait"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0 && Left().Count >= 4, "the family");
        await KillAsync();

        var next = await StartAsync();
        await next.OrderAsync(isDropped ? new RenderOrders { Drops = [Run(1)] } : new RenderOrders { Stops = [Run(1)] });
        if (!isDropped) Assert.That((await next.EndOfAsync(Run(1))).Outcome, Is.EqualTo(RunOutcome.Stopped));

        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_run_whose_processes_are_gone_is_lost_and_it_is_said()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, "echo begun; sleep 300; true"), Task(2, $"echo begun; {Wait("gate")}"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0 && peer.Output(Run(2)).Length > 0, "both to begin");
        await KillAsync();
        var tree = ProcessTrees.OfThisMachine();
        tree.Kill(tree.Members(new RunMark(Instance(), Run(1), 0)));

        var next = await StartAsync();
        _folder.Write("gate", "");
        await next.EndOfAsync(Run(2));

        Assert.That(next.Registered?.Held.Select(held => held.Run), Is.EqualTo(new[] { Run(2) }));
        Assert.That(Log(), Does.Contain("J1[0][1]#1 is lost, the server gives it again: Its processes are no more."));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_run_with_a_damaged_record_is_lost_said_and_ended()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, "echo begun; sleep 300; true"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "the run to begin");
        await KillAsync();
        var folder = Directory.EnumerateDirectories(_folder.At("renders", Name, "runs")).Single();
        await File.WriteAllTextAsync(Path.Combine(folder, "state.json"), "");
        await File.WriteAllTextAsync(_folder.At("renders", Name, "runs", "foreign"), "");

        var next = await StartAsync();

        Assert.That(next.Registered?.Held, Is.Empty);
        Assert.That(Log(), Does.Contain($"J1[0][1]#1 is lost, the server gives it again: {Path.Combine(folder, "state.json")} cannot be used: ").And.Contain(" foreign is lost"));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_result_whose_output_is_gone_is_told_all_the_same()
    {
        var peer = await StartAsync();
        peer.ClosesEnds = false;
        await peer.StartAsync(Task(1, "echo words; exit 5"));
        var first = await peer.EndOfAsync(Run(1));
        await KillAsync();
        File.Delete(Path.Combine(RunFolder(), "output"));

        var second = await (await StartAsync()).EndOfAsync(Run(1));

        Assert.That(second, Is.EqualTo(first));
        Assert.That(Log(), Does.Contain("J1[0][1]#1 has ended before this start, and its output cannot be read any more: "));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_run_that_was_ordered_and_never_started_is_begun_by_the_next_agent()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"echo begun; {Wait("gate")}"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "the run to begin");
        await KillAsync();
        ForgetBegin(RunFolder());
        _folder.Write("gate", "");

        var next = await StartAsync();
        var end = await next.EndOfAsync(Run(1));

        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: false) }));
        Assert.That((end.Outcome, next.Output(Run(1))), Is.EqualTo((RunOutcome.Done, "begun\n")));
        Assert.That(Log(), Does.Contain("J1[0][1]#1 was ordered before this start, and begins now."));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_run_in_the_folder_of_another_one_is_lost()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, "echo begun; sleep 300; true"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "the run to begin");
        await KillAsync();
        Directory.Move(RunFolder(), _folder.At("renders", Name, "runs", "1.0.2.1-1"));

        var next = await StartAsync();

        Assert.That(next.Registered?.Held, Is.Empty);
        Assert.That(Log(), Does.Contain("J1[0][2]#1 is lost, ").And.Contain("what is in it is of J1[0][1]#1."));
        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_hang_up_ends_the_agent_and_leaves_its_runs_to_the_next()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, $"echo begun; {Wait("gate")}; echo ended"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "the run to begin");

        _programs[^1].Signal("-HUP");
        var (exitCode, _, _) = await _programs[^1].EndAsync();
        var next = await StartAsync();
        _folder.Write("gate", "");
        var end = await next.EndOfAsync(Run(1));

        Assert.That(exitCode, Is.Zero);
        Assert.That(peer.Reports.Any(report => report.Leaving), Is.False, "the server does not give the runs back");
        Assert.That((end.Outcome, next.Output(Run(1))), Is.EqualTo((RunOutcome.Done, "begun\nended\n")));
    }

    [Test]
    public async Task A_run_that_was_killed_together_with_what_keeps_it_ends_as_killed_once_adopted()
    {
        var peer = await StartAsync();
        await peer.StartAsync(Task(1, "echo begun; sleep 300; true"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "the run to begin");
        await KillAsync();

        var next = await StartAsync();
        var tree = ProcessTrees.OfThisMachine();
        tree.Kill(tree.Members(new RunMark(Instance(), Run(1), 0)));
        var end = await next.EndOfAsync(Run(1));

        Assert.That((end.Outcome, end.ExitCode), Is.EqualTo((RunOutcome.Failed, 137)));
        await NothingIsLeftAsync();
    }

    private string RunFolder() => Directory.EnumerateDirectories(_folder.At("renders", Name, "runs")).Single();

    /// <summary>As the folder is between the order and the first command.</summary>
    private static void ForgetBegin(string folder)
    {
        File.Delete(Path.Combine(folder, "state.json"));
        Directory.Delete(Path.Combine(folder, "main"), recursive: true);
        File.WriteAllText(Path.Combine(folder, "output"), "");
    }

    private string Wait(string gate) => $"while [ ! -e {_folder.At(gate)} ]; do sleep 0.02; done";

    private async Task<ScriptedPeer> StartAsync()
    {
        _programs.Add(new AfRenderProgram("--server", _server.Address, "--name", Name, "--data", _folder.Path));
        return await _server.JoinAsync();
    }

    private async Task KillAsync()
    {
        _programs[^1].Signal("-KILL");
        await _programs[^1].EndAsync();
    }

    private async Task NothingIsLeftAsync()
    {
        await Eventually.TrueAsync(() => Left().Count == 0, "all processes to end");
        await Eventually.TrueAsync(() => !Directory.EnumerateFileSystemEntries(_folder.At("renders", Name, "runs")).Any(), "the folders of the runs to be gone");
    }

    private string Instance() => File.ReadAllText(_folder.At("renders", Name, "instance")).Trim();

    private string Log() => File.ReadAllText(_folder.At("renders", Name, "logs", "afrender.log"));

    private IReadOnlyList<int> Left() =>
        File.Exists(_folder.At("renders", Name, "instance")) ? ProcessTrees.OfThisMachine().Members(new RunMark(Instance(), null, 0)) : [];
}

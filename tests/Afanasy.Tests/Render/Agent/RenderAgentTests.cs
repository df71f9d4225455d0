using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Machine;
using static Afanasy.Tests.Support.RunningRender;

namespace Afanasy.Tests.Agents;

[Platform("Linux")]
public sealed class RenderAgentTests
{
    private ScriptedServer _server = null!;   // both are set up before each test
    private RunningRender _render = null!;

    [SetUp]
    public void Start()
    {
        _server = ScriptedServer.Start();
        _render = RunningRender.Start(_server.Address);
    }

    [TearDown]
    public async Task Stop()
    {
        await _render.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_render_says_who_it_is_and_that_it_is_ready()
    {
        var peer = await _server.JoinAsync();
        await Eventually.TrueAsync(() => peer.Reports.Count > 0, "a report");

        Assert.Multiple(() =>
        {
            Assert.That((peer.Hello?.Role, peer.Hello?.Name), Is.EqualTo((PeerRole.Render, RunningRender.Name)));
            Assert.That(peer.Registered?.Services, Is.EqualTo(new[] { "blender", "ffmpeg", "generic", "python" }));
            Assert.That(peer.Registered?.Cores, Is.EqualTo(Environment.ProcessorCount));
            Assert.That(peer.Registered?.UserName, Is.EqualTo(Environment.UserName));
            Assert.That(peer.Registered?.GpuMegabytes, Is.EqualTo(new[] { 8192, 4096 }));
            Assert.That(peer.Registered?.HardwareAddresses, Is.EqualTo(NetworkCards.Addresses()));
            Assert.That(Guid.TryParse(peer.Registered?.InstanceId, out _));
            Assert.That(peer.Reports.First().Load?.MemoryTotalMegabytes, Is.Positive);
            Assert.That(_render.Output, Is.EqualTo($"afrender ready: bench at {_server.Address} (capacity 1000, services blender, ffmpeg, generic, python)\n"));
        });
    }

    [Test]
    public async Task Several_tasks_run_at_a_time_and_each_ends_once()
    {
        var peer = await _server.JoinAsync();

        // Each waits for the other: run one after the other, they would never end.
        var (one, two) = (Path.Combine(_render.DataFolder, "one"), Path.Combine(_render.DataFolder, "two"));
        await peer.StartAsync(
            Task(1, $"touch {one}; while [ ! -e {two} ]; do sleep 0.01; done; echo first"),
            Task(2, $"touch {two}; while [ ! -e {one} ]; do sleep 0.01; done; echo second; exit 2"));

        var first = await peer.EndOfAsync(Run(1));
        var second = await peer.EndOfAsync(Run(2));

        Assert.That((first.Outcome, first.ExitCode, first.Reason), Is.EqualTo((RunOutcome.Done, 0, "")));
        Assert.That((second.Outcome, second.ExitCode, second.Reason), Is.EqualTo((RunOutcome.Failed, 2, "Exit code 2.")));
        Assert.That((peer.Output(Run(1)), peer.Output(Run(2))), Is.EqualTo(("first\n", "second\n")));
    }

    [Test]
    public async Task A_task_that_ends_at_once_is_counted_once_and_correctly()
    {
        var peer = await _server.JoinAsync();
        var starts = Enumerable.Range(0, 50).Select(task => Task(task, task % 2 == 0 ? "true" : "exit 1")).ToArray();

        await peer.StartAsync(starts);
        await Eventually.TrueAsync(() => peer.Ends.Count() >= starts.Length, "all ends");
        await peer.StartAsync(Task(99, "true"));
        await peer.EndOfAsync(Run(99));

        var outcomes = peer.Ends.GroupBy(end => end.Run).ToDictionary(ends => ends.Key, ends => ends.Select(end => end.Outcome).Distinct().Single());
        Assert.That(outcomes, Has.Count.EqualTo(starts.Length + 1));
        Assert.That(outcomes.Where(end => end.Key.Task < 50).All(end => end.Value == (end.Key.Task % 2 == 0 ? RunOutcome.Done : RunOutcome.Failed)));
    }

    [Test]
    public async Task An_end_is_reported_at_once_not_with_the_next_heartbeat()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 60_000, silenceMilliseconds: 600_000);

        await peer.StartAsync(Task(1, "true"));
        await peer.EndOfAsync(Run(1));
        await peer.StartAsync(Task(2, "true"));

        Assert.That((await peer.EndOfAsync(Run(2))).Outcome, Is.EqualTo(RunOutcome.Done));
    }

    [Test]
    public async Task Orders_that_change_nothing_are_followed_by_a_report_too()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 60_000, silenceMilliseconds: 600_000);

        await peer.OrderAsync(new RenderOrders { LogLevels = "link=info" });
        await peer.OrderAsync(new RenderOrders { Stops = [Run(5)] });
        await peer.OrderAsync(new RenderOrders { Drops = [Run(5)] });
        await peer.OrderAsync(new RenderOrders { Closed = [new RunClosed { Run = Run(5) }] });
        await peer.StartAsync(Task(1, "true"));

        Assert.That((await peer.EndOfAsync(Run(1))).Outcome, Is.EqualTo(RunOutcome.Done));
    }

    [Test]
    public async Task A_quiet_render_speaks_only_with_its_heartbeat()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 60_000, silenceMilliseconds: 600_000);

        await peer.StartAsync(Task(1, "sleep 300"));
        await peer.OrderAsync(new RenderOrders { Stops = [Run(1)] });
        await peer.EndOfAsync(Run(1));

        // One at the beginning, one after each of the two orders, one with the end, and one after its closing.
        Assert.That(peer.Reports, Has.Count.LessThanOrEqualTo(5));
    }

    [Test]
    public async Task An_end_is_repeated_until_it_is_closed()
    {
        var peer = await _server.JoinAsync();
        peer.ClosesEnds = false;

        await peer.StartAsync(Task(1, "true"));
        await Eventually.TrueAsync(() => peer.Ends.Count() >= 3, "the end, three times");
        await peer.OrderAsync(new RenderOrders { Closed = [new RunClosed { Run = Run(1) }] });
        var closed = peer.Reports.Count;
        await Eventually.TrueAsync(() => peer.Reports.Count >= closed + 4, "later reports");

        Assert.That(peer.Reports.Skip(closed + 2).SelectMany(report => report.Ended), Is.Empty);
        await Eventually.TrueAsync(() => !Directory.EnumerateFileSystemEntries(Path.Combine(_render.Folder, "runs")).Any(), "the run's folder gone");
    }

    [Test]
    public async Task A_run_that_is_ordered_twice_is_started_once()
    {
        var peer = await _server.JoinAsync();
        var file = Path.Combine(_render.DataFolder, "starts");

        await peer.StartAsync(Task(1, $"echo start >> {file}; sleep 0.2"), Task(1, $"echo start >> {file}"));
        await peer.StartAsync(Task(1, $"echo start >> {file}"));
        await peer.EndOfAsync(Run(1));
        await peer.StartAsync(Task(1, $"echo start >> {file}"), Task(1, $"echo again >> {file}", run: 2));
        await peer.EndOfAsync(Run(1, run: 2));

        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("start\nagain\n"));
    }

    [Test]
    public async Task A_stop_is_reported_as_stopped()
    {
        var peer = await _server.JoinAsync();

        await peer.StartAsync(Task(1, "echo begun; sleep 300"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "output");
        await peer.OrderAsync(new RenderOrders { Stops = [Run(1), Run(5)] });

        Assert.That((await peer.EndOfAsync(Run(1))).Outcome, Is.EqualTo(RunOutcome.Stopped));
        Assert.That(peer.Ends.Any(end => end.Run == Run(5)), Is.False);
    }

    [Test]
    public async Task A_dropped_run_is_killed_and_not_reported()
    {
        var peer = await _server.JoinAsync();
        await peer.StartAsync(Task(1, "echo $$; sleep 300; true"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "a process id");
        var process = int.Parse(peer.Output(Run(1)));

        await peer.OrderAsync(new RenderOrders { Drops = [Run(1)] });

        await Eventually.TrueAsync(() => !RunBench.IsAlive(process), "the process gone");
        await Eventually.TrueAsync(() => !Directory.EnumerateFileSystemEntries(Path.Combine(_render.Folder, "runs")).Any(), "the run's folder gone");
        await peer.StartAsync(Task(2, "true"));
        await peer.EndOfAsync(Run(2));
        Assert.That(peer.Ends.Any(end => end.Run == Run(1)), Is.False);
    }

    [Test]
    public async Task A_refused_end_is_forgotten_and_logged()
    {
        var peer = await _server.JoinAsync();
        peer.ClosesEnds = false;

        await peer.StartAsync(Task(1, "true"));
        await peer.EndOfAsync(Run(1));
        await peer.OrderAsync(new RenderOrders { Closed = [new RunClosed { Run = Run(1), Refusal = "It was given to another render." }] });

        await Eventually.TrueAsync(() => _render.Log.Contains("It was given to another render."), "the refusal in the log");
    }

    [Test]
    public async Task Progress_is_reported_when_it_changes()
    {
        var peer = await _server.JoinAsync();

        await peer.StartAsync(Task(1, "echo 'PROGRESS: 10%'; sleep 300"));
        await Eventually.TrueAsync(() => peer.Reports.Any(report => report.Progress.Any(p => p.Percent == 10)), "10 percent");
        var heard = peer.Reports.Count;
        await Eventually.TrueAsync(() => peer.Reports.Count > heard + 20, "the reports of two seconds");

        Assert.That(peer.Reports.SelectMany(report => report.Progress), Has.Exactly(1).Items);
    }

    [Test]
    public async Task A_missing_working_directory_is_reported_as_not_started()
    {
        var peer = await _server.JoinAsync();

        await peer.StartAsync(Task(1, "true") with { WorkingDirectory = "/no/such/folder" });
        var end = await peer.EndOfAsync(Run(1));

        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.NotStarted));
        Assert.That(end.Reason, Does.Contain("/no/such/folder"));
    }

    [Test]
    public async Task A_long_output_arrives_whole_before_the_end()
    {
        var peer = await _server.JoinAsync();

        await peer.StartAsync(Task(1, "seq 1 300000"));
        await peer.EndOfAsync(Run(1));

        Assert.That(peer.Output(Run(1)), Is.EqualTo(string.Concat(Enumerable.Range(1, 300_000).Select(n => $"{n}\n"))));
    }

    [Test]
    public async Task Log_levels_are_switched_by_the_server()
    {
        var peer = await _server.JoinAsync();

        await peer.OrderAsync(new RenderOrders { LogLevels = "nonsense=loud" });
        await Eventually.TrueAsync(() => _render.Log.Contains("log levels are not taken"), "a warning");
        await peer.OrderAsync(new RenderOrders { LogLevels = "link=trace" });

        await Eventually.TrueAsync(() => _render.Log.Contains("answered:"), "a trace line");
    }
}

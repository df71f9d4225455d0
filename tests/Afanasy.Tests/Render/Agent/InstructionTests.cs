using System.Globalization;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using static Afanasy.Tests.Support.RunningRender;

namespace Afanasy.Tests.Agents;

/// <summary>What a server tells the agent to do with itself.</summary>
[Platform("Linux")]
public sealed class InstructionTests
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
    public async Task Exit_stops_the_runs_reports_their_ends_and_ends_with_success()
    {
        var peer = await _server.JoinAsync();
        await peer.StartAsync(Task(1, "echo begun; sleep 300; true"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "output");

        await peer.OrderAsync(new RenderOrders { Instruction = RenderInstruction.Exit });

        Assert.That(await _render.Ended.WaitAsync(TimeSpan.FromSeconds(20)), Is.Zero);
        Assert.That(peer.Ends.Select(end => end.Outcome).Distinct(), Is.EqualTo(new[] { RunOutcome.Stopped }));
        Assert.That(peer.Reports.Any(report => report.Leaving));
    }

    [Test]
    public async Task A_launched_command_outlives_the_agent_that_exits()
    {
        var peer = await _server.JoinAsync();
        var file = Path.Combine(_render.DataFolder, "launched");

        await peer.OrderAsync(new RenderOrders { Instruction = RenderInstruction.LaunchAndExit, Command = $"echo $$ > {file}.new; mv {file}.new {file}; sleep 300; true" });
        await _render.Ended.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => File.Exists(file), "the launched command");
        var launched = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);

        Assert.That(RunBench.IsAlive(launched));
        using var killing = System.Diagnostics.Process.Start("kill", ["-9", "--", $"-{launched}"]);
        await killing.WaitForExitAsync();
    }

    [Test]
    public async Task A_launch_alone_leaves_the_agent_at_work()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 60_000, silenceMilliseconds: 600_000);
        var file = Path.Combine(_render.DataFolder, "launched");

        await peer.OrderAsync(new RenderOrders { Instruction = RenderInstruction.Launch, Command = $"echo \"[$AF_JOIN_KEY$AF_RENDER_INSTANCE]\" > {file}" });
        await peer.StartAsync(Task(1, $"while [ ! -s {file} ]; do sleep 0.01; done"));

        Assert.That((await peer.EndOfAsync(Run(1))).Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("[]\n"));
    }

    [Test]
    public async Task A_machine_reboots_by_its_own_command_and_sleeps_by_none()
    {
        var peer = await _server.JoinAsync();

        await peer.OrderAsync(new RenderOrders { Instruction = RenderInstruction.Sleep, Command = $"touch {_render.DataFolder}/foreign" });
        await peer.OrderAsync(new RenderOrders { Instruction = RenderInstruction.Shutdown });
        await peer.OrderAsync(new RenderOrders { Instruction = (RenderInstruction)77 });
        await peer.OrderAsync(new RenderOrders { Instruction = RenderInstruction.Reboot, Command = $"touch {_render.DataFolder}/foreign" });
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(_render.DataFolder, "reboots")), "the command of the settings");

        foreach (var words in new[] { "no --sleep-command", "no --shutdown-command", "instruction 77 is not known" })
            await Eventually.TrueAsync(() => _render.Log.Contains(words, StringComparison.Ordinal), $"the log to say: {words}");
        Assert.That(File.Exists(Path.Combine(_render.DataFolder, "foreign")), Is.False);
        Assert.That(_render.Ended.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_shorter_heartbeat_takes_effect_at_once()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 60_000, silenceMilliseconds: 600_000);

        await peer.OrderAsync(new RenderOrders { HeartbeatMilliseconds = 50 });
        var heard = peer.Reports.Count;

        await Eventually.TrueAsync(() => peer.Reports.Count > heard + 10, "ten heartbeats");
    }

    [Test]
    public async Task A_longer_heartbeat_takes_effect_at_once_and_stretches_the_silence_that_is_borne()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 50, silenceMilliseconds: 1000);

        await peer.OrderAsync(new RenderOrders { HeartbeatMilliseconds = 60_000 });
        await Eventually.TrueAsync(() => peer.Reports.Count >= 2, "the report after the order");
        var heard = peer.Reports.Count;
        await peer.StartAsync(Task(1, "sleep 2"));
        await peer.EndOfAsync(Run(1));

        Assert.That(peer.IsOver, Is.False);
        Assert.That(peer.Reports, Has.Count.LessThanOrEqualTo(heard + 4), "no heartbeat in two seconds, but the news of a run");
    }

    [Test]
    public async Task Measurements_come_as_often_as_the_server_wants_them()
    {
        var peer = await _server.JoinAsync(heartbeatMilliseconds: 20);

        await peer.OrderAsync(new RenderOrders { MeasureEvery = 1 });
        var heard = peer.Reports.Count;
        await Eventually.TrueAsync(() => peer.Reports.Count > heard + 20, "twenty reports");
        var often = peer.Reports.Skip(heard + 2).Take(18).Count(report => report.Load is not null);
        await peer.OrderAsync(new RenderOrders { MeasureEvery = 1000 });
        heard = peer.Reports.Count;
        await Eventually.TrueAsync(() => peer.Reports.Count > heard + 20, "twenty more");
        var seldom = peer.Reports.Skip(heard + 2).Take(18).Count(report => report.Load is not null);

        Assert.That((often, seldom), Is.EqualTo((18, 0)));
    }
}

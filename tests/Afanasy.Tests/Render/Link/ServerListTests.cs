using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using static Afanasy.Tests.Support.RunningRender;

namespace Afanasy.Tests.Agents;

/// <summary>A render that knows two servers of its farm.</summary>
[Platform("Linux")]
public sealed class ServerListTests
{
    private ScriptedServer _first = null!;   // all three are set up before each test
    private ScriptedServer _second = null!;
    private RunningRender _render = null!;

    [SetUp]
    public void Start()
    {
        _first = ScriptedServer.Start();
        _second = ScriptedServer.Start();
        _render = RunningRender.Start($"{_first.Address},{_second.Address}", "info,link=debug");
    }

    [TearDown]
    public async Task Stop()
    {
        await _render.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Test]
    public async Task Runs_go_on_at_the_next_server_when_the_first_is_lost()
    {
        var peer = await _first.JoinAsync();
        var go = Path.Combine(_render.DataFolder, "go");
        await peer.StartAsync(Task(1, $"echo before; while [ ! -e {go} ]; do sleep 0.01; done; echo after"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)) == "before\n", "the first line");

        await _first.DisposeAsync();
        var next = await _second.JoinAsync();
        await File.WriteAllTextAsync(go, "");
        var end = await next.EndOfAsync(Run(1));

        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: false) }));
        Assert.That((end.Outcome, next.Output(Run(1))), Is.EqualTo((RunOutcome.Done, "before\nafter\n")));
    }

    [Test]
    public async Task A_standby_is_no_trouble_and_is_asked_until_it_leads()
    {
        await _first.DisposeAsync();
        for (var refusals = 1; refusals <= 4; refusals++) await RefuseAsync(await _second.AcceptAsync(), $"http://old{refusals}:51000");

        var peer = await _second.JoinAsync();
        await Eventually.TrueAsync(() => peer.Reports.Count > 0, "a report");

        Assert.That(Lines(" INFO ").Count(line => line.Contains("does not lead the farm")), Is.EqualTo(1), _render.Log);
        Assert.That(Lines(" WARN "), Has.None.Contains(_second.Address), _render.Log);
    }

    [Test]
    public async Task A_frozen_server_is_left_when_another_one_takes_the_render_and_not_before()
    {
        var frozen = await _first.AcceptAsync();
        await frozen.JoinAsync(100, 60_000);
        await frozen.StartAsync(Task(1, "echo $$; sleep 300"));
        await Eventually.TrueAsync(() => frozen.Output(Run(1)).Length > 0, "a process");

        frozen.AnswersReports = false;
        await RefuseAsync(await _second.AcceptAsync(), $"http://{_first.Address}");
        var probe = await _second.AcceptAsync();
        await probe.TakePrefaceAsync();
        await probe.ReceiveAsync<Hello>();
        var wasLeftBefore = frozen.IsOver;
        await probe.SendAsync(new Welcome { Version = "test" }, 1);
        var next = await _second.JoinAsync();
        await Eventually.TrueAsync(() => frozen.IsOver, "the render to leave");

        Assert.That(wasLeftBefore, Is.False);
        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: false) }));
        await Eventually.TrueAsync(() => _render.Log.Contains($"and {_second.Address} takes this render", StringComparison.Ordinal), "the log to say why");
    }

    [Test]
    public async Task A_server_that_speaks_again_is_kept()
    {
        var slow = await _first.AcceptAsync();
        await slow.JoinAsync(100, 60_000);
        slow.AnswersReports = false;
        var probe = await _second.AcceptAsync();
        await probe.TakePrefaceAsync();
        await probe.ReceiveAsync<Hello>();

        slow.AnswersReports = true;
        await MoreReportsAsync(slow);
        await probe.SendAsync(new Welcome { Version = "test" }, 1);
        await MoreReportsAsync(slow);

        Assert.That(slow.IsOver, Is.False);
        Assert.That(Lines("is registered at"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_takes_connections_and_says_nothing_costs_little_time()
    {
        using var halted = new TcpListener(IPAddress.Loopback, 0);
        halted.Start();
        var waited = Stopwatch.StartNew();
        await using var render = RunningRender.Start($"127.0.0.1:{((IPEndPoint)halted.LocalEndpoint).Port},{_second.Address}");

        await _second.JoinAsync();

        Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(8)), "with one server it is 10 s");
    }

    private static async Task RefuseAsync(ScriptedPeer peer, string leader)
    {
        await peer.TakePrefaceAsync();
        var (id, _) = await peer.ReceiveAsync<Hello>();
        await peer.SendAsync(new Refusal { Reason = $"This server is a standby. The leader is {leader}.", StandsBy = true }, id);
    }

    private static Task MoreReportsAsync(ScriptedPeer peer)
    {
        var before = peer.Reports.Count;
        return Eventually.TrueAsync(() => peer.Reports.Count > before + 3, "more reports");
    }

    private List<string> Lines(string text) => [.. _render.Log.Split('\n').Where(line => line.Contains(text))];
}

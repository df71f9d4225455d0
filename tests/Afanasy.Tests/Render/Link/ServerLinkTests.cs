using System.Globalization;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using static Afanasy.Tests.Support.RunningRender;

namespace Afanasy.Tests.Agents;

[Platform("Linux")]
public sealed class ServerLinkTests
{
    private ScriptedServer _server = null!;   // both are set up before each test
    private RunningRender _render = null!;

    [SetUp]
    public void Start()
    {
        _server = ScriptedServer.Start();
        _render = RunningRender.Start(_server.Address, "info");
    }

    [TearDown]
    public async Task Stop()
    {
        await _render.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_kept_run_goes_on_through_a_server_restart_and_its_output_is_resumed()
    {
        var peer = await _server.JoinAsync();
        var go = Path.Combine(_render.DataFolder, "go");
        await peer.StartAsync(Task(1, $"echo before; while [ ! -e {go} ]; do sleep 0.01; done; echo after"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)) == "before\n", "the first line");

        var next = await RestartAsync(peer);
        next.Verdict = held => new HeldVerdict(held.Run, Keep: true, OutputBytes: 4);
        await next.JoinAsync(100, 20_000);
        await File.WriteAllTextAsync(go, "");
        var end = await next.EndOfAsync(Run(1));

        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: false) }));
        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That((next.OutputFrom[Run(1)], next.Output(Run(1))), Is.EqualTo((4L, "re\nafter\n")));
    }

    [Test]
    public async Task A_run_that_ended_while_no_server_was_there_is_reported_to_the_next_one()
    {
        var peer = await _server.JoinAsync();
        var (go, gone) = (Path.Combine(_render.DataFolder, "go"), Path.Combine(_render.DataFolder, "gone"));
        await peer.StartAsync(Task(1, $"while [ ! -e {go} ]; do sleep 0.01; done; echo done; echo > {gone}; exit 4"));
        await Eventually.TrueAsync(() => Directory.EnumerateFileSystemEntries(Path.Combine(_render.Folder, "runs")).Any(), "the run");

        await _server.DisposeAsync();
        await File.WriteAllTextAsync(go, "");
        await Eventually.TrueAsync(() => _render.Log.Contains("ended: Failed"), "the end");
        _server = ScriptedServer.Start(_server.Port);
        var next = await _server.JoinAsync();
        var end = await next.EndOfAsync(Run(1));

        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: true) }));
        Assert.That((end.Outcome, end.ExitCode), Is.EqualTo((RunOutcome.Failed, 4)));
        Assert.That(next.Output(Run(1)), Is.EqualTo("done\n"));
        Assert.That(Occurrences(" WARN "), Is.EqualTo(1), _render.Log);
    }

    [Test]
    public async Task A_run_that_the_server_does_not_keep_is_killed_and_forgotten()
    {
        var peer = await _server.JoinAsync();
        await peer.StartAsync(Task(1, "echo $$; sleep 300; true"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "a process id");
        var process = int.Parse(peer.Output(Run(1)), CultureInfo.InvariantCulture);

        var next = await RestartAsync(peer);
        next.Verdict = held => new HeldVerdict(held.Run, Keep: false, OutputBytes: 0);
        await next.JoinAsync(100, 20_000);

        await Eventually.TrueAsync(() => !RunBench.IsAlive(process), "the process gone");
        await Eventually.TrueAsync(() => next.Reports.Count > 3, "later reports");
        Assert.That(next.Ends, Is.Empty);
    }

    [Test]
    public async Task A_recovered_network_error_is_not_logged_as_an_error()
    {
        var peer = await _server.JoinAsync();

        var next = await RestartAsync(peer);
        await next.JoinAsync(100, 20_000);
        await Eventually.TrueAsync(() => next.Reports.Count > 0, "a report");
        await Eventually.TrueAsync(() => Occurrences("is registered at") == 2, "the second registration in the log");

        Assert.That(_render.Log, Does.Contain(", Lost (").And.Not.Contain(" ERROR ").And.Not.Contain(" CRIT"));
        Assert.That(Occurrences(" WARN "), Is.EqualTo(1), _render.Log);
        Assert.That(_render.Output.Split("ready").Length, Is.EqualTo(2), "the ready line is said once");
    }

    private static readonly byte[][] _garbage =
    [
        [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        [8, 0, 0, 0, 0x94, 7, 1, 1, 0xc1, 0xc1, 0xc1, 0xc1],
        "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(),
        [5, 0, 0, 0, 0x94, 2, 1, 0, 0x90],
    ];

    [TestCaseSource(nameof(_garbage))]
    public async Task Garbage_ends_the_connection_and_nothing_else(byte[] garbage)
    {
        var peer = await _server.JoinAsync();
        await peer.StartAsync(Task(1, "echo begun; sleep 300"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "output");

        await peer.SendBytesAsync(garbage);
        await Eventually.TrueAsync(() => peer.IsOver, "the connection ended by the render");
        var next = await _server.JoinAsync();

        Assert.That(next.Registered?.Held, Is.EqualTo(new[] { new HeldRun(Run(1), Ended: false) }));
        Assert.That(_render.Log, Does.Contain(", BadPacket (").And.Not.Contain(" ERROR "));
    }

    [Test]
    public async Task Packets_of_a_newer_server_are_passed_over()
    {
        var peer = await _server.JoinAsync();

        await peer.SendBytesAsync(new byte[] { 5, 0, 0, 0, 0x94, 0x7f, 1, 0, 0xc0 });
        await peer.StartAsync(Task(1, "true"));

        Assert.That((await peer.EndOfAsync(Run(1))).Outcome, Is.EqualTo(RunOutcome.Done));
    }

    [Test]
    public async Task A_refused_render_says_why_and_tries_again()
    {
        var peer = await _server.AcceptAsync();
        await peer.TakePrefaceAsync();
        var (id, _) = await peer.ReceiveAsync<Hello>();
        await peer.SendAsync(new Refusal { Reason = "Another render has the name 'bench'." }, id);

        var next = await _server.JoinAsync();
        await Eventually.TrueAsync(() => next.Reports.Count > 0, "a report");

        Assert.That(_render.Log, Does.Contain("Another render has the name 'bench'.").And.Not.Contain(" ERROR "));
    }

    [Test]
    public async Task A_silent_server_is_left()
    {
        await _server.DisposeAsync();
        _server = ScriptedServer.Start(_server.Port);
        var silent = await _server.AcceptAsync();
        silent.AnswersReports = false;
        await silent.JoinAsync(50, 300);

        await Eventually.TrueAsync(() => silent.IsOver, "the render to leave");
        await _server.JoinAsync();

        Assert.That(_render.Log, Does.Contain(", Silent ("));
    }

    [Test]
    public async Task The_next_server_of_the_list_is_tried()
    {
        await using var second = ScriptedServer.Start();
        await using var other = RunningRender.Start($"127.0.0.1:1,{second.Address}");

        var peer = await second.JoinAsync();

        Assert.That(peer.Hello?.Name, Is.EqualTo(RunningRender.Name));
    }

    [Test]
    public async Task Output_does_not_grow_memory_while_the_server_reads_nothing()
    {
        var peer = await _server.AcceptAsync();
        await peer.JoinAsync(60_000, 600_000);
        await peer.StartAsync(Task(1, "head -c 60000000 /dev/zero | tr '\\0' 'x'; echo"));
        peer.Pause();
        var spool = Path.Combine(_render.Folder, "runs");
        await Eventually.TrueAsync(() => Directory.EnumerateFiles(spool, "output", SearchOption.AllDirectories).Any(f => new FileInfo(f).Length > 60_000_000), "the spool");

        peer.Resume();
        await peer.EndOfAsync(Run(1));

        Assert.That(peer.Output(Run(1)), Has.Length.EqualTo(60_000_001));
    }

    private int Occurrences(string text) => _render.Log.Split(text).Length - 1;

    /// <summary>The server dies and is there again, at the same port; gives the render's next connection.</summary>
    private async Task<ScriptedPeer> RestartAsync(ScriptedPeer peer)
    {
        await peer.CutAsync();
        return await _server.AcceptAsync();
    }
}

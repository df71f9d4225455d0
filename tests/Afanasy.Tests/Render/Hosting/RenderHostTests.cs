using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Hosting;
using AfRender.Processes;
using static Afanasy.Tests.Support.RunningRender;

namespace Afanasy.Tests.Agents;

[Platform("Linux")]
public sealed class RenderHostTests
{
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
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase("-TERM")]
    [TestCase("-INT")]
    public async Task A_signal_ends_it_within_five_seconds_with_no_process_left(string signal)
    {
        using var program = Program();
        var peer = await _server.JoinAsync();
        await peer.StartAsync(Task(1, "(setsid sh -c 'trap \"\" TERM; echo $$; exec >/dev/null 2>&1; while true; do sleep 1; done' &); trap '' TERM; while true; do sleep 1; done"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "a process id");
        var daemon = int.Parse(peer.Output(Run(1)), CultureInfo.InvariantCulture);
        var clock = Stopwatch.StartNew();

        program.Signal(signal);
        var (exitCode, output, _) = await program.EndAsync();

        Assert.Multiple(() =>
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(exitCode, Is.Zero);
            Assert.That(output, Does.StartWith("afrender ready: bench at "));
            Assert.That(peer.Ends.Select(end => end.Outcome).Distinct(), Is.EqualTo(new[] { RunOutcome.Stopped }));
            Assert.That(peer.Reports.First(report => report.Leaving).Ended, Is.Empty, "the server hears of it before it gives the freed capacity away");
            Assert.That(RunBench.IsAlive(daemon), Is.False);
            Assert.That(Left(), Is.Empty);
        });
    }

    [Test]
    public async Task A_second_interrupt_ends_it_at_once()
    {
        using var program = Program();
        var peer = await _server.JoinAsync();
        await peer.StartAsync(Task(1, "trap 'echo asked' TERM; echo begun; while true; do sleep 0.1; done"));
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Length > 0, "output");
        program.Signal("-INT");
        await Eventually.TrueAsync(() => peer.Output(Run(1)).Contains("asked"), "the first interrupt to be at work");
        var clock = Stopwatch.StartNew();

        program.Signal("-INT");
        await program.EndAsync();

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(Left(), Is.Empty);
    }

    [Test]
    public async Task Without_a_server_it_ends_too()
    {
        await _server.DisposeAsync();
        using var program = Program();
        await Eventually.TrueAsync(() => File.Exists(_folder.At("renders", Name, "logs", "afrender.log")), "the log");
        await Eventually.TrueAsync(() => Log().Contains("No server at"), "a try");

        program.Signal("-TERM");
        var (exitCode, _, errors) = await program.EndAsync();

        Assert.That(exitCode, Is.Zero);
        Assert.That(errors, Does.Contain(" WARN ").And.Not.Contain(" ERROR "));
    }

    [Test]
    public async Task Two_agents_of_one_name_on_one_data_folder_do_not_start()
    {
        using var first = Program();
        await _server.JoinAsync();

        using var second = Program();
        var (exitCode, _, errors) = await second.EndAsync();

        Assert.That(exitCode, Is.EqualTo(3));
        Assert.That(errors, Is.EqualTo($"afrender: Another afrender of this name has the folder {_folder.At("renders", Name)}. Give this one another --name, or another --data folder.\n"));
    }

    [Test]
    public async Task A_folder_that_cannot_be_used_is_not_taken_for_a_locked_one()
    {
        Directory.CreateDirectory(_folder.At("renders", Name));
        File.CreateSymbolicLink(_folder.At("renders", Name, "lock"), "/no/such/folder/lock");

        using var program = Program();
        var (exitCode, _, errors) = await program.EndAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.StartWith($"afrender: The folder {_folder.At("renders", Name)} cannot be used: ").And.Contain("--data"));
    }

    [Test]
    [SupportedOSPlatform("linux")]
    public void A_write_protected_folder_of_a_run_is_removed()
    {
        var kept = Directory.CreateDirectory(_folder.At("run", "scratch", "modules"));
        File.WriteAllText(Path.Combine(kept.FullName, "cached"), "");
        File.CreateSymbolicLink(Path.Combine(kept.FullName, "away"), _folder.Path);
        kept.UnixFileMode = kept.Parent!.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;

        RunFolder.Remove(_folder.At("run"));

        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void A_name_with_a_line_end_is_refused()
    {
        var settings = new AgentSettings { Name = "box\n" };

        Assert.That(settings.Problems().Single(), Does.StartWith("--name: "));
    }

    [Test]
    public async Task All_wrong_settings_are_named_at_once()
    {
        using var program = new AfRenderProgram("--capacity", "0", "--name", "../up", "--server", "a:b", "--data", "", "--gpus", "8192,big", "--log-level", "loud");
        var (exitCode, _, errors) = await program.EndAsync();

        Assert.That(exitCode, Is.EqualTo(2));
        foreach (var option in new[] { "--capacity", "--name", "--server", "--data", "--gpus", "--log-level" }) Assert.That(errors, Does.Contain(option));
    }

    [Test]
    public async Task A_broken_service_file_is_named_with_its_line()
    {
        var path = _folder.Write("bad.yml", "name: bad\nprogress:\n  - '('\n");
        using var errors = new StringWriter();
        var settings = new AgentSettings { Data = _folder.Path, Name = Name, Services = ["vray"] };

        var exitCode = await RenderHost.RunAsync(settings, _folder.Path, TextWriter.Null, errors, new HostStops(CancellationToken.None, CancellationToken.None, CancellationToken.None));

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors.ToString(), Does.Contain($"{path}:3: ").And.Not.Contain("vray"));
    }

    private AfRenderProgram Program() => new("--server", _server.Address, "--name", Name, "--data", _folder.Path);

    private string Log() => File.ReadAllText(_folder.At("renders", Name, "logs", "afrender.log"));

    private IReadOnlyList<int> Left()
    {
        var instance = File.ReadAllText(_folder.At("renders", Name, "instance")).Trim();
        return ProcessTrees.OfThisMachine().Members(new RunMark(instance, null, 0));
    }
}

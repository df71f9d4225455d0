using System.Net;
using System.Net.Sockets;
using System.Text;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

/// <summary>afcmd and a farm of several servers.</summary>
public sealed class FarmServersTests
{
    private const string Health = "GET /health";
    private const string Jobs = "GET /api/v1/jobs?from=0&limit=100";
    private const string Ok = """{"status":"ok","sequence":7,"version":"1"}""";
    private const string NoJobs = """{"jobs":[],"total":0,"sequence":7}""";
    private const string Accepted = """{"id":5,"serial":77,"name":"shot","warnings":[]}""";

    private readonly List<IAsyncDisposable> _servers = [];
    private readonly Socket _dead = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private string Dead => $"127.0.0.1:{((IPEndPoint)_dead.LocalEndPoint!).Port}";

    [SetUp]
    public void Reserve() => _dead.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: nobody else can answer there

    [TearDown]
    public async Task Stop()
    {
        _dead.Dispose();
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [Test]
    public async Task The_next_server_is_asked_when_one_is_not_there()
    {
        var leader = await LeaderAsync();

        var (code, _, error) = await CommandRun.ToEndAsync(["jobs", "--json"], variables: new() { ["AF_SERVER"] = $"{Dead},{leader.Address}" });

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(leader.Asked.Select(a => a.Request), Is.EqualTo(new[] { Health, Jobs }));
    }

    [Test]
    public async Task The_leader_that_a_standby_names_is_asked_first()
    {
        var leader = await LeaderAsync();
        var standby = await StandbyAsync($"http://{leader.Address}");
        var other = await StandbyAsync($"http://{leader.Address}");

        var (code, _, error) = await CommandRun.ToEndAsync(["jobs", "--json", "--server", $"{standby.Address}, {other.Address}"]);

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(standby.Asked.Select(a => a.Request), Is.EqualTo(new[] { Health }));
        Assert.That(other.Asked, Is.Empty);
    }

    [Test]
    public async Task An_action_that_a_standby_got_is_done_once_by_the_leader()
    {
        const string pause = "POST /api/v1/jobs/5/actions";
        var leader = await LeaderAsync();
        leader.Answer(pause, """{"job":5,"operation":"pause","changed":1,"detail":"paused"}""");
        var standby = await StandbyAsync($"http://{leader.Address}");
        standby.Answer(pause, $$"""{"title":"standby","status":503,"detail":"This server is a standby.","leader":"http://{{leader.Address}}"}""", 503);

        var (code, output, _) = await CommandRun.ToEndAsync(["pause", "5", "--server", standby.Address]);

        Assert.That((code, output), Is.EqualTo((0, "job 5: paused\n")));
        Assert.That(leader.Asked.Count(a => a.Request == pause), Is.EqualTo(1));
    }

    [Test]
    public async Task When_none_answers_all_are_named_and_it_ends_with_3()
    {
        var stopping = await StandbyAsync("");
        stopping.Answer(Health, """{"status":"The server is stopping."}""", 503);

        var (code, output, error) = await CommandRun.ToEndAsync(["jobs", "--server", $"{Dead},{stopping.Address}"]);

        Assert.That((code, output), Is.EqualTo((3, "")));
        Assert.That(error.Split('\n')[1..4], Is.EqualTo(new[] { $"  {Dead}: Connection refused", $"  {stopping.Address}: The server is stopping.", "Say where they are with --server HOST:PORT,HOST:PORT or AF_SERVER." }));
    }

    [Test]
    public async Task A_farm_that_changes_its_leader_is_waited_for()
    {
        var standby = await StandbyAsync($"http://{Dead}");
        using var run = CommandRun.Start(["jobs", "--server", $"{Dead},{standby.Address}"]);
        await run.SaysOnErrorAsync("No server leads the farm now");

        standby.Answer(Jobs, NoJobs);
        standby.Answer(Health, Ok);

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Error, Is.EqualTo("No server leads the farm now; waiting for one to take over.\nThere are no jobs.\n"));
    }

    [Test]
    public async Task A_question_whose_answer_is_lost_is_asked_again()
    {
        var first = await LeaderAsync();
        first.Break(Jobs);
        var second = await LeaderAsync();

        var (code, _, error) = await CommandRun.ToEndAsync(["jobs", "--json", "--server", $"{first.Address},{second.Address}"]);

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(first.Asked.Select(a => a.Request), Does.Contain(Jobs));
        Assert.That(second.Asked.Select(a => a.Request), Is.EqualTo(new[] { Health, Jobs }));
    }

    [Test]
    public async Task A_submission_whose_answer_is_lost_is_not_sent_again()
    {
        var first = await LeaderAsync();
        first.Break("POST /api/v1/jobs");
        var second = await LeaderAsync();
        second.Answer("POST /api/v1/jobs", Accepted, 201);

        var (code, output, error) = await CommandRun.ToEndAsync(["submit", "-", "--server", $"{first.Address},{second.Address}"], input: "{}");

        Assert.That((code, output), Is.EqualTo((3, "")));
        Assert.That(error, Does.Contain($"The connection to the server at {first.Address} broke").And.Contain("It may have done what was asked; look with 'afcmd jobs' before you repeat it."));
        Assert.That(first.Asked.Count(a => a.Request.StartsWith("POST", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(second.Asked, Is.Empty);
    }

    [Test]
    public async Task Waiting_for_a_job_goes_on_at_the_server_that_takes_over()
    {
        var first = await LeaderAsync();
        first.Answer("POST /api/v1/jobs", Accepted, 201);
        var second = await StandbyAsync($"http://{first.Address}");
        using var run = CommandRun.Start(["submit", "-", "--wait", "--server", $"{first.Address},{second.Address}"], input: "{}");
        var live = await first.LiveAsync();
        await live.SayAsync("""{"type":"picture","sequence":1,"jobs":[{"id":5,"serial":77,"state":"running","tasks_total":10,"progress":10}]}""");
        await run.SaysOnErrorAsync("10 %");

        live.Cut();
        await first.StopAsync();
        second.Answer(Health, Ok);
        live = await second.LiveAsync();
        await live.SayAsync("""{"type":"picture","sequence":2,"jobs":[{"id":5,"serial":77,"state":"done","tasks_total":10,"progress":100}]}""");

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Error, Does.Contain("looking for the server that leads the farm").And.Contain($"The server at {second.Address} leads the farm now."));
    }

    [Test]
    public async Task A_leader_that_hangs_is_left_while_waiting()
    {
        var first = await LeaderAsync();
        first.Answer("POST /api/v1/jobs", Accepted, 201);
        first.AnswersPings = false;
        var second = await LeaderAsync();
        using var run = CommandRun.Start(["submit", "-", "--wait", "--server", $"{first.Address},{second.Address}"], input: "{}");
        await first.LiveAsync();

        var live = await second.LiveAsync();
        await live.SayAsync("""{"type":"picture","sequence":2,"jobs":[{"id":5,"serial":77,"state":"done","tasks_total":10,"progress":100}]}""");

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Error, Does.Contain($"The server at {second.Address} leads the farm now."));
    }

    [Test]
    public async Task A_followed_log_goes_on_at_the_next_server_without_a_byte_twice()
    {
        const string task = "GET /api/v1/jobs/5/blocks/0/tasks/3";
        var first = await LeaderAsync();
        first.Answer(task, """{"task":3,"run":1}""");
        var second = await StandbyAsync($"http://{first.Address}");
        second.Answer($"{task}/log?run=1&offset=4", Encoding.UTF8.GetBytes("two\n"), "text/plain");
        using var run = CommandRun.Start(["log", "5", "0", "3", "--follow", "--server", $"{first.Address},{second.Address}"]);
        var live = await first.LiveAsync();
        await live.SayAsync("""{"type":"log","job":5,"block":0,"task":3,"run":1,"offset":0,"text":"one\n","ended":false}""");
        await run.SaysAsync("one");

        live.Cut();
        await first.StopAsync();
        second.Answer(Health, Ok);
        live = await second.LiveAsync();
        await live.SayAsync("""{"type":"log","job":5,"block":0,"task":3,"run":1,"offset":0,"text":"one\ntwo\n","ended":true}""");

        Assert.That(await run.EndAsync(), Is.Zero);
        Assert.That(run.Out, Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task Every_wrong_address_of_a_list_is_named()
    {
        var (code, _, error) = await CommandRun.ToEndAsync(["jobs", "--server", "farm1,,a b"]);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--server: must be HOST or HOST:PORT, such as 127.0.0.1:51000, was ''").And.Contain("was 'a b'"));
    }

    private async Task<ScriptedHttpServer> LeaderAsync()
    {
        var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Health, Ok);
        server.Answer(Jobs, NoJobs);
        _servers.Add(server);
        return server;
    }

    private async Task<ScriptedHttpServer> StandbyAsync(string leader)
    {
        var server = await ScriptedHttpServer.StartAsync();
        server.Answer(Health, $$"""{"status":"standby","sequence":7,"version":"1","leader":"{{leader}}","servers":[]}""", 503);
        _servers.Add(server);
        return server;
    }
}

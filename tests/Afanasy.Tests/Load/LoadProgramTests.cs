using System.Text.Json;
using Afanasy.Tests.Support;
using AfLoad;

namespace Afanasy.Tests.Load;

public sealed class LoadProgramTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [TestCase("latency", "--count", "5", new[] { "submit_to_start_p50", "submit_to_start_p99" })]
    [TestCase("throughput", "--renders", "3", new[] { "tasks_per_second", "server_cpu_per_task", "slot_empty_p99", "report_answered_p99", "changes_per_second", "turns_per_second", "turn_p99", "commit_p99", "engine_in_commit" }, "--slots", "2", "--jobs", "2", "--tasks", "20", "--users", "2", "--needs", "2")]
    [TestCase("slots", "--renders", "3", new[] { "slot_empty_p50", "slot_empty_p999", "report_answered_p99", "ends_per_second", "server_cpu_per_task", "server_memory", "slots_still_empty", "turn_p99", "engine_in_commit" }, "--slots", "2", "--jobs", "4", "--tasks", "100", "--work", "100", "--measure", "1")]
    [TestCase("submit", "--jobs", "10", new[] { "jobs_per_second", "submit_answered_p99", "turn_p50", "commit_p50" }, "--tasks", "5", "--present", "5")]
    [TestCase("restart", "--jobs", "5", new[] { "recovered_from_journal", "recovered_from_snapshot" })]
    [TestCase("restart", "--jobs", "5", new[] { "recovered_from_journal", "recovered_from_snapshot", "changes", "data_on_disk" }, "--tasks", "20", "--done", "50", "--age", "30")]
    [TestCase("reconnect", "--renders", "20", new[] { "back_after_max", "first_order_heard", "runs_given_back", "server_cpu" }, "--watched", "1")]
    [TestCase("idle", "--renders", "2", new[] { "server_cpu", "server_memory" }, "--jobs", "2", "--tasks", "2", "--settle", "1", "--quiet", "1")]
    public async Task A_small_run_measures_a_real_server(string command, string option, string value, string[] figures, params string[] more)
    {
        using var folder = new ScratchFolder();

        var code = await RunAsync([command, option, value, .. more, "--json", "--seconds", "60", "--data", folder.Path]);

        Assert.That(code, Is.Zero, _errors.ToString());
        using var found = JsonDocument.Parse(_output.ToString());
        Assert.That(found.RootElement.GetProperty("complete").GetBoolean(), Is.True);
        foreach (var figure in figures)
            Assert.That(found.RootElement.GetProperty("figures").GetProperty(figure).GetDouble(), Is.Not.Negative, figure);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty, "what the server wrote is deleted");
    }

    [TestCase]
    [TestCase("--freeze")]
    public async Task A_standby_takes_over_from_a_leader_that_is_broken(params string[] more)
    {
        using var folder = new ScratchFolder();
        var database = await PostgresRun.NewDatabaseAsync();

        var code = await RunAsync(["failover", "--rounds", "1", "--present", "2", "--store", "postgres", "--postgres", database, "--json", "--seconds", "120", "--data", folder.Path, .. more]);

        Assert.That(code, Is.Zero, _errors.ToString());
        using var found = JsonDocument.Parse(_output.ToString());
        var figures = found.RootElement.GetProperty("figures");
        var (answer, order) = (figures.GetProperty("broken_to_answer_min").GetDouble(), figures.GetProperty("broken_to_order_max").GetDouble());
        Assert.That(answer, Is.Positive);
        Assert.That(order, Is.Positive);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task All_that_was_simulated_is_counted()
    {
        using var folder = new ScratchFolder();

        await RunAsync(["throughput", "--renders", "2", "--slots", "3", "--jobs", "3", "--tasks", "7", "--data", folder.Path]);

        Assert.That(_output.ToString(), Does.Match(@"^throughput\n  tasks +21\.0\n"));
    }

    [TestCase(new string[0], "Required command")]
    [TestCase(new[] { "throughput", "--renders", "0", "--slots", "x" }, "--renders: must be 1 to 15000, was '0'", "--slots: must be 1 to 1000, was 'x'")]
    [TestCase(new[] { "latency", "--server", "nowhere" }, "--server: must be HOST:PORT, was 'nowhere'")]
    [TestCase(new[] { "throughput", "--needs", "1001", "--users", "0" }, "--needs: must be 1 to 1000, was '1001'", "--users: must be 1 to 10000, was '0'")]
    [TestCase(new[] { "slots", "--renders", "10", "--jobs", "2", "--tasks", "15" }, "--tasks: 2 jobs of 15 tasks do not last; so many slots need 80 tasks in all")]
    [TestCase(new[] { "submit", "--store", "paper" }, "--store: must be sqlite or postgres, was 'paper'")]
    [TestCase(new[] { "submit", "--store", "postgres" }, "--postgres: is needed with --store postgres")]
    [TestCase(new[] { "submit", "--postgres", "Host=here" }, "--postgres: is for --store postgres")]
    [TestCase(new[] { "memory", "--store", "postgres", "--postgres", "Host=here" }, "--store: memory is measured of three servers")]
    [TestCase(new[] { "restart", "--jobs", "2", "--tasks", "3", "--done", "7" }, "--done: 2 jobs of 3 tasks have fewer runs than 7")]
    [TestCase(new[] { "memory", "--server", "127.0.0.1:9" }, "--server: memory is measured of a server that loadfarm starts itself")]
    [TestCase(new[] { "failover", "--server", "127.0.0.1:9" }, "--server: failover is measured of servers that loadfarm starts itself")]
    [TestCase(new[] { "failover" }, "--store: failover is measured with --store postgres, and with an empty database in --postgres")]
    public async Task Wrong_usage_is_said_in_words(string[] words, params string[] problems)
    {
        var code = await RunAsync(words);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(_output.ToString(), Is.Empty);
        foreach (var problem in problems) Assert.That(_errors.ToString(), Does.Contain(problem));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_code_3()
    {
        var code = await RunAsync(["latency", "--server", "127.0.0.1:9"]);

        Assert.That(code, Is.EqualTo(3));
        Assert.That(_errors.ToString(), Does.Contain("No server answers at 127.0.0.1:9"));
    }

    [Test]
    public async Task What_takes_too_long_ends_and_says_so()
    {
        using var folder = new ScratchFolder();

        var code = await RunAsync(["idle", "--renders", "1", "--jobs", "1", "--tasks", "1", "--settle", "1", "--quiet", "600", "--seconds", "5", "--data", folder.Path]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(_errors.ToString(), Does.Contain("the time is up"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    private Task<int> RunAsync(string[] words) => LoadProgram.RunAsync(words, _output, _errors, TimeProvider.System, CancellationToken.None);
}

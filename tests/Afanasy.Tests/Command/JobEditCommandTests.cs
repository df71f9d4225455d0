using System.Text.Json;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

/// <summary>What afcmd changes about jobs, asked of a real server.</summary>
public sealed class JobEditCommandTests
{
    private const string Listed = """{"name":"listed","user_name":"anna","blocks":[{"name":"list","tasks":[{"name":"a","command":"true"}]},{"name":"frames","frame_first":1,"frame_last":4,"command":"c @#@"}]}""";

    [TestCase("priority=7", "priority", "7")]
    [TestCase("annotation=12", "annotation", "\"12\"")]
    [TestCase("annotation={}", "annotation", "\"{}\"")]
    [TestCase("description=after lunch", "description", "\"after lunch\"")]
    [TestCase("custom_data={\"a\":1}", "custom_data", "\"{\\u0022a\\u0022:1}\"")]
    [TestCase("hidden=true", "hidden", "true")]
    [TestCase("hidden=True", "hidden", "true")]
    [TestCase("max_running_tasks=3", "max_running_tasks", "3")]
    [TestCase("max_running_tasks_per_host=1", "max_running_tasks_per_host", "1")]
    [TestCase("max_tasks_per_second=2", "max_tasks_per_second", "2")]
    [TestCase("min_running_tasks=1", "min_running_tasks", "1")]
    [TestCase("hosts_mask=box", "hosts_mask", "\"box\"")]
    [TestCase("hosts_mask_exclude=9", "hosts_mask_exclude", "\"9\"")]
    [TestCase("hosts_mask_type=regex", "hosts_mask_type", "\"regex\"")]
    [TestCase("need_os=linux", "need_os", "\"linux\"")]
    [TestCase("need_properties=ssd", "need_properties", "\"ssd\"")]
    [TestCase("need_power=5", "need_power", "5")]
    [TestCase("need_memory=512", "need_memory", "512")]
    [TestCase("need_hdd=10", "need_hdd", "10")]
    [TestCase("pools={\"/fast\":50}", "pools", "{\"/fast\":50}")]
    [TestCase("pools./fast=50", "pools", "{\"/fast\":50}")]
    [TestCase("folders.output=/tmp/1", "folders", "{\"output\":\"/tmp/1\"}")]
    [TestCase("limits.nuke=2", "limits", "{\"nuke\":2}")]
    [TestCase("command_post=true", "command_post", "\"true\"")]
    [TestCase("time_wait=1", "time_wait", "1")]
    [TestCase("time_life=0", "time_life", "0")]
    [TestCase("depend_mask=7", "depend_mask", "\"7\"")]
    [TestCase("depend_mask_global=none.*", "depend_mask_global", "\"none.*\"")]
    [TestCase("ppa=true", "ppa", "true")]
    [TestCase("maintenance=true", "maintenance", "true")]
    [TestCase("ignorenimby=true", "ignorenimby", "true")]
    [TestCase("ignorepaused=true", "ignorepaused", "true")]
    [TestCase("preempts=true", "preempts", "true")]
    [TestCase("preemption_grace=5", "preemption_grace", "5")]
    [TestCase("branch=/film", "branch", "\"/film\"")]
    [TestCase("user_name=7", "user_name", "\"7\"")]
    public async Task A_field_of_a_job_is_set(string word, string field, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));
        await RunAsync(server, "branch", "/film", "create");
        await server.SubmitAsync(TestJobs.Frames(1, "other", user: "7"));

        var (code, output, error) = await RunAsync(server, "set", $"{job}", word);

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith($"job {job}: "));
        Assert.That(JsonSerializer.Serialize((await server.JobAsync(job)).GetProperty(field)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Pools_that_are_not_named_stay_and_0_takes_one_away()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));

        await RunAsync(server, "set", $"{job}", "pools={\"/fast\":50,\"/old\":-100}");
        await RunAsync(server, "set", $"{job}", "pools./old=0", "pools./new=3");

        Assert.That(JsonSerializer.Serialize((await server.JobAsync(job)).GetProperty("pools")), Is.EqualTo("{\"/fast\":50,\"/new\":3}"));
    }

    [Test]
    public async Task A_job_waits_for_the_jobs_that_set_names()
    {
        await using var server = await RunningServer.StartAsync();
        var first = await server.SubmitAsync(TestJobs.Frames(1, "first"));
        var second = await server.SubmitAsync(TestJobs.Frames(1, "second"));

        await RunAsync(server, "set", $"{second}", $"depend_jobs={first}");
        var (_, shown, _) = await RunAsync(server, "job", $"{second}");

        Assert.That(shown, Does.Contain($"waits for  job {first}\n"));
    }

    [TestCase("--block 1", 1)]
    [TestCase("--block-mask frames", 1)]
    [TestCase("--blocks 0-1", 2)]
    public async Task Blocks_are_set_by_number_and_by_name(string choice, int changed)
    {
        await using var server = await RunningServer.StartAsync();
        var job = await SubmitListedAsync(server);

        var (code, _, error) = await RunAsync(server, ["set", $"{job}", .. choice.Split(' '), "need_memory=77", "tickets.nuke=2", "environment.N=5", "files=a.exr,b.exr"]);

        Assert.That((code, error), Is.EqualTo((0, "")));
        var blocks = (await server.JobAsync(job)).GetProperty("blocks").EnumerateArray().ToList();
        Assert.That(blocks.Count(block => block.GetProperty("need_memory").GetInt32() == 77), Is.EqualTo(changed));
        Assert.That(JsonSerializer.Serialize(blocks[1].GetProperty("tickets")), Is.EqualTo("{\"nuke\":2}"));
        Assert.That(JsonSerializer.Serialize(blocks[1].GetProperty("environment")), Is.EqualTo("{\"N\":\"5\"}"));
        Assert.That(JsonSerializer.Serialize(blocks[1].GetProperty("files")), Is.EqualTo("[\"a.exr\",\"b.exr\"]"));
    }

    [TestCase("priorityy=5", "params.priorityy: unknown field; did you mean priority?")]
    [TestCase("priority=high", "params.priority: must be a whole number")]
    [TestCase("priority=700", "params.priority")]
    [TestCase("pools./fast=much", "params.pools./fast")]
    [TestCase("depend_jobs=99", "depend_jobs[0]")]
    public async Task A_mistake_of_set_is_named_with_its_field(string word, string problem)
    {
        await using var server = await RunningServer.StartAsync();
        var job = await server.SubmitAsync(TestJobs.Frames(1));

        var (code, output, error) = await RunAsync(server, "set", $"{job}", word);

        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.StartWith($"job {job}: ").And.Contain(problem));
    }

    [TestCase("""[{"name":"more","service":"generic","tasks":[{"name":"x","command":"true"}]}]""")]
    [TestCase("""{"name":"more","service":"generic","tasks":[{"name":"x","command":"true"}]}""")]
    [TestCase("""{"blocks":[{"name":"more","service":"generic","tasks":[{"name":"x","command":"true"}]}]}""")]
    public async Task Blocks_are_appended(string file)
    {
        await using var server = await RunningServer.StartAsync();
        var job = await SubmitListedAsync(server);

        var (code, output, error) = await FeedAsync(server, file, "append", $"{job}", "-");

        Assert.That((code, output, error), Is.EqualTo((0, $"job {job}: 1 block appended\n", "")));
        Assert.That((await server.JobAsync(job)).GetProperty("blocks")[2].GetProperty("name").GetString(), Is.EqualTo("more"));
    }

    [TestCase("""[{"name":"b","command":"true"},{"name":"c","command":"true"}]""", 3)]
    [TestCase("""{"tasks":[{"name":"b","command":"true"}]}""", 2)]
    [TestCase("""{"name":"b","command":"true"}""", 2)]
    public async Task Tasks_are_appended(string file, int total)
    {
        await using var server = await RunningServer.StartAsync();
        var job = await SubmitListedAsync(server);

        var (code, _, error) = await FeedAsync(server, file, "append", $"{job}", "-", "--block", "0");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That((await server.JobAsync(job)).GetProperty("blocks")[0].GetProperty("tasks_total").GetInt32(), Is.EqualTo(total));
    }

    [TestCase("null", "", 2, "stdin: holds nothing but null")]
    [TestCase("{", "", 2, "stdin:1:2: is no JSON")]
    [TestCase("""[{"name":"x"}]""", "", 1, "params.blocks[0]: needs tasks")]
    [TestCase("""[{"name":"x","comand":"c"}]""", "--block 0", 1, "params.tasks[0].comand: unknown field; did you mean command?")]
    [TestCase("""[{"name":"x","command":"c"}]""", "--block 7", 1, "blocks[0]: the job has blocks 0 to 1, was 7")]
    public async Task What_cannot_be_appended_is_named(string file, string choice, int expected, string problem)
    {
        await using var server = await RunningServer.StartAsync();
        var job = await SubmitListedAsync(server);

        var (code, _, error) = await FeedAsync(server, file, ["append", $"{job}", "-", .. choice.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.That(code, Is.EqualTo(expected), error);
        Assert.That(error, Does.Contain(problem));
    }

    [Test]
    public async Task A_job_that_is_exported_can_be_submitted_again()
    {
        await using var server = await RunningServer.StartAsync();
        var job = await SubmitListedAsync(server);
        await RunAsync(server, "set", $"{job}", "priority=7");

        var exported = await RunAsync(server, "export", $"{job}");
        var (code, output, _) = await FeedAsync(server, exported.Out, "submit", "-");

        Assert.That((code, output), Is.EqualTo((0, $"job {job + 1} submitted: listed-1\n")));
        Assert.That((await server.JobAsync(job + 1)).GetProperty("priority").GetInt32(), Is.EqualTo(7));
    }

    private static async Task<int> SubmitListedAsync(RunningServer server)
    {
        var (status, body) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs", Listed);
        Assert.That(status, Is.EqualTo(201), body.ToString());
        return body.GetProperty("id").GetInt32();
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(RunningServer server, params string[] words) => FeedAsync(server, "", words);

    private static Task<(int Code, string Out, string Error)> FeedAsync(RunningServer server, string input, params string[] words) =>
        CommandRun.ToEndAsync([.. words, "--server", $"127.0.0.1:{server.Port}"], input);
}

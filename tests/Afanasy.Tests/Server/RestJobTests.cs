using System.Text.Json;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class RestJobTests
{
    [Test]
    public async Task A_job_is_taken_and_shown_with_its_blocks_and_tasks()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, body) = await server.PostAsync("/api/v1/jobs", TestJobs.FramesThenMovie(3));

        Assert.That(status, Is.EqualTo(201));
        Assert.That(body.GetProperty("id").GetInt32(), Is.EqualTo(1));
        Assert.That(body.GetProperty("serial").GetInt32(), Is.EqualTo(1));
        Assert.That(body.GetProperty("name").GetString(), Is.EqualTo("movie"));
        Assert.That(body.GetProperty("warnings").GetArrayLength(), Is.Zero);
        var job = await server.JobAsync(1);
        Assert.That(job.GetProperty("tasks_total").GetInt32(), Is.EqualTo(4));
        Assert.That(job.GetProperty("tasks_ready").GetInt32(), Is.EqualTo(3));
        Assert.That(job.GetProperty("tasks_waiting").GetInt32(), Is.EqualTo(1));
        Assert.That(job.GetProperty("blocks")[0].GetProperty("strip").GetString(), Is.EqualTo("ready:3"));
        Assert.That(job.GetProperty("blocks")[1].GetProperty("numeric").GetBoolean(), Is.False);
        Assert.That(job.GetProperty("time_creation").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(job.GetProperty("time_done").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var task = await server.TaskAsync(1, 2);
        Assert.That(task.GetProperty("name").GetString(), Is.EqualTo("frame 3"));
        Assert.That(task.GetProperty("run").GetInt32(), Is.Zero);
        Assert.That(task.GetProperty("render").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("application/json")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("text/plain; charset=utf-8")]
    [TestCase(null)]
    public async Task A_body_is_read_as_json_whatever_its_type_is_called(string? contentType)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, body) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs", JsonSerializer.Serialize(new { job = TestJobs.Frames(2) }), contentType);
        var (acted, _) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs/1/actions", """{"operation":"pause"}""", contentType);
        var (levels, _) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{"engine":"debug"}}""", contentType);

        Assert.That((status, acted, levels), Is.EqualTo((201, 200, 200)), body.ToString());
    }

    [Test]
    public async Task Every_mistake_of_a_job_is_named_with_its_path()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, body) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs", """
            {"name":"x","user_name":7,"blocks":[{"frame_first":1,"frame_last":2,"command":"c"},{"frames_inc":"1","frame_first":1,"wrong":1}]}
            """);

        Assert.That(status, Is.EqualTo(400));
        Assert.That(body.GetProperty("status").GetInt32(), Is.EqualTo(400));
        Assert.That(body.GetProperty("title").GetString(), Is.Not.Empty);
        Assert.That(body.GetProperty("errors").EnumerateObject().Select(field => field.Name), Is.EquivalentTo(new[] { "user_name", "blocks[1].command", "blocks[1].frames_inc", "blocks[1].wrong" }));
        Assert.That(body.GetProperty("detail").GetString(), Does.Contain("blocks[1].wrong"));
    }

    [TestCase("{\n  \"name\": oops}", "line 2, column 11")]
    [TestCase("", "line 1, column 1")]
    [TestCase("[1,2", "line 1, column 5")]
    public async Task A_body_that_is_not_json_is_refused_with_the_place(string body, string place)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, answer) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs", body);

        Assert.That(status, Is.EqualTo(400));
        Assert.That(answer.GetProperty("detail").GetString(), Does.Contain(place));
    }

    [Test]
    public async Task A_body_that_is_nested_too_deep_is_refused()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, answer) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs", new string('[', 100_000));

        Assert.That(status, Is.EqualTo(400));
        Assert.That(answer.GetProperty("detail").GetString(), Does.Contain("depth"));
    }

    [Test]
    public async Task A_body_over_the_limit_is_refused_with_413()
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs") { Content = new ByteArrayContent(new byte[(64 << 20) + 1]) };
        request.Headers.ExpectContinue = true;

        using var answer = await server.Http.SendAsync(request);

        Assert.That((int)answer.StatusCode, Is.EqualTo(413));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        await server.GetAsync("/health");
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task Jobs_are_listed_in_windows_filtered_and_sorted()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1, "bravo shot", priority: 10, user: "anna"));
        await server.SubmitAsync(TestJobs.Frames(1, "alpha shot", priority: 50, user: "ben"));
        await server.SubmitAsync(TestJobs.Frames(1, "charlie", priority: 50, user: "anna"));
        await server.ActAsync(3, new { operation = "skip" });

        Assert.That(await IdsAsync(server, ""), Is.EqualTo(new[] { 2, 1, 3 }), "active first, then priority, then age");
        Assert.That(await IdsAsync(server, "?sort=name"), Is.EqualTo(new[] { 2, 1, 3 }));
        Assert.That(await IdsAsync(server, "?sort=-name"), Is.EqualTo(new[] { 3, 1, 2 }));
        Assert.That(await IdsAsync(server, "?sort=id&from=1&limit=1"), Is.EqualTo(new[] { 2 }));
        Assert.That(await IdsAsync(server, "?sort=id&from=99"), Is.Empty);
        Assert.That(await IdsAsync(server, "?sort=id&filter=SHOT"), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await IdsAsync(server, "?sort=id&filter=user:anna%20-charlie"), Is.EqualTo(new[] { 1 }));
        Assert.That(await IdsAsync(server, "?sort=id&filter=state:done,paused"), Is.EqualTo(new[] { 3 }));
        Assert.That(await IdsAsync(server, "?sort=id&filter=-state:done"), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((await server.GetAsync("/api/v1/jobs?limit=1")).GetProperty("total").GetInt32(), Is.EqualTo(3));
    }

    [TestCase("/api/v1/jobs?limit=0", "limit")]
    [TestCase("/api/v1/jobs?limit=1001", "limit")]
    [TestCase("/api/v1/jobs?from=-1", "from")]
    [TestCase("/api/v1/jobs?sort=colour", "sort")]
    [TestCase("/api/v1/renders?sort=colour", "sort")]
    [TestCase("/api/v1/users?sort=colour", "sort")]
    [TestCase("/api/v1/branches?limit=0", "limit")]
    [TestCase("/api/v1/pools?from=-1", "from")]
    [TestCase("/api/v1/tickets?limit=1001", "limit")]
    [TestCase("/api/v1/jobs/1/blocks/0/error-hosts?limit=0", "limit")]
    [TestCase("/api/v1/jobs/1/blocks/0/tasks?limit=2000", "limit")]
    [TestCase("/api/v1/jobs/1/blocks/0/tasks?state=asleep", "state")]
    [TestCase("/api/v1/jobs/1/blocks/0/tasks/0/log?offset=-1", "offset")]
    public async Task A_window_that_cannot_be_had_is_refused_with_the_field(string path, string field)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));
        await using var render = await ScriptedRender.JoinAsync(server);
        await render.StartAsync();

        var (status, body) = await server.AskAsync(HttpMethod.Get, path);

        Assert.That(status, Is.EqualTo(400));
        Assert.That(body.GetProperty("errors").TryGetProperty(field, out _), Is.True, body.ToString());
    }

    [Test]
    public async Task A_number_that_is_none_is_refused_with_its_name()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, body) = await server.AskAsync(HttpMethod.Get, "/api/v1/jobs?limit=abc");

        Assert.That(status, Is.EqualTo(400));
        Assert.That(body.GetProperty("detail").GetString(), Does.Contain("limit").And.Contain("abc"));
        Assert.That(server.BadLines, Is.Empty);
    }

    [TestCase("GET", "/api/v1/jobs/9")]
    [TestCase("GET", "/api/v1/jobs/9/why")]
    [TestCase("GET", "/api/v1/jobs/9/export")]
    [TestCase("GET", "/api/v1/jobs/9/blocks/0/tasks")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/5/tasks")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/-1/tasks")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/7")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/-1")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/7/runs")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/7/log")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/0/log")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/0/log?run=4")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/5/why")]
    [TestCase("GET", "/api/v1/jobs/9/blocks/0/why")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/1/why")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/0/tasks/-1/why")]
    [TestCase("GET", "/api/v1/jobs/1/blocks/5/error-hosts")]
    [TestCase("GET", "/api/v1/renders/nobody/why")]
    [TestCase("GET", "/api/v1/users/nobody")]
    [TestCase("GET", "/api/v1/branches?path=/nowhere")]
    [TestCase("GET", "/api/v1/pools?path=/nowhere")]
    [TestCase("POST", "/api/v1/renders/nobody/actions")]
    [TestCase("POST", "/api/v1/users/nobody/actions")]
    [TestCase("POST", "/api/v1/branches/actions?path=/nowhere")]
    [TestCase("POST", "/api/v1/pools/actions?path=/nowhere")]
    [TestCase("GET", "/api/v1/renders/nobody")]
    [TestCase("DELETE", "/api/v1/renders/nobody")]
    [TestCase("POST", "/api/v1/jobs/9/actions")]
    [TestCase("GET", "/api/v1/nothing")]
    public async Task What_is_not_there_is_said_to_be_not_there(string method, string path)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));

        var (status, body) = await server.AskAsync(new HttpMethod(method), path, method == "POST" ? """{"operation":"pause"}""" : null);

        Assert.That(status, Is.EqualTo(404));
        Assert.That(body.GetProperty("status").GetInt32(), Is.EqualTo(404), "application/problem+json");
    }

    [Test]
    public async Task Why_a_job_waits_is_explained()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1, service: "unknown"));

        var why = await server.GetAsync("/api/v1/jobs/1/why");

        Assert.That(why.GetProperty("state").GetString(), Is.EqualTo("ready"));
        Assert.That(why.GetProperty("reason").GetString(), Does.Contain("unknown"));
        Assert.That(why.GetProperty("renders").GetInt32(), Is.EqualTo(1));
        Assert.That(why.GetProperty("excluded")[0].GetProperty("reason").GetString(), Is.EqualTo("service"));
        Assert.That(why.GetProperty("excluded")[0].GetProperty("count").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_exported_job_can_be_submitted_again()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(5));

        var exported = await server.GetAsync("/api/v1/jobs/1/export");
        var (status, body) = await server.AskAsync(HttpMethod.Post, "/api/v1/jobs", exported.GetRawText());

        Assert.That(status, Is.EqualTo(201), body.ToString());
        var again = (await server.GetAsync("/api/v1/jobs/2/export")).GetRawText();
        Assert.That(again.Replace("\"movie-1\"", "\"movie\"", StringComparison.Ordinal), Is.EqualTo(exported.GetRawText()), "but for the name, which is taken");
        Assert.That((body.GetProperty("name").GetString(), body.GetProperty("branch").GetString()), Is.EqualTo(("movie-1", "/")));
    }

    [Test]
    public async Task Tasks_are_listed_in_windows_and_by_state()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(20));
        await server.ActAsync(1, new { operation = "skip", blocks = new[] { 0 }, tasks = new[] { 3, 7, 8 } });

        var window = await server.GetAsync("/api/v1/jobs/1/blocks/0/tasks?from=18&limit=5");
        var skipped = await server.GetAsync("/api/v1/jobs/1/blocks/0/tasks?state=skipped&from=1");

        Assert.That(window.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task").GetInt32()), Is.EqualTo(new[] { 18, 19 }));
        Assert.That(window.GetProperty("total").GetInt32(), Is.EqualTo(20));
        Assert.That(skipped.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task").GetInt32()), Is.EqualTo(new[] { 7, 8 }));
        Assert.That(skipped.GetProperty("total").GetInt32(), Is.EqualTo(3));
    }

    private static async Task<int[]> IdsAsync(RunningServer server, string query) =>
        [.. (await server.GetAsync("/api/v1/jobs" + query)).GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetInt32())];
}

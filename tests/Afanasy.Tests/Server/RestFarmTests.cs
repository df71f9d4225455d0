using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class RestFarmTests
{
    [Test]
    public async Task A_render_is_shown_with_its_load_and_its_runs()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server, "node 1");
        await server.SubmitAsync(TestJobs.Frames(1));
        await render.StartAsync();
        await render.SendAsync(new RenderReport { Load = new MachineLoad { CpuPercent = 42, LoadAverage = 1.5, MemoryTotalMegabytes = 4096 } });

        var view = await server.UntilAsync("/api/v1/renders/node%201", one => one.GetProperty("load").ValueKind == JsonValueKind.Object, "a load");

        Assert.That(view.GetProperty("state").GetString(), Is.EqualTo("busy"));
        Assert.That(view.GetProperty("capacity_used").GetInt32(), Is.EqualTo(1000));
        Assert.That(view.GetProperty("load").GetProperty("cpu_percent").GetInt32(), Is.EqualTo(42));
        Assert.That(view.GetProperty("tasks")[0].GetProperty("task_name").GetString(), Is.EqualTo("frame 1"));
        Assert.That(view.GetProperty("services")[0].GetString(), Is.EqualTo("generic"));
        Assert.That((await server.GetAsync("/api/v1/renders/1")).GetProperty("name").GetString(), Is.EqualTo("node 1"), "by id as well");
        Assert.That((await server.GetAsync("/api/v1/renders?filter=state:busy")).GetProperty("total").GetInt32(), Is.EqualTo(1));
        Assert.That((await server.GetAsync("/api/v1/renders?filter=state:idle")).GetProperty("total").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task Only_a_render_that_is_offline_and_empty_can_be_forgotten()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));
        await using (var render = await ScriptedRender.JoinAsync(server))
        {
            await render.StartAsync();
            var (connected, body) = await server.AskAsync(HttpMethod.Delete, "/api/v1/renders/r1");
            Assert.That((connected, body.GetProperty("detail").GetString()), Is.EqualTo((409, "Render 'r1' is connected. Stop it first.")));
        }

        await server.UntilOfflineAsync("r1");
        var (running, words) = await server.AskAsync(HttpMethod.Delete, "/api/v1/renders/r1");
        Assert.That((running, words.GetProperty("detail").GetString()), Is.EqualTo((409, "Render 'r1' still has 1 running task.")));

        await using (await ScriptedRender.JoinAsync(server))
        {
            await server.ActAsync(1, new { operation = "delete" });
        }

        await server.UntilOfflineAsync("r1");
        Assert.That((await server.AskAsync(HttpMethod.Delete, "/api/v1/renders/1")).Status, Is.EqualTo(204));
        Assert.That((await server.AskAsync(HttpMethod.Get, "/api/v1/renders/r1")).Status, Is.EqualTo(404));
        await using var again = await ScriptedRender.JoinAsync(server);
        Assert.That(again.Registered.RenderId, Is.EqualTo(2), "a number is never used again");
    }

    [Test]
    public async Task Users_and_services_are_counted()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(3, user: "anna"));
        await server.SubmitAsync(TestJobs.Frames(2, user: "ben", service: "exotic"));
        await render.StartAsync();

        var users = await server.GetAsync("/api/v1/users");
        var services = await server.GetAsync("/api/v1/services");

        var anna = users.GetProperty("users")[0];
        Assert.That((anna.GetProperty("name").GetString(), anna.GetProperty("jobs_total").GetInt32(), anna.GetProperty("jobs_running").GetInt32(), anna.GetProperty("tasks_running").GetInt32()), Is.EqualTo(("anna", 1, 1, 1)));
        Assert.That(users.GetProperty("total").GetInt32(), Is.EqualTo(2));
        var figures = services.GetProperty("services").EnumerateArray().Select(one => (
            one.GetProperty("name").GetString(), one.GetProperty("renders_online").GetInt32(), one.GetProperty("tasks_running").GetInt32(), one.GetProperty("tasks_ready").GetInt32()));
        Assert.That(figures, Is.EqualTo(new[] { ("exotic", 0, 0, 2), ("generic", 1, 1, 2) }));
    }

    [Test]
    public async Task Health_and_metrics_say_how_the_farm_is()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.FramesThenMovie(3));
        await render.StartAsync();

        var health = await server.GetAsync("/health");
        using var metrics = await server.Http.GetAsync("/metrics");
        var lines = (await metrics.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(health.GetProperty("status").GetString(), Is.EqualTo("ok"));
        Assert.That(health.GetProperty("sequence").GetInt64(), Is.GreaterThan(0));
        Assert.That(metrics.Content.Headers.ContentType?.ToString(), Does.StartWith("text/plain; version=0.0.4"));
        Assert.That(lines, Is.All.Match(@"^(# (HELP|TYPE) afanasy_[a-z_]+ .+|afanasy_[a-z_]+(\{(le|part)=""[^""]+""\})? \d+(\.\d+)?)$"));
        Assert.That(lines, Does.Contain("afanasy_tasks_running 1").And.Contain("afanasy_tasks_ready 2").And.Contain("afanasy_tasks_waiting 1").And.Contain("afanasy_connections 1"));
        foreach (var figure in (string[])["afanasy_turn_seconds_count", "afanasy_commit_seconds_count", "afanasy_commit_seconds_sum", "afanasy_turn_part_seconds_total{part=\"commit\"}"])
            Assert.That(lines, Has.Some.Match($@"^{System.Text.RegularExpressions.Regex.Escape(figure)} (?!0$)"), $"{figure} is more than 0");
    }

    [Test]
    public async Task The_log_level_is_shown_set_and_refused()
    {
        await using var server = await RunningServer.StartAsync();

        var (set, levels) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{"engine":"debug"}}""");
        var (unknown, problem) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{"engin":"debug"}}""");
        var (empty, _) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{}}""");
        var (nobody, _) = await server.AskAsync(HttpMethod.Put, "/api/v1/log-level", """{"levels":{"*":"info"},"render":"nobody"}""");

        Assert.That((set, unknown, empty, nobody), Is.EqualTo((200, 400, 400, 409)));
        Assert.That(levels.GetProperty("levels").GetProperty("engine").GetString(), Is.EqualTo("debug"));
        Assert.That(problem.GetProperty("errors").GetProperty("levels")[0].GetString(), Does.Contain("did you mean 'engine'"));
        Assert.That((await server.GetAsync("/api/v1/log-level")).GetProperty("levels").GetProperty("engine").GetString(), Is.EqualTo("debug"));
    }

    [Test]
    public async Task The_description_of_the_api_names_every_path_and_every_body()
    {
        await using var server = await RunningServer.StartAsync();

        var api = await server.GetAsync("/openapi/v1.json");

        Assert.That(api.GetProperty("openapi").GetString(), Does.StartWith("3."));
        var operations = api.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, Verb: operation.Name, operation.Value))).ToList();
        Assert.That(operations, Has.Count.GreaterThan(15));
        foreach (var (path, verb, operation) in operations)
        {
            Assert.That(operation.TryGetProperty("summary", out var summary) && summary.GetString()!.Length > 0, Is.True, $"{verb} {path} has no summary");
            if (verb is not ("post" or "put")) continue;
            var schema = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.That(schema.EnumerateObject().Any(), Is.True, $"{verb} {path} does not describe its body");
        }

        Assert.That((await server.Http.GetAsync("/apidocs/index.html")).IsSuccessStatusCode, Is.True);
    }
}

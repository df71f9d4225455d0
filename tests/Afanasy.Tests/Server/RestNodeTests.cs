using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Tests.Support;
using AfServer.Hosting;

namespace Afanasy.Tests.Server;

public sealed class RestNodeTests
{
    [Test]
    public async Task A_render_is_shown_with_what_people_and_its_pool_say_of_it()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await PostAsync(server, "/api/v1/pools/actions?path=/", new { operation = "set", @params = new { power_host = 7, properties_host = "ssd", tickets_host = new { usb = 1 } } });

        await PostAsync(server, "/api/v1/renders/r1/actions", new { operation = "set", @params = new { capacity_host = 3000, nimby = true, user_name = "anna", annotation = "desk" } });

        var one = await server.GetAsync("/api/v1/renders/1");
        Assert.That((one.GetProperty("capacity").GetInt32(), one.GetProperty("capacity_offered").GetInt32(), one.GetProperty("power").GetInt32()), Is.EqualTo((3000, 1000, 7)));
        Assert.That((one.GetProperty("properties").GetString(), one.GetProperty("annotation").GetString(), one.GetProperty("user_name").GetString()), Is.EqualTo(("ssd", "desk", "anna")));
        Assert.That((one.GetProperty("nimby").GetBoolean(), one.GetProperty("nimby_all").GetBoolean(), one.GetProperty("sick").GetBoolean()), Is.EqualTo((true, false, false)));
        Assert.That((one.GetProperty("pool").GetString(), one.GetProperty("sleep").GetString(), one.GetProperty("max_tasks").GetInt32()), Is.EqualTo(("/", "awake", -1)));
        Assert.That((one.GetProperty("settings").GetProperty("capacity_host").GetInt32(), one.GetProperty("settings").GetProperty("NIMBY").GetBoolean()), Is.EqualTo((3000, false)));
        var ticket = one.GetProperty("tickets")[0];
        Assert.That((ticket.GetProperty("name").GetString(), ticket.GetProperty("count").GetInt32(), ticket.GetProperty("in_use").GetInt32()), Is.EqualTo(("usb", 1, 0)));
        var row = (await server.GetAsync("/api/v1/renders?filter=pool:/%20user:anna&sort=-pool")).GetProperty("renders")[0];
        Assert.That(row.GetProperty("capacity").GetInt32(), Is.EqualTo(3000));
        Assert.That(row.TryGetProperty("settings", out _), Is.False, "rows are lean");
    }

    [Test]
    public async Task What_a_run_reserves_is_shown_on_its_render()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(new
        {
            name = "wide",
            user_name = "anna",
            blocks = new[] { new { frame_first = 1, frame_last = 1, command = "c", capacity = 600, need_memory = 1024, need_cpu_cores = 2, tickets = new { nuke = 1 } } },
        });
        await render.StartAsync();

        var one = await server.GetAsync("/api/v1/renders/r1");
        var task = await server.TaskAsync(1, 0);

        Assert.That((one.GetProperty("capacity_used").GetInt32(), one.GetProperty("memory_reserved_mb").GetInt32(), one.GetProperty("cores_reserved").GetInt32()), Is.EqualTo((600, 1024, 2)));
        Assert.That((one.GetProperty("tickets")[0].GetProperty("name").GetString(), one.GetProperty("tickets")[0].GetProperty("in_use").GetInt32()), Is.EqualTo(("nuke", 1)));
        Assert.That((one.GetProperty("tasks")[0].GetProperty("capacity").GetInt32(), one.GetProperty("tasks")[0].GetProperty("helping").GetBoolean()), Is.EqualTo((600, false)));
        Assert.That(task.GetProperty("capacity").GetInt32(), Is.EqualTo(600));
    }

    [TestCase("renders/r1/actions", """{"operation":"explode"}""", "operation")]
    [TestCase("renders/r1/actions", """{"operation":7}""", "operation")]
    [TestCase("renders/r1/actions", """{}""", "operation")]
    [TestCase("renders/r1/actions", """{"operation":"set","params":{"priority":999}}""", "params.priority")]
    [TestCase("renders/r1/actions", """{"operation":"set","params":{"colour":1}}""", "params.colour")]
    [TestCase("renders/r1/actions", """{"operation":"set","params":7}""", "params")]
    [TestCase("renders/r1/actions", """{"operation":"exit","colour":1}""", "colour")]
    [TestCase("renders/r1/actions", """{"operation":"launch_cmd"}""", "params.cmd")]
    [TestCase("users/anna/actions", """{"operation":"set","params":{"role":"king"}}""", "params.role")]
    [TestCase("users/anna/actions", """{"operation":"move_jobs_up","params":{"jobs":[1,99]}}""", "params.jobs[1]")]
    [TestCase("users/anna/actions", """{"operation":"move_jobs_up"}""", "params.jobs")]
    [TestCase("users/anna/actions", """{"operation":"move_jobs_sideways"}""", "operation")]
    [TestCase("branches/actions?path=/", """{"operation":"set","params":{"budget_hours":"much"}}""", "params.budget_hours")]
    [TestCase("branches", """{"path":"no/slash"}""", "path")]
    [TestCase("branches", """{"params":{}}""", "path")]
    [TestCase("branches", """{"path":"/a","params":{"priority":-1}}""", "params.priority")]
    [TestCase("pools", """{"path":"a"}""", "path")]
    [TestCase("pools", """{"path":"/a","params":{"pattern":"("}}""", "params.pattern")]
    [TestCase("pools/actions?path=/", """{"operation":"tickets","params":{"name":"nuke"}}""", "params.count")]
    public async Task A_mistake_is_named_with_its_field_and_changes_nothing(string path, string body, string field)
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var before = (await server.GetAsync("/health")).GetProperty("sequence").GetInt64();

        var (status, answer) = await server.AskAsync(HttpMethod.Post, $"/api/v1/{path}", body);

        Assert.That(status, Is.EqualTo(400), answer.ToString());
        Assert.That(answer.GetProperty("errors").TryGetProperty(field, out _), Is.True, answer.ToString());
        Assert.That((await server.GetAsync("/health")).GetProperty("sequence").GetInt64(), Is.EqualTo(before));
    }

    [Test]
    public async Task What_is_not_possible_now_is_a_conflict()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));

        var (delete, words) = await server.PostAsync("/api/v1/renders/r1/actions", new { operation = "delete" });
        var (user, _) = await server.PostAsync("/api/v1/users/anna/actions", new { operation = "delete" });
        var (root, _) = await server.PostAsync("/api/v1/pools/actions?path=/", new { operation = "delete" });
        var (orphan, _) = await server.PostAsync("/api/v1/pools", new { path = "/not/there" });

        Assert.That((delete, user, root, orphan), Is.EqualTo((409, 409, 409, 409)));
        Assert.That(words.GetProperty("detail").GetString(), Is.EqualTo("Render 'r1' is connected. Stop it first."));
    }

    [Test]
    public async Task A_user_is_shown_with_settings_and_counts()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(2));
        await server.SubmitAsync(TestJobs.Frames(2, service: "exotic"));
        await render.EndAsync((await render.StartAsync()).Run);
        await render.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(2, user: "ben"));

        var answer = await PostAsync(server, "/api/v1/users/anna/actions", new { operation = "set", @params = new { max_running_tasks = 5, priority = 120 } });

        Assert.That((answer.GetProperty("operation").GetString(), answer.GetProperty("changed").GetInt32()), Is.EqualTo(("set", 1)));
        var anna = await server.GetAsync("/api/v1/users/anna");
        Assert.That((anna.GetProperty("jobs_total").GetInt32(), anna.GetProperty("tasks_running").GetInt32(), anna.GetProperty("runs_done").GetInt64()), Is.EqualTo((2, 1, 1L)));
        Assert.That(anna.GetProperty("job_states").GetRawText(), Is.EqualTo("""{"ready":1,"running":1}"""));
        Assert.That(anna.GetProperty("settings").GetProperty("max_running_tasks").GetInt32(), Is.EqualTo(5));
        Assert.That(await NamesAsync(server, "users?sort=-priority", "users"), Is.EqualTo(new[] { "anna", "ben" }));
        Assert.That(await NamesAsync(server, "users?filter=be", "users"), Is.EqualTo(new[] { "ben" }));
        Assert.That(await NamesAsync(server, "users?from=1&limit=1", "users"), Is.EqualTo(new[] { "ben" }));
    }

    [Test]
    public async Task A_users_jobs_are_put_in_another_order()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));
        await server.SubmitAsync(TestJobs.Frames(1));

        var answer = await PostAsync(server, "/api/v1/users/anna/actions", new { operation = "move_jobs_top", @params = new { jobs = new[] { 2 } } });

        Assert.That(answer.GetProperty("detail").GetString(), Is.EqualTo("1 job moved to the top"));
        await using var render = await ScriptedRender.JoinAsync(server);
        Assert.That((await render.StartAsync()).Run.Job.Value, Is.EqualTo(2));
        Assert.That((await server.JobAsync(2)).GetProperty("user_list_order").GetInt64(), Is.LessThan((await server.JobAsync(1)).GetProperty("user_list_order").GetInt64()));
    }

    [Test]
    public async Task A_branch_is_made_shown_set_and_deleted()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, made) = await server.PostAsync("/api/v1/branches", new { path = "/shows/a b", @params = new { budget_hours = 10 } });
        await server.SubmitAsync(new { name = "j", user_name = "anna", branch = "/shows/a b", blocks = new[] { new { frame_first = 1, frame_last = 2, command = "c" } } });
        await PostAsync(server, "/api/v1/branches/actions?path=/shows", new { operation = "pause" });

        Assert.That((status, made.GetProperty("path").GetString(), made.GetProperty("changed").GetInt32()), Is.EqualTo((201, "/shows/a b", 2)), "with the one above it");
        var branch = await server.GetAsync("/api/v1/branches?path=/shows/a%20b");
        Assert.That((branch.GetProperty("parent").GetString(), branch.GetProperty("jobs_total").GetInt32(), branch.GetProperty("users").GetInt32()), Is.EqualTo(("/shows", 1, 1)));
        Assert.That((branch.GetProperty("budget_hours").GetInt32(), branch.GetProperty("budget_spent").GetBoolean(), branch.GetProperty("run_hours").GetDouble()), Is.EqualTo((10, false, 0.0)));
        var shows = await server.GetAsync("/api/v1/branches?path=/shows");
        Assert.That((shows.GetProperty("jobs_total").GetInt32(), shows.GetProperty("branches").GetInt32(), shows.GetProperty("settings").GetProperty("paused").GetBoolean()), Is.EqualTo((1, 1, true)), "with what is below");
        Assert.That(await NamesAsync(server, "branches", "branches", "path"), Is.EqualTo(new[] { "/", "/shows", "/shows/a b" }));
        Assert.That(await NamesAsync(server, "branches?filter=parent:/shows", "branches", "path"), Is.EqualTo(new[] { "/shows/a b" }));
        await server.ActAsync(1, new { operation = "delete" });
        await PostAsync(server, "/api/v1/branches/actions?path=/shows/a%20b", new { operation = "delete" });
        Assert.That((await server.GetAsync("/api/v1/branches")).GetProperty("total").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_pool_is_made_and_shows_its_renders_and_tickets()
    {
        await using var server = await RunningServer.StartAsync();
        var (status, _) = await server.PostAsync("/api/v1/pools", new { path = "/wide", @params = new { pattern = "w.*", tickets_pool = new { nuke = new[] { 2, -1 } } } });
        await using var wide = await ScriptedRender.JoinAsync(server, "w1");
        await using var other = await ScriptedRender.JoinAsync(server, "r1");
        await server.SubmitAsync(new { name = "j", user_name = "anna", hosts_mask = "w1", blocks = new[] { new { frame_first = 1, frame_last = 3, command = "c", tickets = new { nuke = 1 } } } });
        await wide.StartAsync();

        var pool = await server.GetAsync("/api/v1/pools?path=/wide");
        var root = await server.GetAsync("/api/v1/pools?path=/");
        var tickets = await server.GetAsync("/api/v1/tickets");

        Assert.That((status, pool.GetProperty("renders_total").GetInt32(), pool.GetProperty("renders_busy").GetInt32(), pool.GetProperty("parent").GetString()), Is.EqualTo((201, 1, 1, "/")));
        Assert.That((root.GetProperty("renders_total").GetInt32(), root.GetProperty("renders_idle").GetInt32(), root.GetProperty("pools").GetInt32()), Is.EqualTo((2, 1, 1)));
        var shared = pool.GetProperty("tickets")[0];
        Assert.That((shared.GetProperty("name").GetString(), shared.GetProperty("count").GetInt32(), shared.GetProperty("in_use").GetInt32(), shared.GetProperty("hosts").GetInt32()), Is.EqualTo(("nuke", 2, 1, 1)));
        Assert.That(tickets.GetProperty("total").GetInt32(), Is.EqualTo(1));
        var nuke = tickets.GetProperty("tickets")[0];
        Assert.That((nuke.GetProperty("in_use").GetInt32(), nuke.GetProperty("blocks_waiting").GetInt32(), nuke.GetProperty("tasks_waiting").GetInt32()), Is.EqualTo((1, 1, 2)));
        Assert.That(nuke.GetProperty("pools")[0].GetProperty("pool").GetString(), Is.EqualTo("/wide"));
        Assert.That(await NamesAsync(server, "pools?sort=-path", "pools", "path"), Is.EqualTo(new[] { "/wide", "/" }));
    }

    [Test]
    public async Task Where_rights_are_enforced_only_those_who_may_are_obeyed()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Quick with { Rights = RightsPolicy.Enforced, Admins = ["root"] });
        await using (await ScriptedRender.JoinAsync(server))
        {
            await server.SubmitAsync(TestJobs.Frames(1, service: "exotic"));
        }

        await server.UntilOfflineAsync("r1");
        Assert.That(await StatusAsync(server, "jobs/1/actions", "pause", "ben"), Is.EqualTo(403));
        Assert.That(await StatusAsync(server, "jobs/1/actions", "pause", ""), Is.EqualTo(403));
        Assert.That(await StatusAsync(server, "jobs/1/actions", "pause", "anna"), Is.EqualTo(200));
        Assert.That(await StatusAsync(server, "jobs/1/actions", "resume", "root"), Is.EqualTo(200));
        Assert.That(await StatusAsync(server, "renders/r1/actions", "heal_sick", "anna"), Is.EqualTo(403));
        Assert.That(await StatusAsync(server, "renders/r1/actions", "heal_sick", "root"), Is.EqualTo(200));
        Assert.That(await StatusAsync(server, "users/anna/actions", "delete", "anna"), Is.EqualTo(403));
        Assert.That(await StatusAsync(server, "branches/actions?path=/", "pause", "anna"), Is.EqualTo(403));
        Assert.That(await StatusAsync(server, "pools/actions?path=/", "heal_sick", "anna"), Is.EqualTo(403));
        Assert.That((await server.PostAsync("/api/v1/pools", new { path = "/a", user_name = "anna" })).Status, Is.EqualTo(403));
        Assert.That((await server.PostAsync("/api/v1/branches", new { path = "/a", user_name = "anna" })).Status, Is.EqualTo(403));
        Assert.That((await server.AskAsync(HttpMethod.Delete, "/api/v1/renders/r1?user_name=anna")).Status, Is.EqualTo(403));
        Assert.That((await server.AskAsync(HttpMethod.Delete, "/api/v1/renders/r1?user_name=root")).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task A_machine_is_woken_by_the_command_of_the_settings()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Quick with { WakeCommand = "wake -i eth0 @MACS@" });
        await using (var render = await ScriptedRender.ConnectAsync(server))
        {
            await render.GreetAsync("r1");
            await render.NextAsync<Welcome>();
            await render.SendAsync(ScriptedRender.Registration("one") with { HardwareAddresses = ["00:1A:2B:3C:4D:5E"] });
            await render.NextAsync<RenderRegistered>();
        }

        await server.UntilOfflineAsync("r1");
        await PostAsync(server, "/api/v1/renders/r1/actions", new { operation = "wol_wake" });

        var job = await server.GetAsync("/api/v1/jobs/1/export");
        Assert.That(job.GetProperty("blocks")[0].GetProperty("tasks")[0].GetProperty("command").GetString(), Is.EqualTo("wake -i eth0 00:1A:2B:3C:4D:5E"));
        Assert.That((await server.GetAsync("/api/v1/renders/r1")).GetProperty("sleep").GetString(), Is.EqualTo("waking"));
    }

    [Test]
    public void A_command_that_wakes_must_not_be_empty() =>
        Assert.That((RunningServer.Quick with { Data = "x", WakeCommand = " " }).Problems().Single(), Does.StartWith("wake-command is empty"));

    private static async Task<int> StatusAsync(RunningServer server, string path, string operation, string user) =>
        (await server.PostAsync($"/api/v1/{path}", new { operation, user_name = user })).Status;

    private static async Task<JsonElement> PostAsync(RunningServer server, string path, object body)
    {
        var (status, answer) = await server.PostAsync(path, body);
        Assert.That(status, Is.EqualTo(200), answer.ToString());
        return answer;
    }

    private static async Task<string?[]> NamesAsync(RunningServer server, string query, string list, string member = "name") =>
        [.. (await server.GetAsync($"/api/v1/{query}")).GetProperty(list).EnumerateArray().Select(row => row.GetProperty(member).GetString())];
}

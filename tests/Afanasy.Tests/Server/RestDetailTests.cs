using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class RestDetailTests
{
    [Test]
    public async Task One_job_shows_every_field_of_its_description_and_rows_stay_lean()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(3));

        var one = await server.JobAsync(1);
        var row = (await server.GetAsync("/api/v1/jobs")).GetProperty("jobs")[0];
        var exported = await server.GetAsync("/api/v1/jobs/1/export");

        Assert.That(exported.EnumerateObject().Select(field => field.Name).Where(field => !one.TryGetProperty(field, out _)), Is.Empty);
        var block = one.GetProperty("blocks")[1];
        Assert.That(exported.GetProperty("blocks")[1].EnumerateObject().Select(field => field.Name).Where(field => !block.TryGetProperty(field, out _)), Is.EqualTo(new[] { "tasks" }));
        Assert.That((one.GetProperty("time_life").GetInt32(), block.GetProperty("need_memory").GetInt32(), block.GetProperty("depend_mask").GetString()), Is.EqualTo((-1, -1, "frames")));
        Assert.That(one.GetProperty("time_creation").ValueKind, Is.EqualTo(JsonValueKind.String), "the row's own members stay as they are");
        Assert.That((row.TryGetProperty("time_life", out _), row.GetProperty("blocks")[0].TryGetProperty("need_memory", out _)), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Held_tasks_are_counted_and_a_block_of_nothing_else_is_paused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(3));

        var answer = await server.ActAsync(1, new { operation = "suspend", block_mask = "frames", user_name = "anna" });

        var job = await server.JobAsync(1);
        Assert.That(answer.GetProperty("changed").GetInt32(), Is.EqualTo(3));
        Assert.That((job.GetProperty("tasks_suspended").GetInt32(), job.GetProperty("blocks")[0].GetProperty("tasks_suspended").GetInt32()), Is.EqualTo((3, 3)));
        Assert.That((job.GetProperty("blocks")[0].GetProperty("state").GetString(), job.GetProperty("blocks")[0].GetProperty("strip").GetString()), Is.EqualTo(("paused", "suspended:3")));
        Assert.That((await server.GetAsync("/api/v1/jobs/1/blocks/0/tasks?state=suspended")).GetProperty("total").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task Blocks_and_tasks_are_appended_and_their_numbers_said()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(3));

        var block = await server.ActAsync(1, new { operation = "append_blocks", @params = new { blocks = new[] { new { name = "more", tasks = new[] { new { name = "a", command = "c" } } } } } });
        var tasks = await server.ActAsync(1, new { operation = "append_tasks", blocks = new[] { 2 }, @params = new { tasks = new[] { new { name = "b", command = "c" }, new { name = "d", command = "c" } } } });
        var (status, problem) = await server.PostAsync("/api/v1/jobs/1/actions", new { operation = "append_tasks", blocks = new[] { 2 }, @params = new { tasks = new[] { new { name = "b", comand = "c" } } } });

        Assert.That(block.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), Is.EqualTo(new[] { 2 }));
        Assert.That(tasks.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((status, problem.GetProperty("errors").TryGetProperty("params.tasks[0].comand", out _)), Is.EqualTo((400, true)), problem.ToString());
    }

    [Test]
    public async Task Set_with_blocks_sets_fields_of_these_blocks()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(3));

        await server.ActAsync(1, new { operation = "set", blocks = new[] { 0 }, @params = new { capacity = 250 } });
        await server.ActAsync(1, new { operation = "set", @params = new { annotation = "soon" } });
        var (status, problem) = await server.PostAsync("/api/v1/jobs/1/actions", new { operation = "set", block_mask = "movie", @params = new { capacity = -5 } });

        var job = await server.JobAsync(1);
        Assert.That((job.GetProperty("annotation").GetString(), job.GetProperty("blocks")[0].GetProperty("capacity").GetInt32(), job.GetProperty("blocks")[1].GetProperty("capacity").GetInt32()), Is.EqualTo(("soon", 250, 1000)));
        Assert.That((status, problem.GetProperty("errors").TryGetProperty("params.capacity", out _)), Is.EqualTo((400, true)), problem.ToString());
    }

    [Test]
    public async Task What_depends_on_restarted_tasks_starts_anew_when_asked()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(2));
        await server.ActAsync(1, new { operation = "skip" });

        var answer = await server.ActAsync(1, new { operation = "restart", blocks = new[] { 0 }, tasks = new[] { 1 }, affect_depends = true });

        Assert.That(answer.GetProperty("changed").GetInt32(), Is.EqualTo(2));
        Assert.That((await server.TaskAsync(1, 0, block: 1)).GetProperty("state").GetString(), Is.EqualTo("waiting"));
    }

    [Test]
    public async Task Hosts_of_errors_are_listed_and_forgotten()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(new { name = "bad", user_name = "anna", blocks = new[] { new { frame_first = 1, frame_last = 1, command = "c", errors_retries = 0, errors_avoid_host = 1 } } });
        await render.EndAsync((await render.StartAsync()).Run, RunOutcome.Failed, 3);

        var list = await server.GetAsync("/api/v1/jobs/1/blocks/0/error-hosts");
        var task = await server.TaskAsync(1, 0);

        Assert.That(list.GetProperty("total").GetInt32(), Is.EqualTo(1));
        var host = list.GetProperty("error_hosts")[0];
        Assert.That((host.GetProperty("render").GetString(), host.GetProperty("errors").GetInt32(), host.GetProperty("avoided").GetBoolean()), Is.EqualTo(("r1", 1, true)));
        Assert.That((host.GetProperty("tasks")[0].GetProperty("task").GetInt32(), host.GetProperty("tasks")[0].GetProperty("errors").GetInt32()), Is.EqualTo((0, 1)));
        Assert.That((task.GetProperty("last_outcome").GetString(), task.GetProperty("error_hosts")[0].GetProperty("render").GetString()), Is.EqualTo(("failed", "r1")));
        Assert.That((await server.JobAsync(1)).GetProperty("blocks")[0].GetProperty("error_hosts").GetInt32(), Is.EqualTo(1));
        await server.ActAsync(1, new { operation = "reset_error_hosts" });
        Assert.That((await server.GetAsync("/api/v1/jobs/1/blocks/0/error-hosts")).GetProperty("total").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task Why_is_answered_for_a_block_a_task_and_a_render()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(new
        {
            name = "movie",
            user_name = "anna",
            blocks = new object[]
        {
            new { name = "frames", service = "exotic", frame_first = 1, frame_last = 3, command = "c" },
            new { name = "movie", depend_mask = "frames", tasks = new[] { new { name = "make", command = "make" } } },
        }
        });

        var frames = await server.GetAsync("/api/v1/jobs/1/blocks/0/why");
        var movie = await server.GetAsync("/api/v1/jobs/1/blocks/1/why");
        var task = await server.GetAsync("/api/v1/jobs/1/blocks/0/tasks/2/why");
        var machine = await server.GetAsync("/api/v1/renders/r1/why");

        Assert.That((frames.GetProperty("job").GetInt32(), frames.GetProperty("block").GetInt32(), frames.GetProperty("state").GetString()), Is.EqualTo((1, 0, "ready")));
        Assert.That((frames.GetProperty("renders").GetInt32(), frames.GetProperty("fitting").GetInt32()), Is.EqualTo((1, 0)));
        var excluded = frames.GetProperty("excluded")[0];
        Assert.That((excluded.GetProperty("reason").GetString(), excluded.GetProperty("count").GetInt32(), excluded.GetProperty("advice").GetString()), Is.EqualTo(("service", 1, "Add the service to the render or its pool.")));
        Assert.That(frames.GetProperty("advice").GetString(), Is.EqualTo("Add the service to the render or its pool."));
        Assert.That(movie.GetProperty("reason").GetString(), Is.EqualTo("Waits for block 'frames'."));
        Assert.That((task.GetProperty("task").GetInt32(), task.GetProperty("excluded").GetArrayLength()), Is.EqualTo((2, 1)));
        Assert.That((machine.GetProperty("render").GetString(), machine.GetProperty("excluded")[0].GetProperty("reason").GetString()), Is.EqualTo(("r1", "service")));
        Assert.That(machine.TryGetProperty("job", out _), Is.False);
    }

    [Test]
    public async Task A_task_of_several_hosts_is_shown_on_each_of_them()
    {
        await using var server = await RunningServer.StartAsync();
        await using var one = await ScriptedRender.JoinAsync(server, "r1");
        await using var two = await ScriptedRender.JoinAsync(server, "r2");
        await server.SubmitAsync(new { name = "wide", user_name = "anna", blocks = new[] { new { tasks = new[] { new { name = "sim", command = "c" } }, multihost_min = 2, multihost_max = 2 } } });
        await server.UntilRunningAsync(1);

        var task = await server.TaskAsync(1, 0);

        var hosts = task.GetProperty("hosts").EnumerateArray().Select(host => host.GetString()).ToList();
        Assert.That(hosts, Is.EquivalentTo(new[] { "r1", "r2" }));
        Assert.That(task.GetProperty("render").GetString(), Is.EqualTo(hosts[0]), "the master first");
        var helper = await server.GetAsync($"/api/v1/renders/{hosts[1]}");
        Assert.That((helper.GetProperty("state").GetString(), helper.GetProperty("tasks")[0].GetProperty("helping").GetBoolean()), Is.EqualTo(("busy", true)));
    }

    [Test]
    public async Task Devices_of_a_render_and_of_a_run_are_shown()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.ConnectAsync(server);
        await render.GreetAsync("r1");
        await render.NextAsync<Welcome>();
        await render.SendAsync(ScriptedRender.Registration("one", capacity: 4000) with { GpuMegabytes = [8192, 8192] });
        await render.NextAsync<RenderRegistered>();
        await server.SubmitAsync(new { name = "gpu", user_name = "anna", blocks = new[] { new { frame_first = 1, frame_last = 1, command = "c", need_gpus = 1 } } });
        await render.StartAsync();

        var task = await server.TaskAsync(1, 0);
        var view = await server.GetAsync("/api/v1/renders/r1");

        var device = task.GetProperty("gpus")[0].GetInt32();
        Assert.That((view.GetProperty("gpus_total").GetInt32(), view.GetProperty("gpus_free").GetInt32()), Is.EqualTo((2, 1)));
        Assert.That((view.GetProperty("gpus")[device].GetProperty("in_use").GetBoolean(), view.GetProperty("gpus")[device].GetProperty("free_mb").GetInt32()), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task Tasks_to_try_next_and_jobs_to_wait_for_are_shown()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(3, "first"));
        await server.SubmitAsync(new { name = "second", user_name = "anna", depend_mask = "first", blocks = new[] { new { frame_first = 1, frame_last = 1, command = "c" } } });

        await server.ActAsync(1, new { operation = "trynext", tasks = new[] { 2 } });

        Assert.That((await server.JobAsync(1)).GetProperty("try_next").GetRawText(), Is.EqualTo("""[{"block":0,"task":2}]"""));
        Assert.That((await server.JobAsync(2)).GetProperty("waits_for_jobs").GetRawText(), Is.EqualTo("[1]"));
    }
}

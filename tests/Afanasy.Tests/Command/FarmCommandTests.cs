using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

/// <summary>What afcmd asks of renders, pools, branches, users and of why, answered by a real server.</summary>
public sealed class FarmCommandTests
{
    [TestCase("render r1 nimby", "renders/r1", "settings.nimby", "True")]
    [TestCase("render r1 NIMBY", "renders/r1", "settings.NIMBY", "True")]
    [TestCase("render r1 pause", "renders/r1", "paused", "True")]
    [TestCase("render r1 set priority=7 user_name=8", "renders/r1", "settings.user_name", "8")]
    [TestCase("render r1 set services=a,b", "renders/r1", "settings.services", "[\"a\",\"b\"]")]
    [TestCase("render r1 service add houdini", "renders/r1", "settings.services", "[\"houdini\"]")]
    [TestCase("render r1 service disable gen", "renders/r1", "settings.services_disabled", "[\"generic\"]")]
    [TestCase("render r1 ticket usb 3", "renders/r1", "settings.tickets_host.usb", "3")]
    [TestCase("render r1 pool /new", "renders/r1", "pool", "/new")]
    [TestCase("pool /fast create pattern=f.* priority=120", "pools?path=/fast", "settings.pattern", "f.*")]
    [TestCase("pool /new pause", "pools?path=/new", "settings.paused", "True")]
    [TestCase("pool / ticket nuke 12 4", "pools?path=/", "settings.tickets_pool.nuke", "[12,4]")]
    [TestCase("pool / host-ticket usb 1", "pools?path=/", "settings.tickets_host.usb", "1")]
    [TestCase("pool / service-disable", null, null, "There is no operation 'service-disable' on a pool. Did you mean 'service disable'?")]
    [TestCase("branch /film/sq1 create budget_hours=9", "branches?path=/film/sq1", "budget_hours", "9")]
    [TestCase("branch / set pools./new=10", "branches?path=/", "settings.pools./new", "10")]
    [TestCase("branch / pause", "branches?path=/", "settings.paused", "True")]
    [TestCase("user anna set role=coordinator priority=150", "users/anna", "settings.role", "coordinator")]
    [TestCase("user anna resume", "users/anna", "settings.paused", "False")]
    public async Task A_thing_is_changed_in_one_way(string line, string? path, string? member, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1, service: "houdini"));
        await RunAsync(server, "pool /new create");

        var (code, output, error) = await RunAsync(server, line);

        if (path is null)
        {
            Assert.That((code, output), Is.EqualTo((2, "")));
            Assert.That(error, Does.StartWith(expected));
            return;
        }

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith(string.Join(' ', line.Split(' ')[..2]) + ": "));
        var value = await server.GetAsync($"/api/v1/{path}");
        foreach (var name in member!.Split('.')) value = value.GetProperty(name);   // a path has a member
        Assert.That(value.ToString(), Is.EqualTo(expected));
    }

    [TestCase("render r1 nimbi", 2, "There is no operation 'nimbi' on a render. Did you mean 'nimby'?")]
    [TestCase("render r1 pool", 2, "pool: name is missing; it is used so: pool NAME")]
    [TestCase("render r1 exit now", 2, "exit: takes no 'now'; it is used so: exit")]
    [TestCase("render r1 set", 2, "set: say what to change, such as priority=50")]
    [TestCase("render r1 set =5", 2, "set: '=5' must begin with the name of a field")]
    [TestCase("render r1 set priority=1 priority=2", 2, "set: priority is given twice")]
    [TestCase("render r1 set pools.=2", 2, "set: 'pools.=2' must begin with the name of a field")]
    [TestCase("render r1 set colour=red", 1, "params.colour: unknown field")]
    [TestCase("render r9 nimby", 1, "There is no render 'r9'.")]
    [TestCase("render r9", 1, "There is no render 'r9'.")]
    [TestCase("render r1 pool /nope", 1, "There is no pool '/nope'.")]
    [TestCase("pool /a/b create", 1, "There is no pool '/a' for it to be in.")]
    [TestCase("pool / create", 1, "path: must begin with a slash and name a pool, was '/'")]
    [TestCase("pool / ticket nuke", 2, "ticket: count is missing; it is used so: ticket NAME COUNT [MAX_HOSTS]")]
    [TestCase("branch film create", 1, "path: must be a path such as /project/shot, was 'film'")]
    [TestCase("user anna move top x", 1, "params.jobs: must be a list")]
    [TestCase("user anna move sideways 1", 2, "There is no operation 'move' on a user.")]
    [TestCase("user anna set role=king", 1, "params.role: must be user or coordinator or admin")]
    [TestCase("why", 2, "ID: is missing.")]
    [TestCase("why 1 --render r1", 2, "--render: asks about a render")]
    [TestCase("why 1 0 x", 2, "TASK: must be a number from 0, was 'x'")]
    [TestCase("why 1 0 9", 1, "There is no task 9 in block 0 of job 1.")]
    [TestCase("why --render r9", 1, "There is no render 'r9'.")]
    [TestCase("trynext 1", 2, "--tasks: is missing. Say which ones, such as: afcmd trynext 12 --blocks 0 --tasks 5")]
    [TestCase("skip 1 --blocks 4", 1, "job 1: blocks[0]: the job has blocks 0 to 0, was 4")]
    [TestCase("skip 1 --block-mask zzz", 1, "job 1: block_mask: 'zzz' begins the name of no block of the job")]
    [TestCase("skip 1 --blocks 0 --tasks 9", 1, "job 1: tasks[0]: the block has tasks 0 to 2, was 9")]
    public async Task A_mistake_says_what_is_wrong_and_with_what(string line, int expected, string problem)
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(3, service: "houdini"));

        var (code, output, error) = await RunAsync(server, line);

        Assert.That(code, Is.EqualTo(expected), error);
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith(problem));
    }

    [Test]
    public async Task Why_is_asked_of_a_job_a_block_a_task_and_a_render()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(3, service: "houdini"));

        var job = await RunAsync(server, "why 1");
        var block = await RunAsync(server, "why 1 0");
        var task = await RunAsync(server, "why 1 0 2");
        var ofRender = await RunAsync(server, "why --render r1");
        var (_, jobs, _) = await RunAsync(server, "jobs");

        Assert.That(job.Out, Does.StartWith("Job 1 is ready: ").And.Contain("houdini").And.Contain("\nWhat helps: Add the service").And.Contain("\nRENDERS  REASON   DETAIL").And.Contain("\n      1  service  "));
        Assert.That(block.Out, Does.StartWith("Block 0 of job 1 is ready: "));
        Assert.That(task.Out, Does.StartWith("Task 2 in block 0 of job 1 is ready: "));
        Assert.That(ofRender.Out, Does.StartWith("Render r1 is idle: ").And.Contain("\nBLOCKS  REASON "));
        Assert.That(jobs, Does.Contain("  WHY").And.Contain("houdini"), "each job that waits says why in one line");
    }

    [Test]
    public async Task Lists_show_what_there_is()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(3, service: "houdini"));
        await RunAsync(server, "set 1 --block 0 tickets.nuke=1");
        await RunAsync(server, "pool /fast create pattern=f.*");
        await RunAsync(server, "pool /fast ticket nuke 12");
        await RunAsync(server, "render r1 nimby");
        await RunAsync(server, "render r1 pause");

        Assert.That((await RunAsync(server, "pools")).Out, Does.Match(@"(?m)^/fast +99 +0 +0 +0 +0 +0 +0 +0/0 +false +f\.\*$"));
        Assert.That((await RunAsync(server, "branches")).Out, Does.Match(@"(?m)^/ +99 +1 +0 +-1 +0 +0 +0 +false +solve_priority$"));
        Assert.That((await RunAsync(server, "users")).Out, Does.Match("(?m)^anna +99 +1 +0 +-1 .* user$"));
        Assert.That((await RunAsync(server, "tickets")).Out, Does.Match("(?m)^nuke +0 +/fast 0/12 +- +- +1 +3$"));
        Assert.That((await RunAsync(server, "services")).Out, Does.Match("(?m)^houdini +0 +0 +0 +3$"));
        Assert.That((await RunAsync(server, "renders")).Out, Does.Contain("r1  ").And.Contain("nimby").And.Contain("paused"));
        Assert.That((await RunAsync(server, "pools zzz")).Error, Is.EqualTo("No pools match 'zzz'.\n"));
        Assert.That((await RunAsync(server, "pool /fast")).Out, Does.StartWith("POOL ").And.Contain("\nSETTING ").And.Match(@"(?m)^pattern +f\.\*$").And.Match(@"(?m)^tickets_pool\.nuke +12, -1$"));
        Assert.That((await RunAsync(server, "pool /fast --json")).Out, Does.StartWith("{").And.EndWith("}\n"));
    }

    [Test]
    public async Task Tasks_are_held_let_go_and_tried_next()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(4));

        var held = await RunAsync(server, "suspend 1 --blocks 0 --tasks 1-2");
        var suspended = await RunAsync(server, "tasks 1 --state suspended");
        var several = await RunAsync(server, "tasks 1 --state suspended,ready");
        await RunAsync(server, "continue 1 --block-mask frames");
        await RunAsync(server, "trynext 1 --blocks 0 --tasks 3");
        var first = (await server.JobAsync(1)).GetProperty("try_next").ToString();
        await RunAsync(server, "trynext-remove 1 --blocks 0 --tasks 3");
        await RunAsync(server, "trynext 1 --tasks 2");
        await RunAsync(server, "trynext-reset 1");
        await RunAsync(server, "done 1 --tasks 0");

        Assert.That(held.Out, Is.EqualTo("job 1: 2 tasks are held\n"));
        Assert.That(suspended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3));
        Assert.That(several.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), Is.EqualTo(new[] { "TASK", "0", "1", "2", "3" }));
        Assert.That(first, Is.EqualTo("[{\"block\":0,\"task\":3}]"));
        var job = await server.JobAsync(1);
        Assert.That((job.GetProperty("try_next").GetArrayLength(), job.GetProperty("tasks_done").GetInt32(), job.GetProperty("tasks_ready").GetInt32()), Is.EqualTo((0, 1, 3)));
    }

    [Test]
    public async Task What_depends_on_tasks_starts_anew_with_them()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.FramesThenMovie(2));
        await RunAsync(server, "done 1");

        await RunAsync(server, "restart-done 1 --blocks 0 --tasks 0");
        var without = (await server.JobAsync(1)).GetProperty("tasks_done").GetInt32();
        await RunAsync(server, "restart-done 1 --blocks 0 --tasks 1 --with-dependents");

        Assert.That((without, (await server.JobAsync(1)).GetProperty("tasks_done").GetInt32()), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task Help_lists_every_operation()
    {
        var (code, output, _) = await CommandRun.ToEndAsync(["pool", "--help"]);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("\nOperations:\n  create FIELD=VALUE… ").And.Contain("\n  ticket NAME COUNT [MAX_HOSTS]  How many"));
    }

    [TestCase("y\n", 0, true)]
    [TestCase("n\n", 1, false)]
    public async Task What_cannot_be_undone_is_asked_for_on_a_terminal(string typed, int expected, bool isDone)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));
        await RunAsync(server, "done 1");

        var (code, _, error) = await CommandRun.ToEndAsync(["branch", "/", "delete-done-jobs", "--server", $"127.0.0.1:{server.Port}"], typed, isTerminal: true);

        Assert.That(code, Is.EqualTo(expected));
        Assert.That(error, Does.StartWith("branch /: Deletes the jobs below it that are done. Really? [y/N] "));
        Assert.That((await server.GetAsync("/api/v1/jobs")).GetProperty("total").GetInt32(), Is.EqualTo(isDone ? 0 : 1));
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(RunningServer server, string line) =>
        CommandRun.ToEndAsync([.. line.Split(' '), "--server", $"127.0.0.1:{server.Port}"]);
}

using Afanasy.Model;
using Afanasy.Tests.Support;
using AfServer.Hosting;
using AfServer.Journaling;

namespace Afanasy.Tests.Journaling;

/// <summary>A farm as a whole server of an older version left it: every later one makes the same farm of it.</summary>
public sealed class SampleFarmTests
{
    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    private static string Sample => Path.Combine(TestContext.CurrentContext.TestDirectory, "samples", "farm-0.1", "farm.db");

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void It_is_replayed_as_it_was()
    {
        File.Copy(Sample, Db);

        using var journal = Journals.Open(Db);
        var farm = Recovery.Recover(journal).Farm;

        Assert.That(farm.Jobs.Values.OrderBy(job => job.Id).Select(job => $"{job.Id} {job.Description.Name} {job.State} {string.Join('.', job.Blocks.Select(block => $"{block.States.Count(TaskState.Done)}/{block.States.Size}"))}"), Is.EqualTo(new[]
        {
            "J1 shot Running 3/6.0/1", "J2 movie Ready 2/3.0/1", "J4 later Paused 0/2",
        }));
        Assert.That(farm.Renders.Values.Select(render => $"{render.Name} {render.Pool.Path}").Order(), Is.EqualTo(new[] { "r1 /", "r2 /" }));
        Assert.That((farm.Branches.Keys.Order().Last(), farm.Branches["/film"].Settings.BudgetHours, farm.Users["anna"].Settings.MaxRunningTasks), Is.EqualTo(("/film", 40.0, 9)));
        Assert.That(farm.Running.Keys.Single().TaskId, Is.EqualTo(new TaskId(new JobId(1), 0, 3)));
        Assert.That(farm.Jobs[new JobId(1)].Blocks[0].RunsOf(1), Is.EqualTo(2), "one that failed, one that was done");
        Assert.That(farm.NextJob, Is.EqualTo(new JobId(5)));
    }

    [Test]
    public void Its_history_is_read()
    {
        File.Copy(Sample, Db);

        using var history = new SqliteHistory(Db);
        var runs = history.RunsOf(new TaskId(new JobId(1), 0, 1));

        Assert.That(runs.Select(run => $"{run.Outcome} on {run.Render} of {run.JobName} in {run.Branch}"), Is.EqualTo(new[] { "Failed on r1 of shot in /film", "Done on r1 of shot in /film" }));
        Assert.That(Journals.Number(Db, "SELECT count(*) FROM actions"), Is.GreaterThan(4));
    }

    [Test]
    public void It_is_found_fine()
    {
        File.Copy(Sample, Db);

        var verify = JournalRun.Of("verify", "--file", Db);

        Assert.That(verify.Code, Is.Zero, verify.Said);
        Assert.That(verify.Out, Does.Contain("both farms"));
    }

    [Test]
    [Explicit("Writes the sample of a new version into the folder that SAMPLE names: through the doors of a real server, stopped and started once between.")]
    public async Task Make()
    {
        var settings = RunningServer.Quick with { Data = Environment.GetEnvironmentVariable("SAMPLE")! };
        await using (var server = await RunningServer.StartAsync(settings))
        {
            await using var render = await ScriptedRender.JoinAsync(server, "r1");
            await TellAsync(server, "branches", new { path = "/film", @params = new { budget_hours = 40 } });
            await TellAsync(server, "pools", new { path = "/gpu", @params = new { pattern = "r1", tickets_pool = new { nuke = new[] { 2, -1 } } } });
            await server.SubmitAsync(Shot());
            await TellAsync(server, "users/anna/actions", new { operation = "set", @params = new { max_running_tasks = 9 } });
            for (var task = 0; task < 2; task++) await RunAsync(render, RunOutcome.Done, failFirst: task == 1);
            await server.SubmitAsync(TestJobs.FramesThenMovie(3));
            await server.SubmitAsync(TestJobs.Frames(2, "gone"));
            await server.ActAsync(3, new { operation = "delete" });
        }

        await using (var server = await RunningServer.StartAsync(settings))
        {
            await using var render = await ScriptedRender.JoinAsync(server, "r1");
            await using var other = await ScriptedRender.JoinAsync(server, "r2", capacity: 100);
            await TellAsync(server, "renders/r1/actions", new { operation = "set", @params = new { annotation = "desk" } });
            for (var task = 2; task < 5; task++) await RunAsync(render, RunOutcome.Done, failFirst: false);
            await server.SubmitAsync(TestJobs.Frames(2, "later"));
            await server.ActAsync(4, new { operation = "pause" });
            await server.ActAsync(1, new { operation = "set", @params = new { priority = 150, annotation = "hurry" } });
            await render.StartAsync();
        }
    }

    private static object Shot() => new
    {
        name = "shot",
        user_name = "anna",
        branch = "/film/sq1",
        priority = 120,
        blocks = new object[]
        {
            new { name = "frames", frame_first = 1, frame_last = 6, command = "render @#@", errors_retries = 3, errors_avoid_host = 0, errors_task_same_host = 0 },
            new { name = "comp", depend_mask = "frames", tasks = new[] { new { name = "all", command = "comp" } } },
        },
    };

    private static async Task RunAsync(ScriptedRender render, RunOutcome outcome, bool failFirst)
    {
        if (failFirst) await render.EndAsync((await render.StartAsync()).Run, RunOutcome.Failed, 1);
        await render.EndAsync((await render.StartAsync()).Run, outcome);
    }

    private static async Task TellAsync(RunningServer server, string path, object body)
    {
        var (status, answer) = await server.PostAsync($"/api/v1/{path}", body);
        Assert.That(status, Is.EqualTo(200).Or.EqualTo(201), answer.ToString());
    }
}

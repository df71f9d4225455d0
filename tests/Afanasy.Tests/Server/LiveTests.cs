using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class LiveTests
{
    [Test]
    public async Task A_picture_comes_first_and_then_every_change()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(2, "before"));
        using var monitor = await server.WatchAsync(new { jobs = new { limit = 10 }, renders = true });

        var picture = await monitor.NextAsync("picture");
        Assert.That(picture.GetProperty("jobs").EnumerateArray().Select(NameOf), Is.EqualTo(new[] { "before" }));
        Assert.That(picture.GetProperty("renders").GetArrayLength(), Is.Zero);
        Assert.That(picture.GetProperty("farm").GetProperty("jobs_total").GetInt32(), Is.EqualTo(1));

        await server.SubmitAsync(TestJobs.Frames(1, "after"));
        var added = await monitor.UntilAsync(message => Jobs(message).Any(job => NameOf(job) == "after"), "the new job");
        Assert.That(added.GetProperty("type").GetString(), Is.EqualTo("changes"));
        Assert.That(added.GetProperty("sequence").GetInt64(), Is.GreaterThan(picture.GetProperty("sequence").GetInt64()));

        await using var render = await ScriptedRender.JoinAsync(server);
        await monitor.UntilAsync(message => message.TryGetProperty("renders", out var renders) && renders.EnumerateArray().Any(one => NameOf(one) == "r1"), "the render");
        await server.ActAsync(2, new { operation = "delete" });
        await monitor.UntilAsync(message => message.TryGetProperty("jobs_gone", out var gone) && gone.EnumerateArray().Any(id => id.GetInt32() == 2), "the job to be gone");
    }

    [Test]
    public async Task A_monitor_that_only_listens_ends_with_the_same_farm_as_one_that_asks()
    {
        const int Jobs = 60;
        await using var server = await RunningServer.StartAsync();
        using var monitor = await server.WatchAsync(new { jobs = new { limit = 1000 } });
        await using var render = await ScriptedRender.JoinAsync(server, capacity: 3000);

        var submitting = Parallel.ForAsync(0, Jobs, async (i, _) => await server.SubmitAsync(TestJobs.Frames(2, $"job {i}")));
        for (var i = 0; i < 2 * Jobs; i++) await render.EndAsync((await render.StartAsync()).Run);
        await submitting;

        var known = new Dictionary<int, string>();
        long sequence = 0;
        while (known.Count < Jobs || known.Values.Any(state => state != "done"))
        {
            var message = await monitor.NextAsync();
            Assert.That(message.GetProperty("sequence").GetInt64(), Is.GreaterThanOrEqualTo(sequence), "time does not run backwards");
            sequence = message.GetProperty("sequence").GetInt64();
            foreach (var job in LiveTests.Jobs(message)) known[job.GetProperty("id").GetInt32()] = job.GetProperty("state").GetString()!;
        }

        Assert.That(known, Has.Count.EqualTo(Jobs));
    }

    [Test]
    public async Task Tasks_are_told_only_of_the_job_that_is_watched()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1, "other", priority: 200));
        await server.SubmitAsync(TestJobs.Frames(1, "watched", priority: 100));
        using var monitor = await server.WatchAsync(new { tasks = new { job = 2 } });
        await monitor.NextAsync("picture");
        await using var render = await ScriptedRender.JoinAsync(server);

        await render.EndAsync((await render.StartAsync()).Run);
        await render.EndAsync((await render.StartAsync()).Run, RunOutcome.Failed, 7);

        var told = new List<JsonElement>();
        await monitor.UntilAsync(
            message =>
            {
                if (message.TryGetProperty("tasks", out var tasks)) told.AddRange(tasks.EnumerateArray());
                return told.Any(task => task.GetProperty("exit_code").ValueKind == JsonValueKind.Number || task.GetProperty("errors").GetInt32() == 1);
            },
            "the failure of the watched job's task");
        Assert.That(told.Select(task => task.GetProperty("job").GetInt32()), Is.All.EqualTo(2));
    }

    [Test]
    public async Task A_message_that_cannot_be_understood_is_answered_with_what_is_wrong()
    {
        await using var server = await RunningServer.StartAsync();
        using var monitor = await server.WatchAsync();

        await monitor.SendAsync("{oops");
        Assert.That((await monitor.NextAsync("problem")).GetProperty("detail").GetString(), Does.Contain("line 1, column 2"));
        await monitor.SendAsync("""{"subscribe":{"jobs":{"limit":5000},"colour":1}}""");
        Assert.That((await monitor.NextAsync("problem")).GetProperty("detail").GetString(), Does.Contain("subscribe.jobs.limit").And.Contain("subscribe.colour"));
        await monitor.SendAsync("""{"hello":1}""");
        Assert.That((await monitor.NextAsync("problem")).GetProperty("detail").GetString(), Does.Contain("subscribe: is missing"));

        await monitor.SubscribeAsync(new { renders = true });
        await monitor.NextAsync("picture");
    }

    [Test]
    public async Task A_message_that_is_too_long_closes_the_connection()
    {
        await using var server = await RunningServer.StartAsync();
        using var monitor = await server.WatchAsync();

        await monitor.SendAsync(new string(' ', 100_000));

        Assert.That(await monitor.ClosedAsync(), Is.EqualTo(System.Net.WebSockets.WebSocketCloseStatus.MessageTooBig));
    }

    [Test]
    public async Task A_new_subscription_replaces_the_one_before()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SubmitAsync(TestJobs.Frames(1));
        using var monitor = await server.WatchAsync(new { jobs = new { limit = 10 } });
        await monitor.NextAsync("picture");

        await monitor.SubscribeAsync(new { renders = true });
        var picture = await monitor.NextAsync("picture");

        Assert.That(picture.TryGetProperty("jobs", out _), Is.False);
        Assert.That(picture.TryGetProperty("renders", out _), Is.True);
        await server.SubmitAsync(TestJobs.Frames(1));
        await using var render = await ScriptedRender.JoinAsync(server);
        var change = await monitor.NextAsync("changes");
        Assert.That(change.TryGetProperty("jobs", out _), Is.False);
    }

    [Test]
    public async Task A_monitor_that_does_not_read_slows_nobody_and_gets_a_fresh_picture_when_it_reads_again()
    {
        const int Jobs = 300;
        await using var server = await RunningServer.StartAsync();
        using var deaf = await server.WatchAsync(new { jobs = new { limit = 1000 }, tasks = new { job = 1 } });
        await deaf.NextAsync("picture");
        var annotation = new string('x', 20_000);
        for (var i = 0; i < Jobs; i++)
            await server.SubmitAsync(new { name = $"job {i}", user_name = "anna", annotation, blocks = new[] { new { frame_first = 1, frame_last = 100, command = "c" } } });
        for (var i = 1; i <= Jobs; i++) await server.ActAsync(i, new { operation = "skip" });

        var states = new Dictionary<int, string>();
        await deaf.UntilAsync(
            message =>
            {
                foreach (var job in LiveTests.Jobs(message)) states[job.GetProperty("id").GetInt32()] = job.GetProperty("state").GetString()!;
                return states.Count == Jobs && states.Values.All(state => state == "done");
            },
            "all jobs done");
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task Twenty_monitors_at_once_see_the_same()
    {
        await using var server = await RunningServer.StartAsync();
        var monitors = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.WatchAsync(new { jobs = new { limit = 10 }, renders = true })));
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        for (var i = 0; i < monitors.Length; i += 2) monitors[i].Dispose();

        await render.EndAsync(run);

        foreach (var monitor in monitors.Where((_, i) => i % 2 == 1))
        {
            await monitor.UntilAsync(message => Jobs(message).Any(job => job.GetProperty("state").GetString() == "done"), "the job to be done");
            monitor.Dispose();
        }

        await server.StopAsync();
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task The_address_of_the_socket_tells_a_browser_what_it_is()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, body) = await server.AskAsync(HttpMethod.Get, "/api/v1/live");

        Assert.That((status, body.GetProperty("detail").GetString()), Is.EqualTo((400, "This address speaks WebSocket only.")));
    }

    private static JsonElement[] Jobs(JsonElement message) => message.TryGetProperty("jobs", out var jobs) ? [.. jobs.EnumerateArray()] : [];

    private static string? NameOf(JsonElement row) => row.GetProperty("name").GetString();
}

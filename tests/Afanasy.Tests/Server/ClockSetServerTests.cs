using System.Text.Json;
using Afanasy.Tests.Support;
using AfServer.Hosting;
using Microsoft.Data.Sqlite;

namespace Afanasy.Tests.Server;

/// <summary>Somebody sets the clock of the server's machine by an hour while the farm works: a whole server and a whole agent.</summary>
public sealed class ClockSetServerTests
{
    private static readonly ServerSettings _settings = RunningServer.Quick with { RenderSilenceMax = TimeSpan.FromSeconds(30) };

    private readonly ScratchFolder _folder = new();
    private readonly SetClock _clock = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task Nothing_that_runs_is_ended_when_the_clock_is_set([Values(1, -1)] int hours)
    {
        await using var server = await RunningServer.StartAsync(_settings with { Data = _folder.At("server") }, _clock);
        await using var render = RunningRender.Start($"127.0.0.1:{server.Port}");
        await server.SubmitAsync(Job("before", new { time_life = 1800 }, Gated("gate")));
        await server.UntilRunningAsync(1);

        await SetAsync(server, hours);
        var later = await server.SubmitAsync(Job("after", new { }, "true"));
        await server.UntilAsync($"/api/v1/renders/{RunningRender.Name}", view => view.GetProperty("last_seen").GetDateTimeOffset() > _clock.GetUtcNow() - TimeSpan.FromMinutes(1), "a heartbeat by the new clock");
        Assert.That((await server.JobAsync(1)).GetProperty("tasks_running").GetInt32(), Is.EqualTo(1), "it runs on");
        _folder.Write("gate", "");
        await server.UntilAsync("/api/v1/jobs/1", IsDone, "the job to be done");
        await server.UntilAsync($"/api/v1/jobs/{later}", IsDone, "the later job to be done");

        Assert.That((await server.RunsAsync(1, 0)).Select(run => run.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "done" }));
        Assert.That(later, Is.EqualTo(2), "numbers go on");
        Assert.That(server.Log, Does.Not.Contain("silent").And.Not.Contain("ERROR"));
        Assert.That(SecondsOfRuns(server), Has.Count.EqualTo(2).And.All.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task What_waits_for_its_time_goes_by_the_clock_as_it_is()
    {
        await using var server = await RunningServer.StartAsync(_settings with { Data = _folder.At("server") }, _clock);
        var job = await server.SubmitAsync(Job("early", new { time_wait = (_clock.GetUtcNow() + TimeSpan.FromMinutes(90)).ToUnixTimeSeconds() }, "true"));

        await SetAsync(server, -1);
        Assert.That((await server.JobAsync(job)).GetProperty("state").GetString(), Is.EqualTo("waiting"));
        await SetAsync(server, 1);
        Assert.That((await server.JobAsync(job)).GetProperty("state").GetString(), Is.EqualTo("waiting"));
        await SetAsync(server, 2);

        await server.UntilAsync($"/api/v1/jobs/{job}", view => view.GetProperty("state").GetString() == "ready", "its time to come");
    }

    [Test]
    public async Task A_server_that_starts_with_its_clock_an_hour_back_goes_on_with_its_runs_and_numbers()
    {
        var settings = _settings with { Data = _folder.At("server") };
        await using var first = await RunningServer.StartAsync(settings, _clock);
        await first.SubmitAsync(Job("job", new { time_life = 1800 }, "true"));
        await using var render = await ScriptedRender.JoinAsync(first);
        var run = (await render.StartAsync()).Run;
        await first.StopAsync();
        _clock.Set(TimeSpan.FromHours(-1));

        await using var second = await RunningServer.StartAsync(settings, _clock);
        await using var back = await ScriptedRender.JoinAsync(second, held: new Afanasy.Messages.HeldRun(run, false));
        Assert.That(await back.EndAsync(run), Is.Empty);

        Assert.That(await second.SubmitAsync(TestJobs.Frames(1)), Is.EqualTo(2));
        Assert.That(SecondsOfRuns(second), Is.EqualTo(new[] { 0.0 }));
    }

    /// <summary>Returns when the clockwork has seen it, and so has judged everything by the new clock.</summary>
    private async Task SetAsync(RunningServer server, int hours)
    {
        var seen = Seen(server);
        _clock.Set(TimeSpan.FromHours(hours));
        await Eventually.TrueAsync(() => Seen(server) > seen, "the clockwork to see that the clock was set");
    }

    private static int Seen(RunningServer server) => server.Log.Split('\n').Count(line => line.Contains("The clock of this machine was set", StringComparison.Ordinal));

    private static bool IsDone(JsonElement job) => job.GetProperty("state").GetString() == "done";

    private string Gated(string gate) => $"while [ ! -e {_folder.At(gate)} ]; do sleep 0.05; done";

    /// <summary>A job of one frame, with every limit that time decides; and more, as it is given.</summary>
    private static JsonElement Job(string name, object more, string command)
    {
        var job = JsonSerializer.SerializeToNode(more)!.AsObject();   // an object
        job["name"] = name;
        job["user_name"] = "anna";
        job["blocks"] = JsonSerializer.SerializeToNode(new[] { new { frame_first = 1, frame_last = 1, command, task_max_run_time = 600, task_progress_change_timeout = 600 } });
        return JsonSerializer.SerializeToElement(job);
    }

    private static List<double> SecondsOfRuns(RunningServer server)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(server.Settings.Data, "farm.db"), Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seconds FROM runs WHERE ended >= started";
        using var reader = command.ExecuteReader();
        var seconds = new List<double>();
        while (reader.Read()) seconds.Add(reader.GetDouble(0));
        return seconds;
    }
}

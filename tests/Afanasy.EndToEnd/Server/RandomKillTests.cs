using System.Diagnostics;
using System.Globalization;
using Afanasy.EndToEnd.Support;
using Afanasy.Model;
using Microsoft.Data.Sqlite;

namespace Afanasy.EndToEnd.Server;

/// <summary>
/// A server under load is killed at moments that nobody has chosen. <c>AFANASY_LONG=1</c> kills it 200 times; <c>AFANASY_SEED</c> repeats the
/// choices of an earlier test, as far as a machine repeats itself.
/// </summary>
internal sealed class RandomKillTests : FarmTests
{
    private const int Artists = 4;
    private const int Renders = 2;
    private const int Slots = 8;

    /// <summary>Every fifth server is killed while it starts: within the time that starting takes.</summary>
    private const int UnreadyEvery = 5;

    private const int StartMillisecondsMax = 1000;
    private const int LifeMillisecondsMax = 300;

    /// <summary>A server that has compiled its code answers these in a fraction of a second.</summary>
    private const int AnswersMax = 400;

    /// <summary>Of jobs that no render may take, when all renders are back.</summary>
    private static readonly string _nobodyFits = $"All {Renders} renders that are online have a name that the hosts masks leave out.";

    private static readonly int _kills = Environment.GetEnvironmentVariable("AFANASY_LONG") == "1" ? 200 : 6;

    private static readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("AFANASY_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xFFFF;

    private readonly Random _chance = new(_seed);
    private readonly ToldRuns _runs = new();
    private readonly List<Artist> _artists = [];
    private readonly List<FaithfulRender> _renders = [];
    private readonly CancellationTokenSource _artistsStop = new();
    private readonly CancellationTokenSource _rendersStop = new();

    [Test]
    public async Task Everything_answered_is_there_after_every_kill_and_nothing_unanswered_is_half_there()
    {
        await TestContext.Out.WriteLineAsync($"seed {_seed}");
        var (working, serving) = Begin();
        for (var kill = 1; kill <= _kills; kill++) await KillOneAsync(kill);

        await Farm.StartServerAsync("--render-silence-max", "60s");
        await WorkAsync(AnswersMax);
        await _artistsStop.CancelAsync();
        await working;
        await FinishAsync();

        await TestContext.Out.WriteLineAsync(Figures());
        Assert.That(_runs.Wrongs, Is.Empty, $"seed {_seed}");
        Assert.That(_artists.Sum(artist => artist.Answered), Is.GreaterThan(_kills), "there was work to lose");
        Assert.That(_runs.Closed, Is.Not.Empty, "and runs ended");
        CheckHistory();
        await _rendersStop.CancelAsync();
        await serving;
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _artistsStop.CancelAsync();
        await _rendersStop.CancelAsync();
        foreach (var artist in _artists) artist.Dispose();
        foreach (var render in _renders) render.Dispose();
    }

    private (Task Working, Task Serving) Begin()
    {
        for (var artist = 1; artist <= Artists; artist++) _artists.Add(new Artist(Farm.Url, $"artist{artist}", new Random(_seed + artist), _runs.Wrongs));
        for (var render = 1; render <= Renders; render++) _renders.Add(new FaithfulRender(Farm.Port, $"render{render}", Slots, _runs));
        return (
            Task.WhenAll(_artists.Select(artist => Task.Run(() => artist.RunAsync(_artistsStop.Token)))),
            Task.WhenAll(_renders.Select(render => Task.Run(() => render.RunAsync(_rendersStop.Token)))));
    }

    /// <summary>In turn: soon after it is ready, or when everybody has come back and works; and now and then before it is ready.</summary>
    private async Task KillOneAsync(int kill)
    {
        RunningProgram server;
        if (kill % UnreadyEvery == 0)
        {
            server = Farm.Start("afserver", Programs.Server, "--port", $"{Farm.Port}", "--data", Farm.Folder.At("server"));
            await PassAsync(_chance.Next(StartMillisecondsMax));
        }
        else
        {
            server = await Farm.StartServerAsync("--render-silence-max", "60s");
            if (kill % 2 == 0) await WorkAsync(_chance.Next(AnswersMax));
            await PassAsync(_chance.Next(LifeMillisecondsMax));
        }

        await server.EndByAsync(Signal.Kill);
        Assert.That(_runs.Wrongs, Is.Empty, $"seed {_seed}, kill {kill}");
    }

    /// <summary>Everybody has found everything there, and so many requests more are answered.</summary>
    private async Task WorkAsync(int answers)
    {
        await EveryoneComparesAsync();
        var before = _artists.Sum(artist => artist.Answered);
        await Until.TrueAsync(() => _artists.Sum(artist => artist.Answered) >= before + answers || !_runs.Wrongs.IsEmpty, $"{answers} answers");
    }

    private Task EveryoneComparesAsync()
    {
        var before = _artists.ConvertAll(artist => artist.Compared);
        var joined = _renders.ConvertAll(render => render.Joined);
        return Until.TrueAsync(
            () => _artists.Index().All(artist => artist.Item.Compared > before[artist.Index]) && _renders.Index().All(render => render.Item.Joined > joined[render.Index]),
            "all artists and renders to be back");
    }

    /// <summary>The moment of a kill is what is tried here, so it is time that passes and nothing that is waited for.</summary>
    private static async Task PassAsync(int milliseconds)
    {
        if (milliseconds == 0) return;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync();
    }

    private async Task FinishAsync()
    {
        foreach (var render in _renders) render.FinishAll();
        await Until.TrueAsync(async () => (await Farm.GetAsync("api/v1/jobs?limit=1000")).GetProperty("jobs").EnumerateArray().All(IsAtRest), "everything that can run to be done");
        foreach (var artist in _artists) await artist.CompareAsync(CancellationToken.None);
    }

    private static bool IsAtRest(System.Text.Json.JsonElement job) =>
        job.Number("tasks_running") == 0 && (job.Text("state") is "done" or "paused" || job.Text("reason") == _nobodyFits);

    private string Figures() => string.Create(CultureInfo.InvariantCulture, $"""
        {_kills} kills; {_artists.Sum(artist => artist.Answered)} requests answered, {_artists.Sum(artist => artist.Unanswered)} cut off by a kill
        ({_artists.Sum(artist => artist.KeptUnanswered)} of them kept, whole); {_runs.Closed.Count} ends of runs confirmed; {_artists.Sum(artist => artist.Compared)} comparisons.
        """);

    /// <summary>The tables that stay when jobs are gone tell the same as the answers.</summary>
    private void CheckHistory()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Farm.Folder.At("server", "farm.db"), Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        var rows = ReadRuns(connection);

        Assert.That(_runs.Closed.Keys.Where(run => !rows.TryGetValue(run, out var outcome) || outcome != Word(_runs.Closed[run])), Is.Empty, "confirmed ends that have no row");
        Assert.That(rows.Where(row => row.Value == "done" && !_runs.WasReported(row.Key, RunOutcome.Done)).Select(row => row.Key), Is.Empty, "ends that no render has reported");
        Assert.That(rows.Where(row => row.Value == "done").GroupBy(row => row.Key.TaskId).Where(task => task.Count() > 1).Select(task => task.Key), Is.Empty, "frames that count twice");
        Assert.That(rows.Where(row => row.Value == "render lost" && _runs.WasTold(row.Key)).Select(row => row.Key), Is.Empty, "runs that were given back though their renders had them");
        foreach (var artist in _artists)
        {
            var kept = ReadNumber(connection, $"SELECT count(*) FROM actions WHERE user_name = '{artist.Name}' AND operation <> 'submit'");
            Assert.That(kept, Is.InRange(artist.AnsweredActions, artist.AnsweredActions + artist.UnansweredActions), $"actions of {artist.Name}");
        }
    }

    private static Dictionary<TaskRunId, string> ReadRuns(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT job, block, task, run, outcome FROM runs";
        using var reader = command.ExecuteReader();
        var rows = new Dictionary<TaskRunId, string>();
        while (reader.Read()) rows.Add(new TaskRunId(new JobId(reader.GetInt32(0)), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3)), reader.GetString(4));
        return rows;
    }

    private static long ReadNumber(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;   // a count is never null
    }

    private static string Word(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Done => "done",
        RunOutcome.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "These renders report no other."),
    };
}

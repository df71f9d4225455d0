using System.Globalization;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

/// <summary>
/// Servers, database and the connections between them break at random under load. <c>AFANASY_LONG=1</c> breaks 50 times;
/// <c>AFANASY_SEED</c> repeats the choices of an earlier test, as far as a machine repeats itself.
/// </summary>
internal sealed class RandomBreakTests : FailoverTests
{
    private const int FramesPerBreak = 10;
    private const int MillisecondsMax = 500;

    private static readonly int _breaks = Environment.GetEnvironmentVariable("AFANASY_LONG") == "1" ? 50 : 4;

    private static readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("AFANASY_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xFFFF;

    private readonly Random _chance = new(_seed);
    private readonly Dictionary<string, RunningProgram> _servers = [];

    private enum Breakage
    {
        LeaderKilled,
        StandbyKilled,
        LeaderStopped,
        LeaderFrozen,
        DatabaseStoppedFast,
        DatabaseStoppedAtOnce,
        DatabaseKilled,
        ConnectionsCut,
    }

    [Test]
    public async Task Whatever_breaks_at_random_every_answer_is_kept_and_every_frame_is_rendered_once()
    {
        await TestContext.Out.WriteLineAsync($"seed {_seed}");
        var proxy = new TcpProxy(Database.Port);
        Farm.StandOn(proxy);
        Servers.Connection = Servers.Connection.Replace($"Port={Database.Port}", $"Port={proxy.Port}", StringComparison.Ordinal);
        _servers[First] = await Servers.StartLeaderAsync(First);
        _servers[Second] = await Servers.StartStandbyAsync(Second);
        await Farm.StartRenderAsync("one");
        await Farm.StartRenderAsync("two");
        var frames = FramesPerBreak * _breaks;
        var job = await Farm.SubmitAsync(Jobs.Frames($"cd {Farm.Folder.Path}; echo @#@ >> started; sleep 0.5; echo @#@ >> ended", frames));
        var submitter = Submit();

        for (var count = 1; count <= _breaks; count++)
        {
            await submitter.MoreAsync(Some);
            await PassAsync(_chance.Next(1, MillisecondsMax));
            await BreakAsync((Breakage)_chance.Next(Enum.GetValues<Breakage>().Length), proxy);
        }

        await submitter.MoreAsync(Some);
        await DoneAsync(job);
        await CheckFramesAsync(job, frames);
        await submitter.EveryAnswerIsKeptAsync(Servers.UrlOf(await Servers.LeaderAsync()));
        Assert.That(_servers.Values.Where(server => server.HasEnded).Select(server => server.Name), Is.Empty);
    }

    private async Task BreakAsync(Breakage what, TcpProxy proxy)
    {
        var leader = await Servers.LeaderAsync();
        var standby = leader == First ? Second : First;
        await TestContext.Out.WriteLineAsync($"{leader} leads; {what}");
        switch (what)
        {
            case Breakage.LeaderKilled: await EndAsync(leader, Signal.Kill); break;
            case Breakage.StandbyKilled: await EndAsync(standby, Signal.Kill); break;
            case Breakage.LeaderStopped: await EndAsync(leader, Signal.Terminate); break;
            case Breakage.LeaderFrozen: await FreezeAsync(leader, standby); break;
            case Breakage.DatabaseStoppedFast: await Database.RestartAsync(PostgresStop.Fast); break;
            case Breakage.DatabaseStoppedAtOnce: await Database.RestartAsync(PostgresStop.Immediate); break;
            case Breakage.DatabaseKilled: await Database.RestartAsync(PostgresStop.Kill); break;
            case Breakage.ConnectionsCut: proxy.Cut(); break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "Nothing breaks like this here.");
        }
    }

    /// <summary>Ends a server and starts it again; what it becomes is its own business.</summary>
    private async Task EndAsync(string name, Signal signal)
    {
        await _servers[name].EndByAsync(signal);
        _servers[name] = Servers.Start(name);
    }

    private async Task FreezeAsync(string leader, string standby)
    {
        _servers[leader].Send(Signal.Halt);
        await Until.TrueAsync(async () => await Servers.LeaderAsync() == standby, $"{standby} to lead instead of the frozen {leader}");
        _servers[leader].Send(Signal.Continue);
    }

    /// <summary>However many frames are left: as long as one after the other ends, nothing hangs.</summary>
    private async Task DoneAsync(int job)
    {
        for (var isDone = false; !isDone;)
        {
            var ended = Farm.Folder.Lines("ended").Count;
            await Until.TrueAsync(async () => (isDone = await IsDoneAsync(job)) || Farm.Folder.Lines("ended").Count > ended, "the next frame to end, or the job to be done");
        }
    }

    private async Task<bool> IsDoneAsync(int job)
    {
        try
        {
            await Servers.LeaderAsync();
            return (await Farm.JobAsync(job)).Text("state") == "done";
        }
        catch (HttpRequestException)
        {
            return false;   // the leader changed between two questions
        }
    }

    private async Task CheckFramesAsync(int job, int frames)
    {
        var once = Enumerable.Range(1, frames).Select(frame => $"{frame}").ToList();
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(once), $"seed {_seed}");
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(once), $"seed {_seed}");
        Assert.That((await Farm.JobAsync(job)).Number("tasks_done"), Is.EqualTo(frames));

        // A run that was ordered by a leader that died with the order is lost before it began; its frame is ordered once more.
        for (var task = 0; task < frames; task++)
            Assert.That((await Farm.RunsAsync(job, 0, task)).Where(run => !run.StartsWith("render lost", StringComparison.Ordinal)).Select(run => run[..4]), Is.EqualTo(new[] { "done" }), $"task {task}, seed {_seed}");
    }

    /// <summary>The moment of a breakage is what is tried here, so it is time that passes and nothing that is waited for.</summary>
    private static async Task PassAsync(int milliseconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync();
    }
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

/// <summary>A fixture whose farms have several servers, and a PostgreSQL of their own that a test may break.</summary>
internal abstract class FailoverTests : FarmTests
{
    protected const string First = "first";
    protected const string Second = "second";
    protected const int Frames = 6;

    /// <summary>Answers that are waited for before and after something breaks.</summary>
    protected const int Some = 10;

    /// <summary>Set up before every test.</summary>
    protected PostgresCluster Database { get; private set; } = null!;

    /// <summary>Set up before every test.</summary>
    protected ServerGroup Servers { get; private set; } = null!;

    [SetUp]
    public async Task StartDatabaseAsync()
    {
        Database = await PostgresCluster.StartAsync();
        Farm.StandOn(Database);
        Servers = new ServerGroup(Farm, await Database.NewDatabaseAsync(), First, Second);
    }

    protected Submitter Submit()
    {
        var submitter = new Submitter(Servers.Urls);
        Farm.StandOn(submitter);
        return submitter;
    }

    /// <summary>A job of gated frames, of which two renders run one each.</summary>
    protected async Task<int> RunTwoFramesAsync()
    {
        await Farm.StartRenderAsync("one");
        await Farm.StartRenderAsync("two");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, Frames));
        await Until.TrueAsync(() => Farm.Folder.Lines("started").Count == 2, "two frames to start");
        return job;
    }

    /// <summary>Lets all frames end, and finds that each was rendered once, in its first run.</summary>
    protected async Task EveryFrameIsRenderedOnceAsync(int job)
    {
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        var once = Enumerable.Range(1, Frames).Select(frame => $"{frame}");
        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(once));
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(once));
        for (var task = 0; task < Frames; task++) Assert.That((await Farm.RunsAsync(job, 0, task)).Select(run => run[..4]), Is.EqualTo(new[] { "done" }), $"task {task}");
    }
}

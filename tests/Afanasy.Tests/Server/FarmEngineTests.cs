using Afanasy.Model;
using Afanasy.Tests.Journaling;
using AfServer.Engine;
using AfServer.Hosting;
using AfServer.Journaling;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Server;

public sealed class FarmEngineTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task A_commit_that_fails_ends_the_engine_and_answers_nobody_with_success()
    {
        using var journal = new FailingJournal { FailsAtCommit = 2 };
        var engine = Engine(journal);
        var first = engine.Mailbox.AskAsync(view => SubmitRequests.Submit(view, Job("first"), new Asker("anna", "desk")), CancellationToken.None);
        var turning = engine.RunAsync(CancellationToken.None);
        await first.WaitAsync(_patience);

        var doomed = Enumerable.Range(0, 3000)
            .Select(i => engine.Mailbox.AskAsync(view => SubmitRequests.Submit(view, Job($"doomed {i}"), new Asker("anna", "desk")), CancellationToken.None)).ToList();

        Assert.That(async () => await turning.WaitAsync(_patience), Throws.InstanceOf<JournalException>());
        foreach (var one in doomed) Assert.That(async () => await one.WaitAsync(_patience), Throws.InstanceOf<FarmStoppedException>());
        Assert.That(
            async () => await engine.Mailbox.ReadAsync(view => view.Sequence, CancellationToken.None).WaitAsync(_patience), Throws.InstanceOf<FarmStoppedException>(), "who comes later hears it too");
    }

    [Test]
    public async Task Nobody_hears_of_a_turn_before_it_is_durable()
    {
        using var journal = new FailingJournal();
        var engine = Engine(journal);
        using var stop = new CancellationTokenSource();
        var turning = engine.RunAsync(stop.Token);

        for (var i = 1; i <= 20; i++)
        {
            await engine.Mailbox.AskAsync(view => SubmitRequests.Submit(view, Job("job"), new Asker("anna", "desk")), CancellationToken.None).WaitAsync(_patience);
            Assert.That(journal.JobsDurable, Is.GreaterThanOrEqualTo(i));
        }

        await stop.CancelAsync();
        await turning.WaitAsync(_patience);
    }

    [Test]
    public async Task A_snapshot_that_cannot_be_written_at_the_stop_is_no_silent_end()
    {
        using var journal = new FailingJournal { FailsAtSnapshot = true };
        var engine = Engine(journal);
        using var stop = new CancellationTokenSource();
        var turning = engine.RunAsync(stop.Token);
        await engine.Mailbox.AskAsync(view => SubmitRequests.Submit(view, Job("job"), new Asker("anna", "desk")), CancellationToken.None).WaitAsync(_patience);

        await stop.CancelAsync();

        Assert.That(async () => await turning.WaitAsync(_patience), Throws.InstanceOf<JournalException>());
    }

    [Test]
    public async Task A_stop_writes_a_snapshot_from_which_the_farm_comes_back()
    {
        var file = _folder["farm.db"];
        using (var journal = SqliteJournal.Open(file, TimeProvider.System, NullLogger<SqliteJournal>.Instance))
        {
            var engine = Engine(journal);
            using var stop = new CancellationTokenSource();
            var turning = engine.RunAsync(stop.Token);
            for (var i = 0; i < 5; i++)
                await engine.Mailbox.AskAsync(view => SubmitRequests.Submit(view, Job($"job {i}"), new Asker("anna", "desk")), CancellationToken.None).WaitAsync(_patience);
            await stop.CancelAsync();
            await turning.WaitAsync(_patience);
        }

        using var again = SqliteJournal.Open(file, TimeProvider.System, NullLogger<SqliteJournal>.Instance);
        var recovered = Recovery.Recover(again);

        Assert.That(recovered.SnapshotSequence, Is.EqualTo(again.LastSequence));
        Assert.That(recovered.Farm.Jobs.Values.Select(job => job.Description.Name), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"job {i}")));
    }

    private static FarmEngine Engine(IJournal journal) =>
        new(Recovery.Recover(journal), journal, new Notices(), new FarmRules(Rights.Open, ""), TimeProvider.System, NullLogger<FarmEngine>.Instance);

    private static JobDescription Job(string name) => new()
    {
        Name = name,
        UserName = "anna",
        Blocks = [new BlockDescription { Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = 2, Command = "c" }],
    };

    /// <summary>A journal in memory whose disk can be full.</summary>
    private sealed class FailingJournal : IJournal
    {
        private readonly List<Change> _pending = [];
        private int _commits;

        public int FailsAtCommit { get; init; } = -1;

        public bool FailsAtSnapshot { get; init; }

        public int JobsDurable { get; private set; }

        public string Place => "memory";

        public long LastSequence { get; private set; }

        public Snapshot? ReadSnapshot() => null;

        public IEnumerable<Change> ReadAfter(long sequence) => [];

        public void Append(Change change) => _pending.Add(change);

        public void Append(FinishedRun run)
        {
        }

        public void Append(JobRecord job)
        {
        }

        public void Append(UserAction action)
        {
        }

        public void Commit()
        {
            if (++_commits == FailsAtCommit) throw new JournalException("The disk is full.");
            JobsDurable += _pending.Count(change => change is Change.JobSubmitted);
            LastSequence += _pending.Count;
            _pending.Clear();
        }

        public void WriteSnapshot(IReadOnlyList<Change> changes)
        {
            if (FailsAtSnapshot) throw new JournalException("The disk is full.");
        }

        public void Dispose()
        {
        }
    }
}

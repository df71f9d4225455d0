using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

public sealed class SqliteJournalTests
{
    private readonly TemporaryFolder _folder = new();

    private string Db => _folder["farm.db"];

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_new_journal_is_empty()
    {
        using var journal = Journals.Open(Db);

        Assert.That(journal.LastSequence, Is.Zero);
        Assert.That(journal.ReadSnapshot(), Is.Null);
        Assert.That(journal.ReadAfter(0), Is.Empty);
    }

    [Test]
    public void Committed_changes_are_read_in_order_after_reopening()
    {
        var changes = SampleChanges.Every().ToList();
        using (var journal = Journals.Open(Db))
        {
            foreach (var change in changes)
                journal.Append(change);
            journal.Commit();
        }

        using var again = Journals.Open(Db);

        Assert.That(again.LastSequence, Is.EqualTo(changes.Count));
        Assert.That(again.ReadAfter(0).Select(SampleChanges.Text), Is.EqualTo(changes.Select(SampleChanges.Text)));
        Assert.That(again.ReadAfter(changes.Count - 1).Count(), Is.EqualTo(1));
    }

    [Test]
    public void More_changes_than_are_read_at_a_time_come_without_a_gap()
    {
        Journals.Make(Db, 10_000);

        Assert.That(Journals.Kept(Db), Is.EqualTo(Enumerable.Range(1, 10_000)));
    }

    [Test]
    public void What_was_appended_and_not_committed_is_gone()
    {
        using (var journal = Journals.Open(Db))
        {
            journal.Turn(3);
            journal.Append(SampleChanges.Pause(99));
        }

        Assert.That(Journals.Kept(Db), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void A_crash_after_a_commit_loses_nothing()
    {
        using var journal = Journals.Open(Db);
        for (var turn = 1; turn <= 20; turn++)
        {
            journal.Turn(turn);

            var copy = Journals.CopyAsAfterCrash(Db, _folder[$"copy-{turn}.db"]);

            Assert.That(Journals.Kept(copy), Is.EqualTo(Enumerable.Range(1, turn * (turn + 1) / 2)));
        }
    }

    [Test]
    public void A_crash_at_any_byte_of_a_commit_keeps_whole_turns_only()
    {
        int[] turns = [3, 200, 1, 150, 4];
        long[] ends = [0, .. turns.Select((_, i) => (long)turns.Take(i + 1).Sum())];
        using var journal = Journals.Open(Db);
        foreach (var turn in turns)
            journal.Turn(turn);
        var copy = Journals.CopyAsAfterCrash(Db, _folder["copy.db"]);
        var wal = File.ReadAllBytes(copy + "-wal");
        var database = File.ReadAllBytes(copy);
        var seen = new HashSet<long>();

        for (var length = 0; length <= wal.Length; length += 1009)
        {
            File.WriteAllBytes(copy, database);
            File.WriteAllBytes(copy + "-wal", wal[..length]);
            var kept = Journals.Kept(copy);

            Assert.That(ends, Does.Contain(kept.Count), $"log cut at {length}");
            Assert.That(kept, Is.EqualTo(Enumerable.Range(1, kept.Count)));
            seen.Add(kept.Count);
        }

        Assert.That(seen, Is.SupersetOf(new long[] { 0, 3, 203 }), "a cut somewhere in every turn");
    }

    [Test]
    public void A_snapshot_comes_back_with_what_followed_it()
    {
        var farm = SampleChanges.Every().ToList();
        using (var journal = Journals.Open(Db))
        {
            journal.Turn(10);
            journal.WriteSnapshot(farm);
            journal.Turn(5);
        }

        using var again = Journals.Open(Db);
        var snapshot = again.ReadSnapshot();

        Assert.That(snapshot!.Sequence, Is.EqualTo(10));
        Assert.That(snapshot.Changes.Select(SampleChanges.Text), Is.EqualTo(farm.Select(SampleChanges.Text)));
        Assert.That(again.Kept(10), Is.EqualTo(Enumerable.Range(11, 5)));
    }

    [Test]
    public void A_snapshot_of_many_parts_comes_back_whole()
    {
        var farm = Enumerable.Range(1, 400_000).Select(SampleChanges.Pause).ToList();
        using var journal = Journals.Open(Db);
        journal.Turn(1);

        journal.WriteSnapshot(farm);

        Assert.That(Journals.Number(Db, "SELECT count(*) FROM snapshots"), Is.GreaterThan(1));
        Assert.That(journal.ReadSnapshot()!.Changes, Is.EqualTo(farm));
    }

    [Test]
    public void An_empty_farm_has_a_snapshot_too()
    {
        using var journal = Journals.Open(Db);

        journal.WriteSnapshot([]);

        Assert.That(journal.ReadSnapshot()!.Changes, Is.Empty);
        Assert.That(journal.ReadSnapshot()!.Sequence, Is.Zero);
    }

    [Test]
    public void Two_snapshots_are_kept_and_the_changes_after_the_older()
    {
        using var journal = Journals.Open(Db);
        for (var i = 0; i < 4; i++)
        {
            journal.Turn(10);
            journal.WriteSnapshot([SampleChanges.Pause(i)]);
        }

        journal.Turn(1);

        Assert.That(Journals.Number(Db, "SELECT count(*) FROM snapshots"), Is.EqualTo(2));
        Assert.That(Journals.Number(Db, "SELECT min(sequence) FROM journal"), Is.EqualTo(31));
        Assert.That(journal.ReadSnapshot()!.Sequence, Is.EqualTo(40));
        Assert.That(journal.Kept(30), Is.EqualTo(Enumerable.Range(31, 11)));
    }

    [Test]
    public void A_second_snapshot_at_the_same_change_takes_the_place_of_the_first()
    {
        using var journal = Journals.Open(Db);
        journal.Turn(1);
        journal.WriteSnapshot([SampleChanges.Pause(1)]);

        journal.WriteSnapshot([SampleChanges.Pause(2)]);

        Assert.That(journal.ReadSnapshot()!.Changes, Is.EqualTo(new[] { SampleChanges.Pause(2) }));
        Assert.That(journal.Kept(), Is.EqualTo(new[] { 1 }), "one snapshot alone lets nothing be forgotten");
    }

    [Test]
    public void Forgetting_is_done_in_slices_and_goes_on_after_a_restart()
    {
        using (var journal = Journals.Open(Db))
        {
            journal.Turn(30_000);
            journal.WriteSnapshot([]);
            journal.Turn(1);
            journal.WriteSnapshot([]);
        }

        var afterSnapshot = Journals.Number(Db, "SELECT count(*) FROM journal");
        using (var journal = Journals.Open(Db))
        {
            for (var i = 0; i < 40; i++)
                journal.Turn(1);
        }

        Assert.That(afterSnapshot, Is.InRange(2, 30_000), "some are forgotten, not all at once");
        Assert.That(Journals.Number(Db, "SELECT min(sequence) FROM journal"), Is.EqualTo(30_001));
        using var again = Journals.Open(Db);
        Assert.That(again.LastSequence, Is.EqualTo(30_041));
    }

    [Test]
    public void A_snapshot_in_the_middle_of_a_turn_is_an_error_of_the_caller()
    {
        using var journal = Journals.Open(Db);
        journal.Append(SampleChanges.Pause(1));

        Assert.That(() => journal.WriteSnapshot([]), Throws.InvalidOperationException);
    }

    [Test]
    public void A_turn_without_changes_writes_nothing()
    {
        using var journal = Journals.Open(Db);
        journal.Turn(1);
        var before = new FileInfo(Db + "-wal").Length;

        journal.Commit();

        Assert.That(new FileInfo(Db + "-wal").Length, Is.EqualTo(before));
    }

    [Test]
    public void A_second_writer_is_noticed_and_overwrites_nothing()
    {
        using var one = Journals.Open(Db);
        using var other = Journals.Open(Db);
        one.Turn(2);

        Assert.That(() => other.Turn(1), Throws.TypeOf<JournalException>().With.Message.Contains("another program has written"));
        Assert.That(() => other.Turn(1), Throws.InvalidOperationException, "a journal that failed is of no more use");
        Assert.That(one.Kept(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void The_sample_of_version_1_is_still_read()
    {
        File.Copy(SampleJournal.File(1), Db);

        using var journal = Journals.Open(Db);
        using var history = new SqliteHistory(Db);

        Assert.That(journal.ReadSnapshot()!.Sequence, Is.EqualTo(2));
        Assert.That(journal.ReadSnapshot()!.Changes.OfType<Change.NumbersRestored>().Single(), Is.EqualTo(SampleChanges.Make(typeof(Change.NumbersRestored), 1)));
        Assert.That(journal.ReadAfter(0).Skip(2).Select(c => c.GetType().Name).Order(), Is.EqualTo(SampleJournal.Version1AsReadNow.Order()));
        var description = journal.ReadAfter(0).OfType<Change.JobSubmitted>().Single().Description;
        Assert.That(description.Name, Does.StartWith("text «"));
        Assert.That(description.Blocks[1].Tasks[1].Environment, Has.Count.EqualTo(2));
        Assert.That(history.RunsOf(new TaskId(new JobId(1), 0, 2)).Single(), Is.EqualTo(SampleJournal.Run));
    }

    [Test]
    public void The_sample_of_version_2_is_still_read()
    {
        File.Copy(SampleJournal.File(2), Db);

        using var journal = Journals.Open(Db);
        using var history = new SqliteHistory(Db);

        var changes = journal.ReadAfter(0).Skip(2).ToList();
        Assert.That(journal.ReadSnapshot()!.Changes.Select(SampleChanges.Text), Is.EqualTo(changes.Select(SampleChanges.Text)));
        Assert.That(changes.Select(change => change.GetType().Name).Order(), Is.EqualTo(SampleJournal.CasesOfVersion2.Order()));
        var submitted = changes.OfType<Change.JobSubmitted>().Single().Description;
        Assert.That(submitted.DependJobs[1].Job, Does.StartWith("text «"));
        Assert.That(submitted.Blocks[1].Tickets, Has.Count.EqualTo(2));
        Assert.That(changes.OfType<Change.RunStarted>().Single().Grant.Tickets, Has.Count.EqualTo(2));
        Assert.That(changes.OfType<Change.PoolSet>().Single().Settings.TicketsPool.Values.First().MaxHosts, Is.GreaterThan(0));
        Assert.That(history.RunsOf(new TaskId(new JobId(1), 0, 2)).Single(), Is.EqualTo(SampleJournal.Run2));
    }
}

/// <summary>What stands in the folders of <c>samples</c>; each was made once by <see cref="Make"/> of its time, then kept as it is.</summary>
public sealed class SampleJournal
{
    /// <summary>One of each of the cases that there were, as what they are today.</summary>
    internal static readonly string[] Version1AsReadNow =
    [
        "UserSet", "JobSubmitted", "JobPaused", "JobResumed", "JobPriorityChanged", "JobDeleted", "JobDeletionAsked", "RunStarted",
        "RunStopAsked", "RunEnded", "TasksMarked", "TasksMarked", "RenderRegistered", "RenderDeleted", "NumbersRestored", "JobTimesRestored",
        "TasksRestored", "TaskRestored",
    ];

    internal static readonly FinishedRun Run = new(
        new TaskRunId(new JobId(1), 0, 2, 1), "render-1", "blender", StoppedClock.Noon, StoppedClock.Noon.AddSeconds(90), RunOutcome.NotStarted, 127, "No such file");

    internal static readonly string[] CasesOfVersion2 =
    [
        "UserSet", "UserDeleted", "BranchSet", "BranchDeleted", "PoolSet", "PoolDeleted", "JobSubmitted", "JobEdited", "BlockEdited", "BlocksAppended", "TasksAppended", "JobPaused",
        "JobResumed", "JobPriorityChanged", "JobTimeCame", "TryNextSet", "JobsOrdered", "JobDeletionAsked", "JobDeleted", "RunStarted", "RunStopAsked", "RunPreempted", "FramesPassed",
        "RunEnded", "TasksMarked", "ErrorHostsForgotten", "BlockWoken", "RenderRegistered", "RenderSet", "RenderHealed", "RenderDeleted", "NumbersRestored", "JobTimesRestored",
        "TasksRestored", "TaskRestored", "ErrorHostRestored", "BlockRestored", "ShareRestored", "RenderHealthRestored",
    ];

    internal static readonly FinishedRun Run2 = Run with { JobName = "a job", BlockName = "beauty", UserName = "anna", Branch = "/film", Project = "film", Capacity = 1500 };

    internal static string File(int version) => Path.Combine(TestContext.CurrentContext.TestDirectory, "samples", $"journal-{version}", "farm.db");

    [Test]
    [Explicit("Writes the sample of a new journal version into the folder that SAMPLE names.")]
    public void Make()
    {
        using var journal = Journals.Open(Path.Combine(Environment.GetEnvironmentVariable("SAMPLE")!, "farm.db"));
        journal.Turn(2);
        journal.WriteSnapshot(SampleChanges.Every().ToList());
        foreach (var change in SampleChanges.Every())
            journal.Append(change);
        journal.Append(Run2);
        journal.Append(new JobRecord(new JobId(1), "a job", "anna", "film", 3, StoppedClock.Noon, StoppedClock.Noon.AddSeconds(1), null, null) { Branch = "/film" });
        journal.Append(new UserAction(StoppedClock.Noon, "anna", "desk-1", "restart", "J1[0]", "all"));
        journal.Commit();

        Assert.That(journal.LastSequence, Is.EqualTo(2 + SampleChanges.Cases.Count));
    }
}

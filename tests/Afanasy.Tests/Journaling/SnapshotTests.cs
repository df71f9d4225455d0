using Afanasy.Model;
using Afanasy.Simulation;
using Afanasy.Tests.Model;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>A farm that is told in a snapshot, written, read and applied is the farm that it was.</summary>
public sealed class SnapshotTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly FullFarm _full = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public void A_farm_with_everything_in_it_comes_back_as_it_was()
    {
        var again = Restored(_full.Farm, "once.db");
        var twice = Restored(again, "twice.db");

        Assert.That(FarmText.Differences(_full.Farm, again), Is.Empty);
        Assert.That(FarmText.Differences(_full.Farm, twice), Is.Empty);
    }

    [Test]
    public void Every_kind_of_change_that_a_snapshot_can_hold_is_in_this_one()
    {
        var told = _full.Farm.Describe(FullFarm.Noon).Select(change => change.GetType().Name).Distinct().Order();

        Assert.That(told, Is.EqualTo(new[]
        {
            "BlockRestored", "BranchSet", "ErrorHostRestored", "FramesPassed", "JobDeletionAsked", "JobEdited", "JobPaused", "JobResumed", "JobSubmitted", "JobTimeCame", "JobTimesRestored",
            "JobsOrdered", "NumbersRestored", "PoolSet", "RenderHealthRestored", "RenderRegistered", "RenderSet", "RenderTurnRestored", "RunPreempted", "RunStarted", "RunStopAsked", "ShareRestored",
            "TaskRestored", "TasksRestored", "TryNextSet", "UserSet",
        }));
    }

    [Test]
    public void A_farm_replayed_from_its_journal_is_the_live_one()
    {
        var file = _folder["farm.db"];
        using (var journal = Journals.Open(file))
        {
            foreach (var change in _full.Changes) journal.Append(change);
            journal.Commit();
        }

        var again = new Farm();
        using (var journal = Journals.Open(file))
        {
            foreach (var change in journal.ReadAfter(0)) again.Apply(change);
        }

        Assert.That(FarmText.Differences(_full.Farm, again), Is.Empty);
    }

    [Test]
    public void A_restored_farm_goes_on_as_the_live_one_does()
    {
        var again = Restored(_full.Farm, "farm.db");

        foreach (var run in _full.Farm.Running.Keys.OrderBy(run => run.ToString(), StringComparer.Ordinal).ToList())
        {
            var end = new Change.RunEnded(run, RunOutcome.Done, 0, "") { At = FullFarm.Noon.AddHours(2) };
            _full.Farm.Apply(end);
            again.Apply(end);
            Assert.That(FarmText.Differences(_full.Farm, again), Is.Empty, $"after {run}");
        }

        Assert.That(again.Running, Is.Empty);
    }

    [Test]
    public void Tickets_go_with_the_render_that_holds_them()
    {
        var (gpu, big) = (_full.Farm.Pools["/gpu"], _full.Farm.Pools["/gpu/big"]);

        Assert.That((big.Tickets.Count, gpu.Tickets.Single().Key, gpu.Tickets.Single().Value.Count), Is.EqualTo((0, "nuke", 1)), "what render3 holds");
        Assert.That(_full.Farm.RootPool.Tickets["nuke"].Count, Is.EqualTo(2 + 3));
    }

    [Test]
    public void An_edited_job_waits_for_the_frames_of_the_jobs_that_it_names_now()
    {
        var block = _full.Farm.Jobs[new JobId(8)].Blocks[0];

        Assert.That(block.Edges.Frames.Select(edge => edge.Producer.Id), Is.EqualTo(new[] { new BlockId(new JobId(10), 0) }));
        Assert.That(block.States.Count(TaskState.Waiting), Is.EqualTo(2));
    }

    private Farm Restored(Farm farm, string file)
    {
        using var journal = Journals.Open(_folder[file]);
        journal.WriteSnapshot(farm.Describe(FullFarm.Noon.AddHours(1)).ToList());

        var again = new Farm();
        foreach (var change in journal.ReadSnapshot()!.Changes) again.Apply(change);
        return again;
    }
}

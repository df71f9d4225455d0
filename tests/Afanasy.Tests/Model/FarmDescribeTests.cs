using Afanasy.Model;
using Afanasy.Simulation;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Model;

/// <summary>A snapshot is a list of changes that rebuilds the farm; random days are in the simulation.</summary>
public sealed class FarmDescribeTests
{
    [Test]
    public void A_farm_in_which_everything_happened_is_rebuilt_as_it_was()
    {
        var farm = new TestFarm();
        farm.Apply(new Change.UserSet("anna", new UserSettings()) { At = Noon });
        var render = farm.Join("r1", capacity: 100_000, services: "generic");
        farm.Apply(new Change.RenderDeleted(farm.Join("gone").Id) { At = Noon });
        farm.Now = Noon.AddMinutes(1);
        var job = farm.Submit(Frames("a", 9, retries: 0), Frames("b", 9, after: "a"), Frames("c", 9, afterFrames: "a"));
        farm.Finish(job, 0, render, 0, 1, 4);
        farm.Fail(job, 0, 2, render);
        farm.Skip(job, 0, 6, 6);
        farm.End(farm.Start(job, 0, 5, render), RunOutcome.RenderLost);
        farm.Skip(job, 0, 5, 5);
        farm.Restart(job, 0, 4, 4);
        farm.StopAsked(farm.Start(job, 0, 7, render), StopCause.Skip);
        farm.Start(job, 2, 0, render);
        farm.Submit(new JobDescription { Name = "held", UserName = "u", Offline = true, Blocks = [Frames("a", 1)] });
        farm.Apply(new Change.JobResumed(new JobId(2)) { At = Noon });
        farm.Apply(new Change.JobPaused(farm.Submit(Frames("a", 1)).Id) { At = Noon });
        farm.Apply(new Change.JobPriorityChanged(new JobId(3), 7) { At = Noon });
        farm.Apply(new Change.JobDeletionAsked(new JobId(3)) { At = Noon });
        farm.Apply(new Change.JobDeleted(farm.Submit(Frames("a", 1)).Id) { At = Noon });

        Assert.That(FarmText.Differences(farm.Farm, farm.FromSnapshot()), Is.Empty);
    }

    [Test]
    public void Tasks_that_nothing_happened_to_cost_a_snapshot_nothing()
    {
        var farm = new TestFarm();
        farm.Submit(Frames("a", 1_000_000));

        Assert.That(farm.Farm.Describe(Noon).Count(), Is.LessThan(10));
    }

    [Test]
    public void A_difference_between_two_farms_is_seen()
    {
        var (farm, other) = (new TestFarm(), new TestFarm());
        farm.Submit(Frames("a", 3));
        other.Submit(Frames("a", 3));
        other.Skip(other.Farm.Jobs[new JobId(1)], 0, 1, 1);

        Assert.That(FarmText.Differences(farm.Farm, other.Farm), Is.Not.Empty);
    }
}

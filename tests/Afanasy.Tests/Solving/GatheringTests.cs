using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Model;
using AfServer.Solving;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Solving;

/// <summary>Several hosts for one task, and what a job takes along that moves.</summary>
public sealed class GatheringTests
{
    private readonly TestFarm _farm = new();
    private readonly Solver _solver;

    public GatheringTests() => _solver = new Solver(_farm.Farm);

    [Test]
    public void Hosts_of_one_task_share_the_tickets_of_their_pool()
    {
        _farm.Apply(new Change.PoolSet("/", new PoolSettings { TicketsPool = new Dictionary<string, PoolTicket> { ["lic"] = new(1) } }) { At = Noon });
        Online("r1", new RenderOffer { Capacity = 1000 });
        Online("r2", new RenderOffer { Capacity = 1000 });
        var job = Submit(Wide() with { Tickets = new Dictionary<string, int> { ["lic"] = 1 } });

        Assert.That(Next(), Is.Null);
        Assert.That(Why(job), Does.StartWith("All 2 renders that are online would fit, but the task needs 2 together"));
    }

    [Test]
    public void Hosts_of_one_task_have_the_same_devices_for_it()
    {
        var busy = Online("r1", new RenderOffer { Capacity = 2000, GpuMegabytes = [1000, 1000] });
        Online("r2", new RenderOffer { Capacity = 2000, GpuMegabytes = [1000, 1000] });
        var other = Submit(Frames("other", 1) with { NeedGpus = 1 });
        _farm.Apply(new Change.RunStarted(new TaskRunId(other.Id, 0, 0, 1), busy.Id) { At = Noon, Grant = new RunGrant { Capacity = 1000, Gpus = [0] } });
        Submit(Wide() with { NeedGpus = 1 });

        Assert.That(Next()?.Grant.Gpus, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Variable_capacity_is_what_every_host_has_free()
    {
        Online("big", new RenderOffer { Capacity = 5000 });
        Online("small", new RenderOffer { Capacity = 2000 });
        Submit(Wide() with { Flags = BlockTraits.Numeric | BlockTraits.VarCapacity, CapacityCoeffMin = 1, CapacityCoeffMax = 5 });

        Assert.That(Next()?.Grant.Capacity, Is.EqualTo(2000));
    }

    [Test]
    public void A_task_that_waits_for_more_hosts_says_so()
    {
        Online("r1", new RenderOffer { Capacity = 1000 });
        var job = Submit(Wide() with { MultihostMin = 1, MultihostMaxWait = 60 });

        Assert.That(Next(), Is.Null);
        Assert.That(Why(job), Is.EqualTo("1 hosts are free for it, and it waits up to 60 s for 2."));
    }

    [Test]
    public void To_try_a_task_next_does_not_approve_it()
    {
        Online("r1", new RenderOffer { Capacity = 1000 });
        var job = _farm.Submit(new JobDescription { Name = "job", UserName = "anna", Ppa = true, Blocks = [Frames("a", 9) with { Sequential = 5 }] });
        _farm.Mark(job, 0, 0, 0, TaskMark.Done);
        _farm.Mark(job, 0, 4, 4, TaskMark.Done);
        _farm.Mark(job, 0, 8, 8, TaskMark.Done);
        _farm.Apply(new Change.TryNextSet(job.Id, [new TaskId(job.Id, 0, 2)]) { At = Noon });

        Assert.That(Next(), Is.Null);
    }

    [Test]
    public void A_job_that_moves_is_still_explained_and_served_once()
    {
        var job = Submit(Frames("a", 2));
        _farm.Apply(new Change.BranchSet("/film", new BranchSettings()) { At = Noon });
        _farm.Apply(new Change.JobEdited(job.Id, job.Description with { Branch = "/film" }) { At = Noon });
        Refresh();

        Assert.That(_solver.LotsOf(job.Blocks[0]).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_snapshot_tells_what_a_branch_spent_on_a_run_that_began_elsewhere()
    {
        var (job, render) = (Submit(Frames("a", 1)), Online("r1", new RenderOffer { Capacity = 1000 }));
        var run = _farm.Start(job, 0, 0, render);
        _farm.Apply(new Change.BranchSet("/film", new BranchSettings()) { At = Noon });
        _farm.Apply(new Change.JobEdited(job.Id, job.Description with { Branch = "/film" }) { At = Noon });
        _farm.Now += TimeSpan.FromSeconds(7);
        _farm.End(run);

        Assert.That(_farm.FromSnapshot().Branches["/film"].Share.Totals.RunSeconds, Is.EqualTo(7));
    }

    private static BlockDescription Wide() => Frames("wide", 1) with { MultihostMin = 2, MultihostMax = 2 };

    private Job Submit(BlockDescription block)
    {
        var job = _farm.Submit(block);
        Refresh();
        return job;
    }

    private Render Online(string name, RenderOffer offer)
    {
        var id = _farm.Farm.NextRender;
        _farm.Apply(new Change.RenderRegistered(id, name, offer) { At = Noon });
        Refresh();
        _solver.SetOnline(_farm.Farm.Renders[id], true);
        return _farm.Farm.Renders[id];
    }

    private Assignment? Next()
    {
        Refresh();
        return _solver.Next(_farm.Now);
    }

    private void Refresh()
    {
        _solver.Refresh(_farm.Farm.Touches, _farm.Now);
        _farm.Farm.Touches.Clear();
    }

    private string? Why(Job job) => new WhyNot(_farm.Farm, _solver, _farm.Now).Explain(job).Reason;
}

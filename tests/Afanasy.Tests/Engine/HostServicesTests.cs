using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

/// <summary>What runs on the other hosts of a multi-host task.</summary>
public sealed class HostServicesTests
{
    private readonly EngineBench _bench = new();

    [Test]
    public void Multihost_service_runs_on_the_other_hosts_as_long_as_the_task_runs()
    {
        var (master, helper, run) = Start(new BlockDescription { MultihostService = "serve @AF_HOSTS@" });

        Assert.That(_bench.Report(master)?.Starts.Select(start => start.Run), Is.EqualTo(new[] { run.Id }));
        var service = _bench.Report(helper)?.Starts.Single();
        Assert.That((service?.Run, service?.Command), Is.EqualTo((run.Id with { Run = -1 }, "serve master,helper")));
        Assert.That(_bench.Report(helper)?.Starts ?? [], Is.Empty, "it is told once");

        _bench.End(run);

        Assert.That(_bench.Report(helper)?.Drops, Is.EqualTo(new[] { run.Id with { Run = -1 } }));
    }

    [Test]
    public void Multihost_service_that_ends_by_itself_ends_no_task()
    {
        var (_, helper, run) = Start(new BlockDescription { MultihostService = "serve" });
        _bench.Report(helper);

        var answer = _bench.Report(helper, new RenderReport { Ended = [new RunEnd { Run = run.Id with { Run = -1 }, Outcome = RunOutcome.Done }] });

        Assert.That(answer?.Closed.Single().Refusal, Is.Not.Empty);
        Assert.That(_bench.Farm.Running, Contains.Key(run.Id));
    }

    [Test]
    public void Multihost_service_wait_holds_the_masters_command_back()
    {
        var (master, _, run) = Start(new BlockDescription { MultihostService = "serve", MultihostServiceWait = 10 });

        Assert.That(_bench.Report(master)?.Starts ?? [], Is.Empty);
        Assert.That(_bench.View.Presences.Of(master).HoldsBack, Is.True);
        _bench.Pass(TimeSpan.FromSeconds(10));

        Assert.That(_bench.Report(master)?.Starts.Select(start => start.Run), Is.EqualTo(new[] { run.Id }));
    }

    [Test]
    public void Masteronslave_runs_the_service_on_the_masters_host_too()
    {
        var (master, _, run) = Start(new BlockDescription { MultihostService = "serve", Flags = BlockTraits.MasterOnSlave });

        Assert.That(_bench.Report(master)?.Starts.Select(start => start.Run), Is.EqualTo(new[] { run.Id, run.Id with { Run = -1 } }));
    }

    [Test]
    public void Without_a_service_the_other_hosts_are_only_reserved()
    {
        var (_, helper, _) = Start(new BlockDescription());

        Assert.That(_bench.Report(helper)?.Starts ?? [], Is.Empty);
        Assert.That(helper.CapacityUsed, Is.EqualTo(BlockDescription.CapacityDefault));
    }

    private (Render Master, Render Helper, TaskRun Run) Start(BlockDescription block)
    {
        var (master, helper) = (_bench.Join("master"), _bench.Join("helper"));
        var job = new JobDescription
        {
            Name = "job",
            UserName = "anna",
            Blocks = [block with { Command = "render", Flags = block.Flags | BlockTraits.Numeric | BlockTraits.Multihost, MultihostMin = 2, MultihostMax = 2 }],
        };
        _bench.Do(SubmitRequests.Submit(_bench.View, job, EngineBench.Anna));
        var id = new TaskRunId(new JobId(1), 0, 0, 1);
        var grant = new RunGrant { Capacity = BlockDescription.CapacityDefault, Helpers = [helper.Id] };
        _bench.Apply(new Change.RunStarted(id, master.Id) { At = _bench.View.Now, Grant = grant });
        return (master, helper, _bench.Farm.Running[id]);
    }
}

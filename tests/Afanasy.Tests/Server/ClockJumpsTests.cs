using Afanasy.Model;
using Afanasy.Tests.Engine;
using Afanasy.Tests.Support;
using AfServer.Engine;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Server;

public sealed class ClockJumpsTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly EngineBench _bench = new();
    private readonly Clockwork _clockwork = new(new Mailbox(), EngineBench.SilenceMax, new ManualTime(), NullLogger<Clockwork>.Instance);
    private readonly ClockJumps _jumps = new();
    private DateTimeOffset _now = EngineBench.Noon;
    private TimeSpan _uptime;

    [Test]
    public void A_clock_that_is_held_right_has_not_jumped()
    {
        Look();

        for (var tick = 0; tick < 1000; tick++) Assert.That(Look(passed: 0.5, set: 0.01), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_jump_is_seen_once([Values(1, -1)] int hours)
    {
        Look();

        Assert.That(Look(passed: 0.5, set: hours * 3600), Is.EqualTo(hours * _hour));
        Assert.That(Look(passed: 0.5), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void What_was_before_a_jump_forward_is_no_older_for_it_and_what_came_after_has_its_age()
    {
        Look();
        var before = _now;
        Look(passed: 10);
        Look(passed: 0.5, set: 3600);
        var after = _now;
        Look(passed: 5);

        Assert.That(_jumps.Age(before, _now), Is.EqualTo(TimeSpan.FromSeconds(15.5)));
        Assert.That(_jumps.Age(after, _now), Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void What_happened_between_the_last_look_and_the_jump_was_before_it()
    {
        Look();
        var between = _now + TimeSpan.FromSeconds(0.3);
        Look(passed: 0.5, set: 3600);

        Assert.That(_jumps.Age(between, _now), Is.EqualTo(TimeSpan.FromSeconds(0.2)));
    }

    [Test]
    public void A_clock_that_was_set_wrong_and_right_again_leaves_ages_as_they_are([Values(600, 3600)] int firstBack)
    {
        Look();
        var before = _now;
        Look(passed: 1, set: 3600);
        Look(passed: 1, set: -firstBack);
        if (firstBack < 3600) Look(passed: 1, set: firstBack - 3600);

        Look(passed: 7200);

        Assert.That(_jumps.Age(before, _now), Is.EqualTo(_uptime));
    }

    [Test]
    public void A_clock_that_is_set_all_the_time_is_not_remembered_without_end()
    {
        Look();
        var before = _now;

        for (var jump = 0; jump < 1000; jump++) Look(passed: 0.5, set: 10);

        Assert.That(_jumps.Age(before, _now), Is.LessThan(_now - before).And.GreaterThan(_uptime), "the latest count, the oldest are forgotten");
    }

    [Test]
    public void A_job_does_not_come_to_its_end_by_a_clock_that_was_set_forward()
    {
        var job = _bench.Submit(new JobDescription { Name = "short", UserName = "anna", TimeLife = 1800, Blocks = [EngineBench.Frames(3)] });
        Tick();
        _bench.View.Now += _hour;

        Tick();
        Assert.That(job.IsDeletionAsked, Is.False);

        _bench.Pass(TimeSpan.FromMinutes(30));
        Tick();
        Tick();
        Assert.That(job.IsDeletionAsked, Is.True, "its life has passed");
    }

    [Test]
    public void A_host_is_not_forgiven_by_a_clock_that_was_set_forward()
    {
        var render = _bench.Join("r");
        var job = _bench.Submit(new JobDescription { Name = "job", UserName = "anna", Blocks = [EngineBench.Frames(3) with { ErrorsForgiveTime = 1800 }] });
        _bench.End(_bench.Start(job, 0, render), RunOutcome.Failed);
        Tick();
        _bench.View.Now += _hour;

        Tick();

        Assert.That(job.Blocks[0].ErrorHosts, Is.Not.Empty);
    }

    [Test]
    public void A_master_does_not_wait_for_a_clock_that_was_set_back()
    {
        var (master, helper) = (_bench.Join("master"), _bench.Join("helper"));
        var block = EngineBench.Frames(1) with { Flags = BlockTraits.Numeric | BlockTraits.Multihost, MultihostMin = 2, MultihostMax = 2, MultihostService = "serve", MultihostServiceWait = 10 };
        var run = _bench.StartUnheard(_bench.Submit(new JobDescription { Name = "job", UserName = "anna", Blocks = [block] }), 0, master, helper);
        Assert.That(_bench.Report(master)?.Starts ?? [], Is.Empty);

        _bench.View.Now -= _hour;

        Assert.That(_bench.Report(master)?.Starts.Select(start => start.Run), Is.EqualTo(new[] { run.Id }));
    }

    private TimeSpan Look(double passed = 0, double set = 0)
    {
        _uptime += TimeSpan.FromSeconds(passed);
        _now += TimeSpan.FromSeconds(passed + set);
        return _jumps.Look(_now, _uptime);
    }

    private void Tick()
    {
        _bench.Pass(TimeSpan.FromSeconds(0.5));
        _bench.Do(_clockwork.Check(_bench.View));
    }
}

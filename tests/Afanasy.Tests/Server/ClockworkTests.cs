using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Engine;
using Afanasy.Tests.Support;
using AfServer.Engine;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Server;

public sealed class ClockworkTests
{
    private readonly EngineBench _bench = new();
    private readonly Clockwork _clockwork = new(new Mailbox(), EngineBench.SilenceMax, new ManualTime(), NullLogger<Clockwork>.Instance);
    private readonly Render _render;

    public ClockworkTests() => _render = _bench.Join("r");

    [Test]
    public void A_render_that_says_nothing_for_too_long_is_parted_with()
    {
        var job = _bench.Submit();
        _bench.Start(job, 0, _render);
        Tick(EngineBench.SilenceMax, heard: false);
        Assert.That(_bench.IsParted(_render), Is.False);

        Tick(TimeSpan.FromSeconds(1), heard: false);

        Assert.That(_bench.IsParted(_render), Is.True);
        Assert.That((_bench.Farm.Running.Count, job.Blocks[0].States.Of(0)), Is.EqualTo((0, TaskState.Ready)), "no error is counted");
    }

    [Test]
    public void A_turn_that_takes_longer_than_the_silence_costs_no_render_its_runs()
    {
        Tick(TimeSpan.FromSeconds(1));

        _bench.Pass(TimeSpan.FromSeconds(40));
        Tick(TimeSpan.FromSeconds(5), heard: false);
        Assert.That(_bench.IsParted(_render), Is.False);

        Tick(TimeSpan.FromSeconds(7), heard: false);
        Assert.That(_bench.IsParted(_render), Is.True, "the engine listens again, and the render is silent");
    }

    [Test]
    public void Zombie_time_of_the_pool_counts_before_the_servers()
    {
        _bench.Set(new PoolSettings { ZombieTime = 30 });
        Tick(TimeSpan.FromSeconds(29), heard: false);
        Assert.That(_bench.IsParted(_render), Is.False);

        Tick(TimeSpan.FromSeconds(2), heard: false);

        Assert.That(_bench.IsParted(_render), Is.True);
    }

    [Test]
    public void A_pool_of_slow_heartbeats_is_not_taken_for_silent_between_two_of_them()
    {
        _bench.Set(new PoolSettings { HeartbeatSec = 20 });

        Tick(TimeSpan.FromSeconds(55), heard: false);

        Assert.That(_bench.IsParted(_render), Is.False);
    }

    [Test]
    public void A_helper_that_falls_silent_ends_the_task_unless_it_does_without([Values] bool ignores)
    {
        var leader = _bench.Join("leader");
        var flags = BlockTraits.Multihost | (ignores ? BlockTraits.SlaveLostIgnore : BlockTraits.None);
        var job = Submit(EngineBench.Frames(1) with { Flags = BlockTraits.Numeric | flags });
        var run = _bench.Start(job, 0, leader, _render);

        for (var i = 0; i < 22; i++)
        {
            _bench.Report(leader);
            Tick(TimeSpan.FromSeconds(0.5), heard: false);
        }

        Assert.That(run.Stop, Is.EqualTo(ignores ? (StopCause?)null : StopCause.Eject));
    }

    [Test]
    public void Leader_and_helper_that_fall_silent_together_end_their_task_once()
    {
        var leader = _bench.Join("leader");
        _bench.StartUnheard(Submit(EngineBench.Frames(1)), 0, leader, _render);

        Tick(TimeSpan.FromSeconds(11), heard: false);

        Assert.That(_bench.Farm.Running, Is.Empty);
    }

    [Test]
    public void Time_wait_is_over_when_its_second_comes()
    {
        var job = _bench.Submit(new JobDescription { Name = "later", UserName = "anna", TimeWait = EngineBench.Noon.ToUnixTimeSeconds() + 5, Blocks = [EngineBench.Frames(1)] });
        Tick(TimeSpan.FromSeconds(4));
        Assert.That(job.IsBeforeItsTime, Is.True);

        Tick(TimeSpan.FromSeconds(2));

        Assert.That(job.IsBeforeItsTime, Is.False);
    }

    [Test]
    public void Time_life_ends_a_job_and_what_runs_of_it()
    {
        var job = _bench.Submit(new JobDescription { Name = "short", UserName = "anna", TimeLife = 5, Blocks = [EngineBench.Frames(3)] });
        var run = _bench.Start(job, 0, _render);
        Tick(TimeSpan.FromSeconds(4));
        Assert.That(job.IsDeletionAsked, Is.False);
        _bench.StartUnheard(job, 1, _render);

        Tick(TimeSpan.FromSeconds(2));

        Assert.That((job.IsDeletionAsked, run.Stop, job.RunningTasks), Is.EqualTo((true, (StopCause?)StopCause.Eject, 1)), "a run that was not heard of has ended");
    }

    [Test]
    public void Jobs_life_time_of_the_user_counts_where_the_job_says_nothing()
    {
        _bench.AddUser("anna", new UserSettings { JobsLifeTime = 5 });
        var job = _bench.Submit();

        Tick(TimeSpan.FromSeconds(6));

        Assert.That(job.IsDeletionAsked, Is.True);
    }

    [Test]
    public void A_job_whose_time_is_up_when_its_render_is_lost_ends_its_runs_once()
    {
        Tick(TimeSpan.FromSeconds(0.5), heard: false);
        var job = _bench.Submit(new JobDescription { Name = "short", UserName = "anna", TimeLife = 10, Blocks = [EngineBench.Frames(3)] });
        _bench.StartUnheard(job, 0, _render);
        Tick(TimeSpan.FromSeconds(9.5), heard: false);
        Assert.That((job.IsDeletionAsked, job.RunningTasks), Is.EqualTo((false, 1)));

        Tick(TimeSpan.FromSeconds(0.5), heard: false);

        Assert.That((job.IsDeletionAsked, job.RunningTasks), Is.EqualTo((true, 0)), "both in one tick");
    }

    [Test]
    public void A_block_without_a_licence_is_woken_after_its_rest()
    {
        var job = _bench.Submit();
        _bench.End(_bench.Start(job, 0, _render), RunOutcome.LicenceShortage);
        Tick(Farm.LicenceRest - TimeSpan.FromSeconds(1));
        Assert.That(job.Blocks[0].SleepsUntil, Is.Not.Null);

        Tick(TimeSpan.FromSeconds(2));

        Assert.That(job.Blocks[0].SleepsUntil, Is.Null);
    }

    [Test]
    public void A_block_does_not_rest_longer_because_the_clock_was_set_back()
    {
        var job = _bench.Submit();
        _bench.End(_bench.Start(job, 0, _render), RunOutcome.LicenceShortage);
        _bench.View.Now -= TimeSpan.FromHours(1);

        Tick(TimeSpan.FromSeconds(1));

        Assert.That(job.Blocks[0].SleepsUntil, Is.Null);
    }

    [Test]
    public void Errors_forgive_time_forgets_a_host_after_its_last_error()
    {
        var other = _bench.Join("other");
        var job = Submit(EngineBench.Frames(3) with { ErrorsForgiveTime = 10 });
        _bench.End(_bench.Start(job, 0, _render), RunOutcome.Failed);
        Tick(TimeSpan.FromSeconds(6));
        _bench.End(_bench.Start(job, 1, other), RunOutcome.Failed);

        Tick(TimeSpan.FromSeconds(5));
        Assert.That(job.Blocks[0].ErrorHosts.Keys, Is.EqualTo(new[] { other.Id }));

        Tick(TimeSpan.FromSeconds(6));
        Assert.That(job.Blocks[0].ErrorHosts, Is.Empty);
    }

    [Test]
    public void Errors_forgive_time_of_zero_never_forgets()
    {
        var job = Submit(EngineBench.Frames(3) with { ErrorsForgiveTime = 0 });
        _bench.End(_bench.Start(job, 0, _render), RunOutcome.Failed);

        Tick(TimeSpan.FromSeconds(60));

        Assert.That(job.Blocks[0].ErrorHosts, Is.Not.Empty);
    }

    [Test]
    public void Task_max_run_time_stops_a_run_and_its_end_says_so()
    {
        var run = _bench.Start(Submit(EngineBench.Frames(1) with { TaskMaxRunTime = 5 }), 0, _render);
        Tick(TimeSpan.FromSeconds(5));
        Assert.That(run.Stop, Is.Null);

        Tick(TimeSpan.FromSeconds(1));

        Assert.That(run.Stop, Is.EqualTo(StopCause.MaxRunTime));
        Assert.That(ReasonOfEnd(run), Is.EqualTo("It ran longer than 5 s. killed"));
    }

    [Test]
    public void Task_max_run_time_does_not_run_before_the_render_was_told()
    {
        var run = _bench.StartUnheard(Submit(EngineBench.Frames(1) with { TaskMaxRunTime = 5 }), 0, _render);
        Tick(TimeSpan.FromSeconds(8));
        Assert.That(run.Stop, Is.Null);
        _bench.Report(_render);
        Tick(TimeSpan.FromSeconds(4));

        Assert.That(run.Stop, Is.Null);
    }

    [Test]
    public void Task_max_run_time_is_not_judged_by_a_clock_that_was_set([Values(1, -1)] int hours)
    {
        var run = _bench.Start(Submit(EngineBench.Frames(1) with { TaskMaxRunTime = 60 }), 0, _render);
        Tick(TimeSpan.FromSeconds(2));

        _bench.View.Now += TimeSpan.FromHours(hours);
        Tick(TimeSpan.FromSeconds(50));
        Assert.That(run.Stop, Is.Null);
    }

    [Test]
    public void Task_progress_change_timeout_stops_a_run_that_stands_still_and_its_end_says_so()
    {
        var run = _bench.Start(Submit(EngineBench.Frames(1) with { TaskProgressChangeTimeout = 5 }), 0, _render);
        for (var percent = 0; percent < 5; percent++)
        {
            Tick(TimeSpan.FromSeconds(4));
            _bench.Progress(run, percent);
        }

        Assert.That(run.Stop, Is.Null);
        Tick(TimeSpan.FromSeconds(4));
        _bench.Progress(run, 4);
        Tick(TimeSpan.FromSeconds(2));

        Assert.That(run.Stop, Is.EqualTo(StopCause.NoProgress), "the same progress again is none");
        Assert.That(ReasonOfEnd(run), Does.StartWith("It made no progress for 5 s."));
    }

    [Test]
    public void Task_progress_change_timeout_waits_for_a_render_that_comes_back()
    {
        var run = _bench.Start(Submit(EngineBench.Frames(1) with { TaskProgressChangeTimeout = 5 }), 0, _render);
        _bench.Leave(_render);
        Tick(TimeSpan.FromSeconds(8), heard: false);
        Assert.That(run.Stop, Is.Null);
        _bench.Join("r", new RenderRegister { InstanceId = "r", Capacity = 10_000, Held = [new HeldRun(run.Id, false)] });

        Tick(TimeSpan.FromSeconds(4));
        Assert.That(run.Stop, Is.Null);
        Tick(TimeSpan.FromSeconds(2));
        Assert.That(run.Stop, Is.EqualTo(StopCause.NoProgress));
    }

    [Test]
    public void A_preempted_run_has_its_grace_and_no_more()
    {
        var run = _bench.Start(_bench.Submit(frames: 1), 0, _render);
        Preempt();
        Tick(TimeSpan.FromSeconds(4));
        _bench.View.Now += TimeSpan.FromHours(1);
        Tick(TimeSpan.FromSeconds(0.5));
        Assert.That(run.Stop, Is.Null, "a clock that was set takes no grace away");

        Tick(TimeSpan.FromSeconds(2));

        Assert.That(run.Stop, Is.EqualTo(StopCause.Preempted));
    }

    [Test]
    public void A_run_whose_place_nobody_wants_any_more_stays()
    {
        var run = _bench.Start(_bench.Submit(frames: 1), 0, _render);
        var urgent = Preempt();
        Assert.That(run.PreemptedAt, Is.Not.Null);
        _bench.Apply(new Change.JobPaused(urgent.Id) { At = _bench.View.Now });
        Refresh();

        Tick(TimeSpan.FromSeconds(6));
        Assert.That(run.Stop, Is.Null, "the solver has not looked at it yet");
        foreach (var change in _bench.View.Solver.Tick(_bench.View.Now)) _bench.Apply(change);

        Assert.That((run.PreemptedAt, _bench.Farm.Clocks.Timed.Count), Is.EqualTo(((DateTimeOffset?)null, 0)));
    }

    [Test]
    public void A_run_that_is_told_again_has_its_whole_grace_again()
    {
        var run = _bench.Start(_bench.Submit(frames: 1), 0, _render);
        var urgent = Preempt();
        Tick(TimeSpan.FromSeconds(4));
        _bench.Apply(new Change.RunSpared(run.Id) { At = _bench.View.Now });
        _bench.Apply(new Change.RunPreempted(run.Id, _bench.View.Now.AddSeconds(urgent.Description.PreemptionGrace)) { At = _bench.View.Now });

        Tick(TimeSpan.FromSeconds(4));
        Assert.That(run.Stop, Is.Null);
        Tick(TimeSpan.FromSeconds(2));

        Assert.That(run.Stop, Is.EqualTo(StopCause.Preempted));
    }

    [Test]
    public void What_falls_due_in_one_tick_comes_in_the_order_of_ids()
    {
        var jobs = Enumerable.Range(0, 20).Select(_ => _bench.Submit(new JobDescription { Name = "short", UserName = "anna", TimeLife = 5, Blocks = [EngineBench.Frames(1)] }).Id).ToList();
        Tick(TimeSpan.FromSeconds(4));
        _bench.Pass(TimeSpan.FromSeconds(0.9));
        _bench.Report(_render);
        _bench.Do(_clockwork.Check(_bench.View));
        _bench.Pass(TimeSpan.FromSeconds(0.5));

        var asked = _clockwork.Check(_bench.View).Changes.OfType<Change.JobDeletionAsked>().Select(change => change.Job);

        Assert.That(asked, Is.EqualTo(jobs));
    }

    /// <summary>A job for which what runs on the render is told to go within five seconds.</summary>
    private Job Preempt()
    {
        var urgent = _bench.Submit(new JobDescription
        {
            Name = "urgent",
            UserName = "anna",
            Priority = 200,
            Preempts = true,
            PreemptionGrace = 5,
            Blocks = [EngineBench.Frames(1) with { Capacity = 10_000 }],
        });
        Refresh();
        Assert.That(_bench.View.Solver.Next(_bench.View.Now), Is.Null);
        foreach (var change in _bench.View.Solver.Tick(_bench.View.Now)) _bench.Apply(change);
        return urgent;
    }

    private void Refresh()
    {
        _bench.View.Solver.Refresh(_bench.Farm.Touches, _bench.View.Now);
        _bench.Farm.Touches.Clear();
    }

    private Job Submit(BlockDescription block) => _bench.Submit(new JobDescription { Name = "job", UserName = "anna", Blocks = [block] });

    private string ReasonOfEnd(TaskRun run)
    {
        var report = new RenderReport { Ended = [new RunEnd { Run = run.Id, Outcome = RunOutcome.Stopped, Reason = "killed", ElapsedMilliseconds = 1 }] };
        return _bench.Reported(_render, report).Changes.OfType<Change.RunEnded>().Single().Reason;
    }

    private void Tick(TimeSpan time, bool heard = true)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(0.5))
        {
            _bench.Pass(TimeSpan.FromSeconds(0.5));
            if (heard) HearAll();
            _bench.Do(_clockwork.Check(_bench.View));
        }
    }

    private void HearAll()
    {
        foreach (var presence in _bench.View.Presences.All.Where(presence => presence.Session is not null)) presence.Hear(_bench.View);
    }
}

using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

public sealed class RenderReportTests
{
    private readonly EngineBench _bench = new();
    private readonly Render _render;

    public RenderReportTests() => _render = _bench.Join("r");

    [TestCase(RunOutcome.Done, 4000, ExpectedResult = RunOutcome.TooShort)]
    [TestCase(RunOutcome.FailedPost, 4000, ExpectedResult = RunOutcome.TooShort)]
    [TestCase(RunOutcome.Done, 5000, ExpectedResult = RunOutcome.Done)]
    [TestCase(RunOutcome.Failed, 4000, ExpectedResult = RunOutcome.Failed)]
    [TestCase(RunOutcome.Skipped, 4000, ExpectedResult = RunOutcome.Skipped)]
    public RunOutcome Task_min_run_time_makes_an_error_of_a_success_that_comes_too_soon(RunOutcome outcome, int milliseconds)
    {
        var run = _bench.Start(Submit(EngineBench.Frames(1) with { TaskMinRunTime = 5 }), 0, _render);

        return EndOf(run, outcome, milliseconds).Outcome;
    }

    [Test]
    public void Task_min_run_time_counts_an_error_and_says_why()
    {
        var job = Submit(EngineBench.Frames(1) with { TaskMinRunTime = 5 });
        var run = _bench.Start(job, 0, _render);
        Assert.That(EndOf(run, RunOutcome.Done, 1000).Reason, Is.EqualTo("It took 1 s, less than the 5 s that its block asks for."));

        _bench.End(run);

        Assert.That(job.Blocks[0].Find(0)?.Errors, Is.EqualTo(1));
    }

    [Test]
    public void The_end_of_a_run_that_the_render_was_never_told_of_is_refused()
    {
        var run = _bench.StartUnheard(Submit(EngineBench.Frames(1)), 0, _render);

        var answer = _bench.Report(_render, new RenderReport { Ended = [new RunEnd { Run = run.Id, Outcome = RunOutcome.Done }] });

        Assert.That(answer?.Closed.Single().Refusal, Is.EqualTo($"Run {run.Id} was not started here yet."));
        Assert.That(_bench.Farm.Running, Contains.Key(run.Id));
    }

    [Test]
    public void A_failed_post_command_is_a_task_that_is_done()
    {
        var job = _bench.Submit();
        _bench.End(_bench.Start(job, 0, _render), RunOutcome.FailedPost);

        Assert.That(job.Blocks[0].States.Of(0), Is.EqualTo(TaskState.Done));
    }

    [Test]
    public void Dependsubtask_passes_each_frame_once()
    {
        var block = EngineBench.Frames(10, perTask: 10);
        var run = _bench.Start(Submit(block with { Flags = block.Flags | BlockTraits.DependSubTask }), 0, _render);

        var passed = new[] { 1, 3, 3, 2, 4, 99, 11 }.Select(frame =>
        {
            var report = new RenderReport { Progress = [new RunProgress { Run = run.Id, Frame = frame }, new RunProgress { Run = run.Id, Frame = frame }] };
            var decision = _bench.Reported(_render, report);
            _bench.Do(decision);
            return decision.Changes.OfType<Change.FramesPassed>().Select(change => change.Frame).SingleOrDefault();
        });

        Assert.That(passed, Is.EqualTo(new[] { 0, 3, 0, 0, 4, 10, 0 }));
    }

    [Test]
    public void Frames_of_a_block_that_nobody_follows_are_no_facts()
    {
        var run = _bench.Start(Submit(EngineBench.Frames(10, perTask: 10)), 0, _render);

        var decision = _bench.Reported(_render, new RenderReport { Progress = [new RunProgress { Run = run.Id, Frame = 5 }] });

        Assert.That(decision.Changes, Is.Empty);
    }

    [Test]
    public void A_report_of_the_last_frame_and_the_end_together_is_understood()
    {
        var block = EngineBench.Frames(10, perTask: 10);
        var run = _bench.Start(Submit(block with { Flags = block.Flags | BlockTraits.DependSubTask }), 0, _render);

        _bench.Report(_render, new RenderReport
        {
            Progress = [new RunProgress { Run = run.Id, Frame = 10 }],
            Ended = [new RunEnd { Run = run.Id, Outcome = RunOutcome.Done, ElapsedMilliseconds = 1 }],
        });

        Assert.That(run.Block.States.Of(0), Is.EqualTo(TaskState.Done));
    }

    [Test]
    public void The_rhythm_of_the_pool_reaches_the_render_at_once_and_once()
    {
        Assert.That(_bench.Report(_render), Is.Null);
        _bench.Set(new PoolSettings { HeartbeatSec = 7, ResourcesUpdatePeriod = 3 });

        var orders = _bench.Report(_render);

        Assert.That((orders?.HeartbeatMilliseconds, orders?.MeasureEvery), Is.EqualTo((7000, 3)));
        Assert.That(_bench.Report(_render), Is.Null);
    }

    [Test]
    public void The_rhythm_of_the_pool_is_told_to_a_render_that_registers()
    {
        Assert.That((_bench.Registered?.Heartbeat, _bench.Registered?.SilenceMax), Is.EqualTo(((TimeSpan?)TimeSpan.Zero, (TimeSpan?)EngineBench.SilenceMax)));
        _bench.AddPool("/lin", new PoolSettings { Pattern = "lin.*", HeartbeatSec = 7, ZombieTime = 60 });

        _bench.Join("lin1");

        Assert.That((_bench.Registered?.Heartbeat.TotalSeconds, _bench.Registered?.SilenceMax.TotalSeconds), Is.EqualTo(((double?)7, (double?)60)));
    }

    [Test]
    public void Sick_errors_count_makes_sick_by_errors_of_different_users_in_a_row()
    {
        _bench.Set(new PoolSettings { SickErrorsCount = 2 });
        var (anna, bert) = (_bench.Submit("anna"), _bench.Submit("bert"));
        _bench.End(_bench.Start(anna, 0, _render), RunOutcome.Failed);
        _bench.End(_bench.Start(anna, 1, _render), RunOutcome.Failed);
        Assert.That(_render.IsSick, Is.False, "errors of one user alone");
        _bench.End(_bench.Start(anna, 2, _render));
        _bench.End(_bench.Start(bert, 0, _render), RunOutcome.Failed);
        Assert.That(_render.IsSick, Is.False, "a success came between");

        _bench.End(_bench.Start(anna, 1, _render), RunOutcome.Failed);

        Assert.That(_render.IsSick, Is.True);
    }

    private Job Submit(BlockDescription block) => _bench.Submit(new JobDescription { Name = "job", UserName = "anna", Blocks = [block] });

    private Change.RunEnded EndOf(TaskRun run, RunOutcome outcome, int milliseconds) =>
        _bench.Reported(_render, new RenderReport { Ended = [new RunEnd { Run = run.Id, Outcome = outcome, ElapsedMilliseconds = milliseconds }] })
            .Changes.OfType<Change.RunEnded>().Single();
}

using Afanasy.Model;
using AfServer.Model;
using AfServer.Solving;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Model;

public sealed class FarmApplyTests
{
    private readonly TestFarm _farm = new();
    private readonly Render _render;

    public FarmApplyTests() => _render = _farm.Join("r1", capacity: 100_000);

    [Test]
    public void A_block_waits_for_the_whole_block_before_it()
    {
        var job = _farm.Submit(Frames("a", 3), Frames("b", 2, after: "a"));

        Assert.That(States(job), Is.EqualTo("rrr ww"));
        _farm.Finish(job, 0, _render, 0, 2);
        Assert.That(States(job), Is.EqualTo("drd ww"));
        _farm.Finish(job, 0, _render, 1);
        Assert.That(States(job), Is.EqualTo("ddd rr"));
    }

    [Test]
    public void Tasks_wait_frame_by_frame()
    {
        var job = _farm.Submit(Frames("a", 6), Frames("b", 6, perTask: 3, afterFrames: "a"));

        _farm.Finish(job, 0, _render, 3, 4, 0);
        Assert.That(States(job), Is.EqualTo("drrddr ww"));
        _farm.Finish(job, 0, _render, 5);
        Assert.That(States(job), Is.EqualTo("drrddd wr"));
    }

    [Test]
    public void Three_blocks_in_a_row_wake_each_other()
    {
        var job = _farm.Submit(Frames("a", 2), Frames("b", 2, afterFrames: "a"), Frames("c", 1, after: "b"));

        _farm.Finish(job, 0, _render, 0);
        Assert.That(States(job), Is.EqualTo("dr rw w"));
        _farm.Finish(job, 1, _render, 0);
        _farm.Finish(job, 0, _render, 1);
        Assert.That(States(job), Is.EqualTo("dd dr w"));
        _farm.Finish(job, 1, _render, 1);
        Assert.That(States(job), Is.EqualTo("dd dd r"));
    }

    [Test]
    public void Both_masks_must_be_satisfied()
    {
        var job = _farm.Submit(Frames("a", 2), Frames("b", 1), Frames("c", 2, after: "b", afterFrames: "a"));

        _farm.Finish(job, 1, _render, 0);
        Assert.That(States(job), Is.EqualTo("rr d ww"));
        _farm.Finish(job, 0, _render, 1);
        Assert.That(States(job), Is.EqualTo("rd d wr"));
    }

    [Test]
    public void Restarting_a_producer_makes_what_has_not_started_wait_again()
    {
        var job = _farm.Submit(Frames("a", 4), Frames("b", 4, afterFrames: "a"), Frames("c", 1, after: "a"));
        _farm.Finish(job, 0, _render, 0, 1, 2, 3);
        _farm.Finish(job, 1, _render, 0);
        _farm.Start(job, 1, 1, _render);

        _farm.Restart(job, 0, 0, 2);

        Assert.That(States(job), Is.EqualTo("rrrd dRwr w"));
    }

    [Test]
    public void A_task_that_fails_while_its_producer_is_restarted_waits()
    {
        var job = _farm.Submit(Frames("a", 1), Frames("b", 1, after: "a"));
        _farm.Finish(job, 0, _render, 0);
        var run = _farm.Start(job, 1, 0, _render);

        _farm.Restart(job, 0, 0, 0);
        _farm.End(run, RunOutcome.Failed);

        Assert.That(States(job), Is.EqualTo("r w"));
    }

    [Test]
    public void Restarting_all_of_a_job_leaves_it_as_it_was_born()
    {
        var job = _farm.Submit(Frames("c", 2, after: "b"), Frames("b", 2, afterFrames: "a"), Frames("a", 2));
        var born = States(job);
        foreach (var (block, task) in new[] { (2, 0), (2, 1), (1, 0), (1, 1), (0, 0), (0, 1) }) _farm.Finish(job, block, _render, task);
        Assert.That(States(job), Is.EqualTo("dd dd dd"));

        foreach (var block in new[] { 0, 1, 2 }) _farm.Restart(job, block, 0, 1);

        Assert.That(States(job), Is.EqualTo(born));
        Assert.That((job.State, job.Done), Is.EqualTo((JobState.Ready, (DateTimeOffset?)null)));
    }

    [Test]
    public void Skipped_counts_as_finished()
    {
        var job = _farm.Submit(Frames("a", 2), Frames("b", 1, after: "a"));

        _farm.Skip(job, 0, 0, 1);
        Assert.That(States(job), Is.EqualTo("ss r"));
        _farm.Skip(job, 1, 0, 0);
        Assert.That((job.State, job.Done), Is.EqualTo((JobState.Done, (DateTimeOffset?)Noon)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void A_task_is_tried_as_often_as_its_block_allows_and_then_waits_for_a_person(int retries)
    {
        var job = _farm.Submit(Frames("a", 1, retries: retries), Frames("b", 1, after: "a"));

        for (var i = 0; i <= retries; i++)
        {
            Assert.That(States(job), Is.EqualTo("r w"));
            _farm.Fail(job, 0, 0, _render);
        }

        Assert.That(States(job), Is.EqualTo("e w"));
        Assert.That(job.State, Is.EqualTo(JobState.Error));
        _farm.Restart(job, 0, 0, 0);
        Assert.That((States(job), job.Blocks[0].Find(0)?.Errors ?? 0, job.Blocks[0].RunsOf(0)), Is.EqualTo(("r w", 0, retries + 1)));
    }

    [Test]
    public void A_program_that_cannot_be_started_counts_as_an_error()
    {
        var job = _farm.Submit(Frames("a", 1, retries: 0));

        _farm.End(_farm.Start(job, 0, 0, _render), RunOutcome.NotStarted);

        Assert.That(States(job), Is.EqualTo("e"));
    }

    [TestCase(RunOutcome.RenderLost)]
    [TestCase(RunOutcome.Stopped)]
    public void What_is_not_the_fault_of_the_task_counts_no_error(RunOutcome outcome)
    {
        var job = _farm.Submit(Frames("a", 1, retries: 0));

        _farm.End(_farm.Start(job, 0, 0, _render), outcome);

        Assert.That((States(job), job.Blocks[0].Find(0)?.Errors, job.Blocks[0].Find(0)?.LastRender), Is.EqualTo(("r", (int?)0, (RenderId?)_render.Id)));
    }

    [TestCase(StopCause.Skip, RunOutcome.Stopped, "s")]
    [TestCase(StopCause.Skip, RunOutcome.Failed, "s")]
    [TestCase(StopCause.Skip, RunOutcome.RenderLost, "s")]
    [TestCase(StopCause.Skip, RunOutcome.Done, "d")]
    [TestCase(StopCause.Done, RunOutcome.Stopped, "d")]
    [TestCase(StopCause.Done, RunOutcome.Failed, "d")]
    [TestCase(StopCause.Suspend, RunOutcome.Stopped, "h")]
    [TestCase(StopCause.Suspend, RunOutcome.Failed, "h")]
    [TestCase(StopCause.Suspend, RunOutcome.Done, "d")]
    [TestCase(StopCause.Restart, RunOutcome.Stopped, "r")]
    [TestCase(StopCause.Restart, RunOutcome.Failed, "r")]
    [TestCase(StopCause.Restart, RunOutcome.Done, "r")]
    [TestCase(StopCause.Eject, RunOutcome.Stopped, "r")]
    [TestCase(StopCause.Eject, RunOutcome.Failed, "r")]
    [TestCase(StopCause.Eject, RunOutcome.Done, "d")]
    [TestCase(StopCause.Preempted, RunOutcome.Stopped, "r")]
    [TestCase(StopCause.Preempted, RunOutcome.Done, "d")]
    [TestCase(StopCause.MaxRunTime, RunOutcome.Stopped, "e")]
    [TestCase(StopCause.MaxRunTime, RunOutcome.Done, "d")]
    [TestCase(StopCause.NoProgress, RunOutcome.Stopped, "e")]
    [TestCase(StopCause.NoProgress, RunOutcome.Failed, "e")]
    public void A_run_that_is_to_stop_leaves_its_task_as_was_asked(StopCause then, RunOutcome outcome, string state)
    {
        var job = _farm.Submit(Frames("a", 1, retries: 0));
        var run = _farm.Start(job, 0, 0, _render);

        _farm.StopAsked(run, then);
        Assert.That((States(job), _farm.Farm.Running[run].IsStopping), Is.EqualTo(("R", true)));
        _farm.End(run, outcome);

        Assert.That(States(job), Is.EqualTo(state));
    }

    [Test]
    public void A_task_that_a_person_restarts_while_it_runs_has_no_errors()
    {
        var job = _farm.Submit(Frames("a", 1, retries: 1));
        _farm.Fail(job, 0, 0, _render);
        var run = _farm.Start(job, 0, 0, _render);

        _farm.StopAsked(run, StopCause.Restart);
        _farm.End(run, RunOutcome.Stopped);
        Assert.That(job.Blocks[0].Find(0)?.Errors, Is.Zero);
        _farm.Fail(job, 0, 0, _render);

        Assert.That(States(job), Is.EqualTo("r"));
    }

    [Test]
    public void A_run_takes_capacity_of_its_render_until_it_ends()
    {
        var render = _farm.Join("r2", capacity: 1500, maxTasks: 2);
        var job = _farm.Submit(Frames("a", 2));

        var run = _farm.Start(job, 0, 0, render);
        Assert.That((render.CapacityFree, render.Runs.Count, job.RunningTasks, job.State), Is.EqualTo((500, 1, 1, JobState.Running)));
        _farm.End(run);

        Assert.That((render.CapacityFree, render.Runs.Count, job.RunningTasks, _farm.Farm.Running.Count), Is.EqualTo((1500, 0, 0, 0)));
    }

    [Test]
    public void A_task_does_not_run_twice_at_a_time()
    {
        var job = _farm.Submit(Frames("a", 1));
        _farm.Start(job, 0, 0, _render);

        Assert.That(() => _farm.Apply(new Change.RunStarted(new TaskRunId(job.Id, 0, 0, 2), _render.Id) { At = Noon }), Throws.InvalidOperationException);
    }

    [Test]
    public void Times_of_a_job_are_those_of_its_first_start_and_of_its_last_end()
    {
        var job = _farm.Submit(Frames("a", 2));
        _farm.Now = Noon.AddMinutes(1);
        _farm.Finish(job, 0, _render, 0);
        _farm.Now = Noon.AddMinutes(2);
        _farm.Finish(job, 0, _render, 1);

        Assert.That((job.Created, job.Started, job.Done), Is.EqualTo((Noon, (DateTimeOffset?)Noon.AddMinutes(1), (DateTimeOffset?)Noon.AddMinutes(2))));
        _farm.Restart(job, 0, 1, 1);
        Assert.That(job.Done, Is.Null);
    }

    [Test]
    public void A_job_that_is_deleted_while_it_runs_starts_nothing_and_goes_when_nothing_runs()
    {
        var job = _farm.Submit(Frames("a", 2));
        var run = _farm.Start(job, 0, 0, _render);

        _farm.Apply(new Change.JobDeletionAsked(job.Id) { At = Noon });
        Assert.That((Holds.Of(job, new Throttle()), _farm.Farm.Leaving), Is.EqualTo((Hold.Deleted, new[] { job })));
        _farm.End(run, RunOutcome.Stopped);
        _farm.Apply(new Change.JobDeleted(job.Id) { At = Noon });

        Assert.That((_farm.Farm.Jobs.Count, _farm.Farm.Leaving.Count, _render.CapacityUsed), Is.EqualTo((0, 0, 0)));
        Assert.That(_farm.Farm.NextJob, Is.EqualTo(new JobId(2)), "a number is never used again");
    }

    [Test]
    public void Pause_priority_and_limits_decide_whether_a_job_may_start_more()
    {
        var job = _farm.Submit(new JobDescription { Name = "n", UserName = "u", Offline = true, MaxRunningTasks = 1, Blocks = [Frames("a", 3) with { MaxRunningTasks = 2 }] });

        Assert.That((job.State, HoldOf()), Is.EqualTo((JobState.Paused, Hold.Paused)));
        _farm.Apply(new Change.JobResumed(job.Id) { At = Noon });
        Assert.That(HoldOf(), Is.EqualTo(Hold.None));
        _farm.Start(job, 0, 0, _render);
        Assert.That((HoldOf(), Holds.Of(job.Blocks[0])), Is.EqualTo((Hold.MaxRunning, Hold.None)));
        _farm.Start(job, 0, 1, _render);
        Assert.That(Holds.Of(job.Blocks[0]), Is.EqualTo(Hold.MaxRunning));
        _farm.Apply(new Change.JobPriorityChanged(job.Id, 0) { At = Noon });
        Assert.That((job.Description.Priority, HoldOf()), Is.EqualTo((0, Hold.NoPriority)));

        Hold HoldOf() => Holds.Of(job, new Throttle());
    }

    [Test]
    public void A_name_keeps_its_render_and_a_render_that_is_deleted_its_number()
    {
        _farm.Join("r1", capacity: 7);
        var gone = _farm.Join("r2");

        _farm.Apply(new Change.RenderDeleted(gone.Id) { At = Noon });

        Assert.That((_farm.Farm.Renders.Count, _render.Offer.Capacity, _farm.Farm.FindRender("r2")), Is.EqualTo((1, 7, (Render?)null)));
        Assert.That(_farm.Join("r2").Id, Is.EqualTo(new RenderId(3)));
    }

    [Test]
    public void Of_a_task_that_ran_once_and_well_only_that_is_remembered()
    {
        var job = _farm.Submit(Frames("a", 2));

        _farm.Finish(job, 0, _render, 0);

        Assert.That(job.Blocks[0].Remembered, Is.Empty);
        Assert.That((job.Blocks[0].RunsOf(0), job.Blocks[0].RunsOf(1)), Is.EqualTo((1, 0)));
        _farm.Restart(job, 0, 0, 0);
        Assert.That(_farm.Start(job, 0, 0, _render).Run, Is.EqualTo(2), "a number of a run is never used again");
    }

    [Test]
    public void Touches_name_what_a_change_concerned()
    {
        var job = _farm.Submit(Frames("a", 2), Frames("b", 1, after: "a"));
        _farm.Finish(job, 0, _render, 0);
        _farm.Farm.Touches.Clear();

        _farm.Finish(job, 0, _render, 1);

        Assert.That(_farm.Farm.Touches.Jobs, Is.EqualTo(new[] { job }));
        Assert.That(_farm.Farm.Touches.Blocks, Is.EquivalentTo(job.Blocks), "the block that was woken is to be solved");
        Assert.That(_farm.Farm.Touches.Renders, Is.EqualTo(new[] { _render }));
        Assert.That(_farm.Farm.Touches.Tasks, Does.Contain(new TaskId(job.Id, 0, 1)));
    }
}

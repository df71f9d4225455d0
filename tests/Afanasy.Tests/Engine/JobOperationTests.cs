using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

/// <summary>Every operation on a whole job; a test's name begins with the word of its operation.</summary>
public sealed class JobOperationTests
{
    private readonly RequestBench _bench = new();
    private readonly Render _render;

    public JobOperationTests() => _render = _bench.Told.Join("r1", capacity: 100_000);

    [Test]
    public void delete_lets_a_job_without_running_tasks_go()
    {
        var job = _bench.Told.Submit(Frames("a", 2));

        var answer = _bench.Act(job, JobOperation.Delete);

        Assert.That(answer.Detail, Is.EqualTo("deleted"));
        Assert.That(_bench.Farm.Leaving, Is.EqualTo(new[] { job }));
        Assert.That(_bench.Act(job, JobOperation.Pause).Problems.Single().Text, Is.EqualTo("the job is being deleted"));
    }

    [Test]
    public void delete_ends_what_runs_first()
    {
        var job = _bench.Told.Submit(Frames("a", 2));
        var run = _bench.Told.Start(job, 0, 0, _render);

        var answer = _bench.Act(job, JobOperation.Delete);

        Assert.That(answer.Detail, Is.EqualTo("is deleted when its 1 running task has ended"));
        Assert.That(_bench.Farm.Running[run].Stop, Is.EqualTo(StopCause.Eject));
    }

    [Test]
    public void pause_holds_a_job_and_start_lets_it_go_on([Values("start", "resume")] string word)
    {
        Assert.That(JobOperationNames.TryParse(word, out var start), Is.True);
        var job = _bench.Told.Submit(Frames("a", 2));

        Assert.That(_bench.Act(job, JobOperation.Pause).Changed, Is.EqualTo(1));
        Assert.That(job.IsPaused, Is.True);
        Assert.That(_bench.Act(job, JobOperation.Pause).Changed, Is.EqualTo(0));
        Assert.That(_bench.Act(job, start).Changed, Is.EqualTo(1));
        Assert.That(job.IsPaused, Is.False);
        Assert.That(_bench.Act(job, start).Changed, Is.EqualTo(0));
    }

    [Test]
    public void pause_is_for_whole_jobs()
    {
        var job = _bench.Told.Submit(Frames("a", 2));

        var answer = _bench.Act(job, new JobAction(JobOperation.Pause) { Blocks = [0] });

        Assert.That(answer.Problems.Single().ToString(), Is.EqualTo("blocks: cannot be chosen: pause is for whole jobs"));
    }

    [Test]
    public void stop_pauses_and_ends_what_runs_but_keeps_a_run_that_ends_well_anyway()
    {
        var job = _bench.Told.Submit(Frames("a", 3));
        var (good, stopped) = (_bench.Told.Start(job, 0, 0, _render), _bench.Told.Start(job, 0, 1, _render));

        var answer = _bench.Act(job, JobOperation.Stop);
        _bench.Told.End(good);
        _bench.Told.End(stopped, RunOutcome.Stopped);

        Assert.That(answer.Changed, Is.EqualTo(2));
        Assert.That(job.IsPaused, Is.True);
        Assert.That(States(job), Is.EqualTo("drr"));
    }

    [Test]
    public void stop_ends_a_run_at_once_that_its_render_has_not_heard_of()
    {
        var job = _bench.Told.Submit(Frames("a", 2));
        _bench.Connect(_render);
        _bench.Told.Start(job, 0, 0, _render);

        _bench.Act(job, JobOperation.Stop);

        Assert.That(States(job), Is.EqualTo("rr"));
        Assert.That(_bench.Farm.Running, Is.Empty);
    }

    [Test]
    public void restart_begins_everything_anew()
    {
        var job = Mixed();

        var answer = _bench.Act(job, JobOperation.Restart);

        Assert.That(States(job), Is.EqualTo("rrrrRr"));
        Assert.That(answer.Changed, Is.EqualTo(5));
        Assert.That(Runs(job).Single().Stop, Is.EqualTo(StopCause.Restart));
    }

    [Test]
    public void restart_forgets_the_errors_of_a_task_that_waits_for_its_next_attempt()
    {
        var job = _bench.Told.Submit(Frames("a", 1, retries: 3));
        _bench.Told.Fail(job, 0, 0, _render);

        _bench.Act(job, JobOperation.Restart);

        Assert.That(job.Blocks[0].Find(0)?.Errors ?? 0, Is.EqualTo(0));
    }

    [Test]
    public void restart_pause_begins_everything_anew_and_holds_the_job()
    {
        var job = Mixed();

        _bench.Act(job, JobOperation.RestartPause);

        Assert.That(States(job), Is.EqualTo("rrrrRr"));
        Assert.That(job.IsPaused, Is.True);
        Assert.That(_bench.Changes[0], Is.TypeOf<Change.JobPaused>(), "paused first, so that nothing starts in between");
    }

    [Test]
    public void restart_errors_begins_failed_tasks_anew()
    {
        var job = Mixed();

        Assert.That(_bench.Act(job, JobOperation.RestartErrors).Changed, Is.EqualTo(1));
        Assert.That(States(job), Is.EqualTo("drshRr"));
    }

    [Test]
    public void restart_running_stops_what_runs_to_begin_it_anew()
    {
        var job = Mixed();
        var run = Runs(job).Single();

        Assert.That(_bench.Act(job, JobOperation.RestartRunning).Changed, Is.EqualTo(1));
        Assert.That(run.Stop, Is.EqualTo(StopCause.Restart));
        _bench.Told.End(run.Id);
        Assert.That(States(job), Is.EqualTo("deshrr"));
    }

    [Test]
    public void restart_skipped_begins_skipped_tasks_anew()
    {
        var job = Mixed();

        Assert.That(_bench.Act(job, JobOperation.RestartSkipped).Changed, Is.EqualTo(1));
        Assert.That(States(job), Is.EqualTo("derhRr"));
    }

    [Test]
    public void restart_done_ignores_skipped_tasks()
    {
        var job = Mixed();

        Assert.That(_bench.Act(job, JobOperation.RestartDone).Changed, Is.EqualTo(1));
        Assert.That(States(job), Is.EqualTo("reshRr"));
    }

    [Test]
    public void restart_warnings_begins_tasks_anew_whose_post_command_failed()
    {
        var job = _bench.Told.Submit(Frames("a", 2));
        _bench.Told.Finish(job, 0, _render, 0);
        _bench.Told.End(_bench.Told.Start(job, 0, 1, _render), RunOutcome.FailedPost);
        Assert.That(States(job), Is.EqualTo("dd"));

        Assert.That(_bench.Act(job, JobOperation.RestartWarnings).Changed, Is.EqualTo(1));
        Assert.That(States(job), Is.EqualTo("dr"));
    }

    [Test]
    public void reset_error_hosts_forgets_which_hosts_are_avoided()
    {
        var job = _bench.Told.Submit(Frames("a", 2, retries: 9), Frames("b", 1));
        for (var i = 0; i < 3; i++) _bench.Told.Fail(job, 0, 0, _render);
        Assert.That(job.Blocks[0].Avoids(_render.Id), Is.True);

        Assert.That(_bench.Act(job, JobOperation.ResetErrorHosts).Changed, Is.EqualTo(1));
        Assert.That(job.Blocks[0].Avoids(_render.Id), Is.False);
        Assert.That(job.Blocks[0].Avoids(0, _render.Id), Is.False);
        Assert.That(_bench.Act(job, JobOperation.ResetErrorHosts).Changed, Is.EqualTo(0));
    }

    [Test]
    public void reset_trying_next_tasks_gives_tasks_their_usual_turn_back()
    {
        var job = _bench.Told.Submit(Frames("a", 5));
        _bench.OnTasks(job, JobOperation.Trynext, 0, 3, 4);

        Assert.That(_bench.Act(job, JobOperation.ResetTryingNextTasks).Changed, Is.EqualTo(2));
        Assert.That(job.TryNext, Is.Empty);
    }

    [Test]
    public void append_blocks_adds_blocks_and_answers_their_numbers()
    {
        var job = _bench.Told.Submit(Frames("a", 2));

        var answer = _bench.Act(job, JobOperation.AppendBlocks, new { blocks = new object[] { NewBlock("b", 3, "a"), NewBlock("c", 1, "") } });

        Assert.That(answer.Ids, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(States(job), Is.EqualTo("rr www r"));
    }

    [Test]
    public void append_blocks_refuses_a_circle_of_waiting()
    {
        var job = _bench.Told.Submit(Frames("a", 2, after: "b"));

        var answer = _bench.Act(job, JobOperation.AppendBlocks, new { blocks = new[] { NewBlock("b", 3, "a") } });

        Assert.That(answer.Problems.Single().ToString(), Does.StartWith("params.blocks: ").And.Contains("cycle"));
        Assert.That(job.Blocks, Has.Count.EqualTo(1));
    }

    [Test]
    public void append_blocks_needs_blocks() =>
        Assert.That(_bench.Act(_bench.Told.Submit(Frames("a", 1)), JobOperation.AppendBlocks).Problems.Single().Path, Is.EqualTo("params"));

    [Test]
    public void set_of_the_priority_alone_is_a_small_change()
    {
        var job = _bench.Told.Submit(Frames("a", 1));

        var answer = _bench.Act(job, JobOperation.Set, new { priority = 50 });

        Assert.That(answer.Detail, Is.EqualTo("priority 99 is now 50"));
        Assert.That(_bench.Changes.Single(), Is.TypeOf<Change.JobPriorityChanged>());
        Assert.That(job.Description.Priority, Is.EqualTo(50));
        Assert.That(_bench.Act(job, JobOperation.Set, new { priority = 50 }).Changed, Is.EqualTo(0));
    }

    [Test]
    public void set_changes_members_and_leaves_the_rest_as_it_is()
    {
        var job = _bench.Told.Submit(new JobDescription { Name = "job", UserName = "anna", Hidden = true, Blocks = [Frames("a", 2)] });

        var answer = _bench.Act(job, JobOperation.Set, new { annotation = "look", max_running_tasks = 5 });

        Assert.That(answer.Detail, Is.EqualTo("set annotation, max_running_tasks"));
        Assert.That((job.Description.Annotation, job.Description.MaxRunningTasks, job.Description.Hidden), Is.EqualTo(("look", 5, true)));
        Assert.That(((Change.JobEdited)_bench.Changes.Single()).Description.Blocks, Is.Empty);
        Assert.That(job.Blocks, Has.Count.EqualTo(1));
    }

    [Test]
    public void set_moves_a_job_only_to_a_user_and_a_branch_that_are_there()
    {
        var job = _bench.Told.Submit(Frames("a", 1));
        Assert.That(Problem(job, new { user_name = "bob" }), Is.EqualTo("params.user_name: there is no user 'bob'"));
        Assert.That(Problem(job, new { branch = "prj" }), Is.EqualTo("params.branch: there is no branch '/prj'"));

        _bench.Told.Apply(new Change.UserSet("bob", new UserSettings()) { At = Noon });
        _bench.Told.Apply(new Change.BranchSet("/prj", new BranchSettings()) { At = Noon });
        _bench.Act(job, JobOperation.Set, new { user_name = "bob", branch = "//prj/." });

        Assert.That((job.User.Name, job.Branch.Path), Is.EqualTo(("bob", "/prj")));
    }

    [Test]
    public void set_refuses_what_makes_no_sense()
    {
        var job = _bench.Told.Submit(Frames("a", 1));

        Assert.That(Problem(job, new { priority = 999 }), Does.StartWith("params.priority: "));
        Assert.That(Problem(job, new { name = "other" }), Does.StartWith("params.name: "));
        Assert.That(Problem(job, new { depend_jobs = new[] { "99" } }), Does.StartWith("params.depend_jobs[0].job: there is no job 99"));
        Assert.That(_bench.Act(job, JobOperation.Set).Problems.Single().ToString(), Is.EqualTo("params: is missing: set needs an object"));
    }

    [Test]
    public void set_refuses_a_circle_of_jobs_that_wait_for_one_another()
    {
        var first = _bench.Submitted(new JobDescription { Name = "first", UserName = "anna", Blocks = [Frames("a", 1)] });
        _bench.Submitted(new JobDescription { Name = "second", UserName = "anna", DependJobs = [new() { Job = "first" }], Blocks = [Frames("a", 1)] });

        Assert.That(Problem(first, new { depend_jobs = new[] { "second" } }), Is.EqualTo("params.depend_jobs: dependency cycle: J2 waits for J1"));
    }

    [Test]
    public void set_of_jobs_to_wait_for_frame_by_frame_ties_tasks_anew()
    {
        var first = _bench.Submitted(new JobDescription { Name = "first", UserName = "anna", Blocks = [Frames("a", 3)] });
        var second = _bench.Submitted(new JobDescription { Name = "second", UserName = "anna", Blocks = [Frames("a", 3)] });

        _bench.Act(second, JobOperation.Set, new { depend_jobs = new[] { new { job = "first", frames = true } } });
        Assert.That(States(second), Is.EqualTo("www"));
        _bench.Told.Finish(first, 0, _render, 1);
        Assert.That(States(second), Is.EqualTo("wrw"));
        _bench.Act(second, JobOperation.Set, new { depend_jobs = Array.Empty<string>() });
        Assert.That(States(second), Is.EqualTo("rrr"));
    }

    private string Problem(Job job, object parameters) => _bench.Act(job, JobOperation.Set, parameters).Problems.Single().ToString();

    private static object NewBlock(string name, int last, string after) => new { name, frame_first = 1, frame_last = last, flags = 1, command = "render @#@", depend_mask = after };

    private IEnumerable<TaskRun> Runs(Job job) => _bench.Farm.Running.Values.Where(run => run.Block.Job == job);

    /// <summary>A task in each state: done, error, skipped, held, running, ready.</summary>
    private Job Mixed()
    {
        var job = _bench.Told.Submit(Frames("a", 6, retries: 0));
        _bench.Told.Finish(job, 0, _render, 0);
        _bench.Told.Fail(job, 0, 1, _render);
        _bench.Told.Mark(job, 0, 2, 2, TaskMark.Skip);
        _bench.Told.Mark(job, 0, 3, 3, TaskMark.Suspend);
        _bench.Told.Start(job, 0, 4, _render);
        Assert.That(States(job), Is.EqualTo("deshRr"));
        return job;
    }
}

using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Model;
using AfServer.Solving;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Solving;

/// <summary>Who gets the next task, and why.</summary>
public sealed class SolverTests
{
    private readonly TestFarm _farm = new();
    private readonly Solver _solver;

    public SolverTests() => _solver = new Solver(_farm.Farm);

    [Test]
    public void The_higher_priority_is_served_first()
    {
        Online("r1", capacity: 3000);
        Submit(priority: 10, Frames("a", 2));
        Submit(priority: 20, Frames("a", 2));

        Assert.That(Solve(), Is.EqualTo("J2[0][0]#1>R1 J2[0][1]#1>R1 J1[0][0]#1>R1"));
    }

    [Test]
    public void Of_equal_priority_the_older_job_is_served_first_block_by_block()
    {
        Online("r1", capacity: 5000);
        Submit(99, Frames("a", 1), Frames("b", 2));
        Submit(99, Frames("a", 2));

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R1 J1[1][0]#1>R1 J1[1][1]#1>R1 J2[0][0]#1>R1 J2[0][1]#1>R1"));
    }

    [Test]
    public void A_changed_priority_counts_from_then_on()
    {
        Submit(10, Frames("a", 2));
        Submit(20, Frames("a", 2));
        _farm.Apply(new Change.JobPriorityChanged(new JobId(1), 30) { At = Noon });
        Online("r1", capacity: 1000);

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R1"));
    }

    [Test]
    public void The_render_with_the_fewest_tasks_is_taken_first_then_the_freest_then_the_older()
    {
        Online("small", capacity: 1000);
        Online("big", capacity: 3000);
        Online("twin", capacity: 1000);
        Submit(99, Frames("a", 9));

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R2 J1[0][1]#1>R1 J1[0][2]#1>R3 J1[0][3]#1>R2 J1[0][4]#1>R2"));
    }

    [Test]
    public void A_task_goes_only_to_a_render_that_offers_its_service()
    {
        Online("nuke only", capacity: 9000, services: "nuke");
        Online("any", capacity: 1000);
        Submit(99, Frames("a", 3) with { Service = "blender" });
        Submit(1, Frames("b", 1) with { Service = "nuke" });

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R2 J2[0][0]#1>R1"));
    }

    [Test]
    public void What_does_not_fit_does_not_hold_back_what_does()
    {
        Online("r1", capacity: 1000);
        Submit(200, Frames("huge", 1) with { Capacity = 2000 });
        Submit(99, Frames("small", 3) with { Capacity = 400 });

        Assert.That(Solve(), Is.EqualTo("J2[0][0]#1>R1 J2[0][1]#1>R1"));
    }

    [Test]
    public void A_render_takes_no_more_tasks_than_it_may()
    {
        Online("r1", capacity: 9000, maxTasks: 2);
        Submit(99, Frames("a", 9));

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R1 J1[0][1]#1>R1"));
    }

    [TestCase(0, "")]
    [TestCase(1, "J1[0][0]#1>R1")]
    [TestCase(3, "J1[0][0]#1>R1 J1[0][1]#1>R1 J1[1][0]#1>R1")]
    public void A_job_runs_no_more_tasks_than_it_may(int most, string expected)
    {
        Online("r1", capacity: 9000);
        _farm.Submit(new JobDescription { Name = "n", UserName = "u", MaxRunningTasks = most, Blocks = [Frames("a", 2), Frames("b", 2) with { Capacity = 10 }] });

        Assert.That(Solve(), Is.EqualTo(expected));
    }

    [Test]
    public void A_block_runs_no_more_tasks_than_it_may()
    {
        Online("r1", capacity: 9000);
        Submit(99, Frames("none", 2) with { MaxRunningTasks = 0 }, Frames("one", 2) with { MaxRunningTasks = 1 }, Frames("any", 1));

        Assert.That(Solve(), Is.EqualTo("J1[1][0]#1>R1 J1[2][0]#1>R1"));
    }

    [Test]
    public void A_limit_that_was_reached_lets_the_next_one_start_when_one_ends()
    {
        Online("r1", capacity: 9000);
        var job = _farm.Submit(new JobDescription { Name = "n", UserName = "u", MaxRunningTasks = 1, Blocks = [Frames("a", 1), Frames("b", 1)] });
        Solve();

        _farm.End(new TaskRunId(job.Id, 0, 0, 1));

        Assert.That(Solve(), Is.EqualTo("J1[1][0]#1>R1"));
    }

    [Test]
    public void Paused_jobs_jobs_that_go_and_jobs_of_priority_0_start_nothing()
    {
        Online("r1", capacity: 9000);
        _farm.Apply(new Change.JobPaused(Submit(99, Frames("a", 1)).Id) { At = Noon });
        _farm.Apply(new Change.JobDeletionAsked(Submit(99, Frames("a", 1)).Id) { At = Noon });
        Submit(0, Frames("a", 1));
        Assert.That(Solve(), Is.Empty);

        _farm.Apply(new Change.JobResumed(new JobId(1)) { At = Noon });
        _farm.Apply(new Change.JobPriorityChanged(new JobId(3), 1) { At = Noon });
        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R1 J3[0][0]#1>R1"));
    }

    [TestCase(RunOutcome.Failed)]
    [TestCase(RunOutcome.RenderLost)]
    public void Another_render_is_preferred_after_a_failure_or_a_loss(RunOutcome outcome)
    {
        var big = Online("big", capacity: 9000);
        Online("small", capacity: 1000);
        var job = Submit(99, Frames("a", 1));
        Solve();
        Assert.That(_farm.Farm.Running.Values.Single().Render, Is.EqualTo(big));

        _farm.End(new TaskRunId(job.Id, 0, 0, 1), outcome);

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#2>R2"));
    }

    [Test]
    public void The_same_render_is_taken_again_when_there_is_no_other()
    {
        Online("only", capacity: 1000);
        Online("other service", capacity: 9000, services: "nuke");
        var job = Submit(99, Frames("a", 1));
        Solve();

        _farm.End(new TaskRunId(job.Id, 0, 0, 1), RunOutcome.Failed);

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#2>R1"));
    }

    [Test]
    public void A_render_that_is_offline_gets_nothing_until_it_is_back()
    {
        var render = Online("r1", capacity: 1000);
        Solve();
        _solver.SetOnline(render, false);
        Submit(99, Frames("a", 1));
        Assert.That(Solve(), Is.Empty);

        _solver.SetOnline(render, true);
        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R1"));
    }

    [Test]
    public void A_render_that_comes_back_with_less_gets_less()
    {
        Online("r1", capacity: 9000);
        _farm.Join("r1", capacity: 1000);
        Submit(99, Frames("a", 9));

        Assert.That(Solve(), Is.EqualTo("J1[0][0]#1>R1"));
    }

    [Test]
    public void Waiting_tasks_are_not_started()
    {
        Online("r1", capacity: 9000);
        var job = Submit(99, Frames("b", 2, afterFrames: "a"), Frames("a", 2));
        Assert.That(Solve(), Is.EqualTo("J1[1][0]#1>R1 J1[1][1]#1>R1"));

        _farm.End(new TaskRunId(job.Id, 1, 1, 1));
        Assert.That(Solve(), Is.EqualTo("J1[0][1]#1>R1"));
    }

    private Job Submit(int priority, params BlockDescription[] blocks) =>
        _farm.Submit(new JobDescription { Name = "job", UserName = "anna", Priority = priority, Blocks = blocks });

    private Render Online(string name, int capacity, int maxTasks = 0, params string[] services)
    {
        var render = _farm.Join(name, capacity, maxTasks, services);
        _solver.SetOnline(render, true);
        return render;
    }

    /// <summary>Solves and starts until nothing more can; says what went where.</summary>
    private string Solve()
    {
        _solver.Refresh(_farm.Farm.Touches, _farm.Now);
        _farm.Farm.Touches.Clear();
        var assigned = new List<string>();
        while (_solver.Next(_farm.Now) is { } next)
        {
            _farm.Apply(new Change.RunStarted(next.Run, next.Render) { At = _farm.Now, Grant = next.Grant });
            _solver.Follow(_farm.Farm.Running[next.Run]);
            assigned.Add($"{next.Run}>{next.Render}");
        }

        return string.Join(' ', assigned);
    }
}

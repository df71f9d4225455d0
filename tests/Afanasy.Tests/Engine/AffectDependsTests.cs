using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

public sealed class AffectDependsTests
{
    private readonly RequestBench _bench = new();
    private readonly Render _render;

    public AffectDependsTests() => _render = _bench.Told.Join("r1", capacity: 100_000);

    [Test]
    public void Only_the_chosen_tasks_start_anew_unless_it_is_said_so()
    {
        var job = Done(Frames("a", 3), Frames("b", 3, afterFrames: "a"));

        _bench.OnTasks(job, JobOperation.Restart, 0, 1);

        Assert.That(States(job), Is.EqualTo("drd ddd"));
    }

    [Test]
    public void Tasks_that_depend_frame_by_frame_start_anew_and_theirs_too()
    {
        var job = Done(Frames("a", 6), Frames("b", 6, perTask: 2, afterFrames: "a"), Frames("c", 6, afterFrames: "b"));

        var answer = Restart(job, 0, 2);

        Assert.That(States(job), Is.EqualTo("ddrddd dwd ddwwdd"));
        Assert.That(answer.Changed, Is.EqualTo(4));
    }

    [Test]
    public void A_block_that_depends_on_a_whole_block_starts_anew()
    {
        var job = Done(Frames("a", 2), Frames("b", 2, after: "a"), Frames("c", 2));

        Restart(job, 0, 0);

        Assert.That(States(job), Is.EqualTo("rd ww dd"));
    }

    [Test]
    public void Tasks_that_name_one_another_start_anew()
    {
        var job = Done(new BlockDescription
        {
            Name = "list",
            Command = "do @#@",
            Tasks = [new() { Name = "x" }, new() { Name = "y", DependsOn = ["x"] }, new() { Name = "z" }, new() { Name = "w", DependsOn = ["y"] }],
        });

        Restart(job, 0, 0);

        Assert.That(States(job), Is.EqualTo("rwdw"));
    }

    [Test]
    public void Tasks_of_another_job_that_depend_frame_by_frame_start_anew()
    {
        var job = Done(Frames("a", 3));
        var other = _bench.Submitted(new JobDescription { Name = "other", UserName = "bob", DependJobs = [new() { Job = job.Id.Value.ToString(), Frames = true }], Blocks = [Frames("a", 3)] });
        _bench.Told.Finish(other, 0, _render, 0, 1, 2);

        Restart(job, 0, 1);

        Assert.That(States(job) + " " + States(other), Is.EqualTo("drd dwd"));
    }

    [Test]
    public void A_run_among_the_dependent_tasks_is_stopped_once()
    {
        var job = _bench.Told.Submit(Frames("a", 2), Frames("b", 2, afterFrames: "a"));
        _bench.Told.Finish(job, 0, _render, 0, 1);
        _bench.Connect(_render);
        _bench.Told.Start(job, 1, 0, _render);

        _bench.Act(job, new JobAction(JobOperation.Restart) { AffectDepends = true });

        Assert.That(States(job), Is.EqualTo("rr ww"));
        Assert.That(_bench.Changes.OfType<Change.RunEnded>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void restart_done_begins_whatever_depends_on_done_tasks_anew()
    {
        var job = _bench.Told.Submit(Frames("a", 3), Frames("b", 3, afterFrames: "a", retries: 0));
        _bench.Told.Finish(job, 0, _render, 0, 1);
        _bench.Told.Fail(job, 1, 0, _render);
        Assert.That(States(job), Is.EqualTo("ddr erw"));

        _bench.Act(job, new JobAction(JobOperation.RestartDone) { Blocks = [0], AffectDepends = true });

        Assert.That(States(job), Is.EqualTo("rrr www"));
    }

    [Test]
    public void skip_can_take_what_depends_on_it_along()
    {
        var job = _bench.Told.Submit(Frames("a", 3), Frames("b", 3, afterFrames: "a"));

        _bench.Act(job, new JobAction(JobOperation.Skip) { Blocks = [0], Tasks = [1], AffectDepends = true });

        Assert.That(States(job), Is.EqualTo("rsr wsw"));
    }

    private ActionAnswer Restart(Job job, int block, int task) => _bench.Act(job, new JobAction(JobOperation.Restart) { Blocks = [block], Tasks = [task], AffectDepends = true });

    private Job Done(params BlockDescription[] blocks)
    {
        var job = _bench.Told.Submit(blocks);
        foreach (var block in job.Blocks) _bench.Told.Mark(job, block.Number, 0, block.States.Size - 1, TaskMark.Done);
        return job;
    }
}

using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

/// <summary>Every operation on blocks and tasks; a test's name begins with the word of its operation.</summary>
public sealed class TaskOperationTests
{
    private readonly RequestBench _bench = new();
    private readonly Render _render;

    public TaskOperationTests() => _render = _bench.Told.Join("r1", capacity: 100_000);

    [TestCase("skip", "dssssR", 4, StopCause.Skip)]
    [TestCase("done", "dddddR", 5, StopCause.Done)]
    [TestCase("suspend", "dehhhR", 3, StopCause.Suspend)]
    [TestCase("continue", "desrrR", 1, null)]
    [TestCase("restart", "rrrrrR", 5, StopCause.Restart)]
    [TestCase("restart_done", "reshrR", 1, null)]
    [TestCase("restart_errors", "drshrR", 1, null)]
    [TestCase("restart_skipped", "derhrR", 1, null)]
    [TestCase("restart_running", "deshrR", 1, StopCause.Restart)]
    public void Every_operation_changes_the_states_that_it_is_for(string word, string states, int changed, StopCause? stop)
    {
        Assert.That(JobOperationNames.TryParse(word, out var operation), Is.True);
        var (job, run) = Mixed();

        var answer = _bench.OnTasks(job, operation, 0);

        Assert.That(States(job), Is.EqualTo(states));
        Assert.That(answer.Changed, Is.EqualTo(changed));
        Assert.That(run.Stop, Is.EqualTo(stop));
    }

    [Test]
    public void skip_makes_a_running_task_skipped_once_it_has_ended() => Assert.That(AfterStop(JobOperation.Skip, RunOutcome.Stopped), Is.EqualTo('s'));

    [Test]
    public void done_makes_a_running_task_done_however_it_ends() => Assert.That(AfterStop(JobOperation.Done, RunOutcome.Failed), Is.EqualTo('d'));

    [Test]
    public void suspend_holds_a_running_task_once_it_has_ended() => Assert.That(AfterStop(JobOperation.Suspend, RunOutcome.Stopped), Is.EqualTo('h'));

    [Test]
    public void restart_begins_a_running_task_anew_even_if_it_ends_well() => Assert.That(AfterStop(JobOperation.Restart, RunOutcome.Done), Is.EqualTo('r'));

    [Test]
    public void continue_lets_held_tasks_wait_for_what_they_waited_for()
    {
        var job = _bench.Told.Submit(Frames("a", 2), Frames("b", 2, after: "a"));
        _bench.OnTasks(job, JobOperation.Suspend, 1, 0);
        Assert.That(States(job), Is.EqualTo("rr hw"));

        _bench.OnTasks(job, JobOperation.Continue, 1);

        Assert.That(States(job), Is.EqualTo("rr ww"));
    }

    [Test]
    public void skip_of_named_tasks_leaves_the_others()
    {
        var job = _bench.Told.Submit(Frames("a", 6), Frames("b", 2));

        Assert.That(_bench.OnTasks(job, JobOperation.Skip, 0, 4, 1, 2, 1).Changed, Is.EqualTo(3));

        Assert.That(States(job), Is.EqualTo("rssrsr rr"));
        Assert.That(_bench.Changes, Has.Count.EqualTo(2), "a change for each range");
    }

    [Test]
    public void skip_of_a_huge_block_is_one_change()
    {
        var job = _bench.Told.Submit(Frames("a", 2_000_000));

        Assert.That(_bench.OnTasks(job, JobOperation.Skip, 0).Changed, Is.EqualTo(2_000_000));
        Assert.That(_bench.Changes, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_task_that_its_render_has_not_heard_of_ends_at_once()
    {
        var job = _bench.Told.Submit(Frames("a", 2));
        _bench.Connect(_render);
        _bench.Told.Start(job, 0, 0, _render);

        _bench.OnTasks(job, JobOperation.Skip, 0, 0);

        Assert.That(States(job), Is.EqualTo("sr"));
    }

    [Test]
    public void What_was_asked_of_a_running_task_before_is_not_asked_twice()
    {
        var (job, run) = Mixed();
        _bench.OnTasks(job, JobOperation.Skip, 0, 5);

        Assert.That(_bench.OnTasks(job, JobOperation.Skip, 0, 5).Changed, Is.EqualTo(0));
        Assert.That(_bench.OnTasks(job, JobOperation.Restart, 0, 5).Changed, Is.EqualTo(1));
        Assert.That(run.Stop, Is.EqualTo(StopCause.Restart), "the later wish wins");
    }

    [TestCase("re", "sss rr sss")]
    [TestCase("clean render", "sss ss sss")]
    public void A_mask_chooses_blocks_by_how_their_names_begin(string mask, string states)
    {
        var job = _bench.Told.Submit(Frames("render", 3), Frames("clean", 2), Frames("re2", 3));
        if (mask.Contains(' ')) _bench.Act(job, new JobAction(JobOperation.Skip) { Blocks = [2] });

        _bench.Act(job, new JobAction(JobOperation.Skip) { BlockMask = mask });

        Assert.That(States(job), Is.EqualTo(states));
    }

    [Test]
    public void Wrong_blocks_tasks_and_masks_are_refused_by_name()
    {
        var job = _bench.Told.Submit(Frames("a", 3), Frames("b", 2));

        Assert.That(Problem(job, new JobAction(JobOperation.Skip) { Blocks = [0, 2] }), Is.EqualTo("blocks[1]: the job has blocks 0 to 1, was 2"));
        Assert.That(Problem(job, new JobAction(JobOperation.Skip) { Blocks = [1], Tasks = [0, 2] }), Is.EqualTo("tasks[1]: the block has tasks 0 to 1, was 2"));
        Assert.That(Problem(job, new JobAction(JobOperation.Skip) { Tasks = [0] }), Does.StartWith("tasks: name one block"));
        Assert.That(Problem(job, new JobAction(JobOperation.Skip) { BlockMask = "c" }), Is.EqualTo("block_mask: 'c' begins the name of no block of the job"));
    }

    [Test]
    public void Minus_one_is_all_blocks()
    {
        var job = _bench.Told.Submit(Frames("a", 1), Frames("b", 2));

        _bench.Act(job, new JobAction(JobOperation.Skip) { Blocks = [JobAction.AllBlocks] });

        Assert.That(States(job), Is.EqualTo("s ss"));
    }

    [Test]
    public void trynext_appends_and_removes()
    {
        var job = _bench.Told.Submit(Frames("a", 6));
        _bench.Told.Finish(job, 0, _render, 5);

        Assert.That(_bench.OnTasks(job, JobOperation.Trynext, 0, 3, 1, 5).Changed, Is.EqualTo(2), "a task that is done is not tried");
        Assert.That(job.TryNext.Select(task => task.Task), Is.EqualTo(new[] { 3, 1 }));
        _bench.Act(job, new JobAction(JobOperation.Trynext) { Blocks = [0], Tasks = [3, 4], Params = RequestBench.Json(new { mode = "remove" }) });
        Assert.That(job.TryNext.Select(task => task.Task), Is.EqualTo(new[] { 1 }));
        Assert.That(Problem(job, new JobAction(JobOperation.Trynext) { Blocks = [0], Tasks = [3], Params = RequestBench.Json(new { mode = "no" }) }), Does.StartWith("params.mode: "));
        Assert.That(Problem(job, new JobAction(JobOperation.Trynext) { Blocks = [0] }), Does.StartWith("tasks: is missing"));
    }

    [Test]
    public void reset_error_hosts_of_a_block_leaves_the_others()
    {
        var job = _bench.Told.Submit(Frames("a", 1, retries: 9), Frames("b", 1, retries: 9));
        for (var i = 0; i < 3; i++)
        {
            _bench.Told.Fail(job, 0, 0, _render);
            _bench.Told.Fail(job, 1, 0, _render);
        }

        _bench.OnTasks(job, JobOperation.ResetErrorHosts, 0);

        Assert.That(job.Blocks.Select(block => block.Avoids(_render.Id)), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public void append_tasks_adds_to_a_listed_block_and_answers_their_numbers()
    {
        var job = _bench.Told.Submit(new BlockDescription { Name = "list", Command = "do @#@", Tasks = [new() { Command = "one" }] }, Frames("b", 1, after: "list"));
        _bench.Told.Finish(job, 0, _render, 0);
        Assert.That(States(job), Is.EqualTo("d r"));

        var answer = _bench.Act(job, new JobAction(JobOperation.AppendTasks) { Blocks = [0], Params = RequestBench.Json(new { tasks = new[] { new { command = "two" }, new { command = "three" } } }) });

        Assert.That(answer.Ids, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(States(job), Is.EqualTo("drr w"));
    }

    [Test]
    public void append_tasks_refuses_a_range_of_frames_and_an_edge_to_nowhere()
    {
        var job = _bench.Told.Submit(new BlockDescription { Name = "list", Command = "do @#@", Tasks = [new() { Command = "one" }] }, Frames("b", 1));
        JobAction Append(int block, object task) => new(JobOperation.AppendTasks) { Blocks = [block], Params = RequestBench.Json(new { tasks = new[] { task } }) };

        Assert.That(Problem(job, Append(1, new { command = "two" })), Does.StartWith("params.tasks: cannot be appended"));
        Assert.That(Problem(job, Append(0, new { command = "two", depends_on = new[] { "nobody" } })), Does.Contain("nobody"));
        Assert.That(Problem(job, new JobAction(JobOperation.AppendTasks) { Blocks = [0] }), Does.StartWith("params: is missing"));
    }

    [Test]
    public void tickets_are_set_and_taken_away()
    {
        var job = _bench.Told.Submit(Frames("a", 1), Frames("b", 1));
        JobAction Ticket(int count) => new(JobOperation.Tickets) { Blocks = [0], Params = RequestBench.Json(new { name = "nuke", count }) };

        _bench.Act(job, Ticket(2));
        Assert.That(job.Blocks[0].Description.Tickets, Is.EqualTo(new Dictionary<string, int> { ["nuke"] = 2 }));
        Assert.That(job.Blocks[1].Description.Tickets, Is.Empty);
        _bench.Act(job, Ticket(-1));
        Assert.That(job.Blocks[0].Description.Tickets, Is.Empty);
        Assert.That(Problem(job, Ticket(0)), Does.StartWith("params.count: "));
    }

    [Test]
    public void set_changes_the_chosen_blocks()
    {
        var job = _bench.Told.Submit(Frames("a", 1), Frames("b", 1), Frames("c", 1));

        var answer = _bench.Act(job, new JobAction(JobOperation.Set) { Blocks = [0, 2], Params = RequestBench.Json(new { capacity = 500 }) });

        Assert.That(answer.Detail, Is.EqualTo("set capacity of 2 blocks"));
        Assert.That(job.Blocks.Select(block => block.Description.Capacity), Is.EqualTo(new[] { 500, 1000, 500 }));
    }

    [Test]
    public void set_of_a_mask_ties_blocks_anew_and_refuses_a_circle()
    {
        var job = _bench.Told.Submit(Frames("a", 1), Frames("b", 1, after: "a"));
        JobAction After(int block, string mask) => new(JobOperation.Set) { Blocks = [block], Params = RequestBench.Json(new { depend_mask = mask }) };

        Assert.That(Problem(job, After(0, "b")), Does.Contain("cycle"));
        _bench.Act(job, After(1, ""));
        Assert.That(States(job), Is.EqualTo("r r"));
    }

    [Test]
    public void set_does_not_journal_the_listed_tasks_again()
    {
        var job = _bench.Told.Submit(new BlockDescription { Name = "list", Tasks = [new() { Command = "one" }] });

        _bench.Act(job, new JobAction(JobOperation.Set) { Blocks = [0], Params = RequestBench.Json(new { capacity = 7 }) });

        Assert.That(((Change.BlockEdited)_bench.Changes.Single()).Description.Tasks, Is.Empty);
        Assert.That(job.Blocks[0].Description.Tasks, Has.Count.EqualTo(1));
    }

    private string Problem(Job job, JobAction action) => _bench.Act(job, action).Problems.Single().ToString();

    private char AfterStop(JobOperation operation, RunOutcome outcome)
    {
        var (job, run) = Mixed();
        _bench.OnTasks(job, operation, 0, 5);
        _bench.Told.End(run.Id, outcome);
        return States(job)[5];
    }

    /// <summary>A task in each state: done, error, skipped, held, ready, running.</summary>
    private (Job Job, TaskRun Run) Mixed()
    {
        var job = _bench.Told.Submit(Frames("a", 6, retries: 0));
        _bench.Told.Finish(job, 0, _render, 0);
        _bench.Told.Fail(job, 0, 1, _render);
        _bench.Told.Mark(job, 0, 2, 2, TaskMark.Skip);
        _bench.Told.Mark(job, 0, 3, 3, TaskMark.Suspend);
        var run = _bench.Farm.Running[_bench.Told.Start(job, 0, 5, _render)];
        Assert.That(States(job), Is.EqualTo("deshrR"));
        return (job, run);
    }
}

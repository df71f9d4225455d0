using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

public sealed class BranchOperationTests
{
    private readonly EngineBench _bench = new();

    [Test]
    public void Add_makes_the_branch_and_those_above_it()
    {
        var answer = _bench.Do(BranchRequests.Add(_bench.View, "/prj/shot", EngineBench.Action("add", new { priority = 50, max_running_tasks = 3 }), EngineBench.Anna));

        Assert.That(answer.Changed, Is.EqualTo(2));
        Assert.That((_bench.Farm.Branches["/prj"].Settings.Priority, _bench.Farm.Branches["/prj/shot"].Settings.Priority), Is.EqualTo((WorkSettings.PriorityDefault, 50)));
        Assert.That(_bench.Farm.Branches["/prj/shot"].Parent?.Path, Is.EqualTo("/prj"));
    }

    [TestCase("prj", "path")]
    [TestCase("/", "path")]
    [TestCase("/prj/", "path")]
    [TestCase("//prj", "path")]
    [TestCase("/here", "")]
    public void Add_refuses_what_is_no_new_path(string path, string field)
    {
        _bench.AddBranch("/here");

        Assert.That(BranchRequests.Add(_bench.View, path, EngineBench.Action("add"), EngineBench.Anna).Answer.Problems.Single().Path, Is.EqualTo(field));
    }

    [Test]
    public void Delete_takes_an_empty_branch_and_says_what_is_in_another()
    {
        var branch = _bench.AddBranch("/prj");
        _bench.AddBranch("/prj/shot");
        _bench.Submit(branch: "/prj");
        Assert.That(Refusal(branch, "delete"), Does.Contain("1 branch and 1 job"));
        Assert.That(Refusal(_bench.Farm.RootBranch, "delete"), Does.Contain("cannot be deleted"));

        Act(_bench.Farm.Branches["/prj/shot"], "delete");

        Assert.That(_bench.Farm.Branches.Keys, Is.EquivalentTo(new[] { "/", "/prj" }));
    }

    [Test]
    public void Delete_done_jobs_leaves_the_others_and_other_branches()
    {
        var branch = _bench.AddBranch("/prj");
        _bench.AddBranch("/prj/shot");
        var (open, done, below, elsewhere) = (_bench.Submit(branch: "/prj"), Done("/prj"), Done("/prj/shot"), Done("/"));

        Assert.That(Act(branch, "delete_done_jobs").Changed, Is.EqualTo(2));

        Assert.That(new[] { open, done, below, elsewhere }.Select(job => job.IsDeletionAsked), Is.EqualTo(new[] { false, true, true, false }));
        Assert.That(Act(branch, "delete_done_jobs").Changed, Is.Zero);
    }

    [Test]
    public void Pause_and_start_hold_the_branch_and_let_it_go()
    {
        var branch = _bench.AddBranch("/prj");

        Assert.That(Act(branch, "pause").Changed, Is.EqualTo(1));
        Assert.That(branch.Settings.Paused, Is.True);
        Assert.That(Act(branch, "pause").Changed, Is.Zero);

        Act(branch, "start");
        Assert.That(branch.Settings.Paused, Is.False);
    }

    [Test]
    public void Set_changes_what_is_named()
    {
        var branch = _bench.AddBranch("/prj");

        Act(branch, "set", new { max_running_tasks = 7, create_childs = true });

        Assert.That((branch.Settings.MaxRunningTasks, branch.Settings.CreateChilds), Is.EqualTo((7, true)));
        Assert.That(Decide(branch, "set", new { max_running_task = 7 }).Answer.Problems.Single().Path, Is.EqualTo("params.max_running_task"));
    }

    [Test]
    public void An_operation_that_is_unknown_is_refused() =>
        Assert.That(Decide(_bench.Farm.RootBranch, "explode").Answer.Problems.Single().Path, Is.EqualTo("operation"));

    [Test]
    public void Only_an_admin_acts_where_rights_are_enforced()
    {
        _bench.Enforce();

        Assert.That(Decide(_bench.Farm.RootBranch, "pause").Answer.IsForbidden, Is.True);
        Assert.That(BranchRequests.Add(_bench.View, "/prj", EngineBench.Action("add"), EngineBench.Anna).Answer.IsForbidden, Is.True);
    }

    private Job Done(string branch)
    {
        var job = _bench.Submit(branch: branch);
        _bench.Apply(new Change.TasksMarked(new BlockId(job.Id, 0), 0, 2, TaskMark.Done) { At = _bench.View.Now });
        return job;
    }

    private Decision<ActionAnswer> Decide(Branch branch, string operation, object? parameters = null) =>
        BranchRequests.Act(_bench.View, branch, EngineBench.Action(operation, parameters), EngineBench.Anna);

    private ActionAnswer Act(Branch branch, string operation, object? parameters = null)
    {
        var answer = _bench.Do(Decide(branch, operation, parameters));
        Assert.That(answer.Problems, Is.Empty);
        return answer;
    }

    private string Refusal(Branch branch, string operation) => Decide(branch, operation).Answer.Problems.Single(problem => problem.Path.Length == 0).Text;
}

using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

public sealed class SubmitRequestsTests
{
    private readonly RequestBench _bench = new();

    [Test]
    public void An_unknown_user_is_made_once()
    {
        _bench.Submitted(Job("a"));
        Assert.That(_bench.Changes.OfType<Change.UserSet>().Single().Name, Is.EqualTo("anna"));

        _bench.Submitted(Job("b"));
        Assert.That(_bench.Changes.OfType<Change.UserSet>(), Is.Empty);
    }

    [Test]
    public void Names_of_jobs_are_made_unique()
    {
        var names = Enumerable.Range(0, 12).Select(_ => _bench.Submitted(Job("shot")).Description.Name).ToList();

        Assert.That(names, Is.EqualTo(Enumerable.Range(1, 11).Select(number => $"shot-{number}").Prepend("shot")));
    }

    [Test]
    public void A_name_is_found_among_many_namesakes()
    {
        for (var i = 0; i < 1000; i++) _bench.Told.Submit(Job(i == 0 ? "shot" : $"shot-{i}"));

        Assert.That(JobNames.Free(_bench.Farm, "shot"), Is.EqualTo("shot-1000"));
    }

    [Test]
    public void A_long_name_is_cut_to_take_its_number()
    {
        var name = new string('x', JobProblems.NameLengthMax);
        _bench.Submitted(Job(name));

        Assert.That(_bench.Submitted(Job(name)).Description.Name, Is.EqualTo(name[..^2] + "-1"));
    }

    [TestCase("/", "/")]
    [TestCase("", "/")]
    [TestCase("/mnt", "/mnt")]
    [TestCase("mnt//./prj/..", "/mnt")]
    [TestCase("/mnt/prj/x", "/mnt", TestName = "A new branch lets no further ones be made")]
    [TestCase("/open/a/b", "/open/a")]
    [TestCase("/open/closed/a", "/open/closed")]
    [TestCase(@"C:\prj", "/C:")]
    public void A_job_lands_in_the_deepest_branch_that_is_there_or_may_be_made(string asked, string landed)
    {
        _bench.Told.Apply(new Change.BranchSet("/open", new BranchSettings { CreateChilds = true }) { At = Noon });
        _bench.Told.Apply(new Change.BranchSet("/open/closed", new BranchSettings()) { At = Noon });

        var job = _bench.Submitted(Job("a") with { Branch = asked });

        Assert.That((job.Branch.Path, job.Description.Branch), Is.EqualTo((landed, landed)));
    }

    [Test]
    public void Branches_are_made_no_deeper_than_a_limit()
    {
        var path = "";
        for (var i = 0; i < BranchPaths.DepthMax; i++) _bench.Told.Apply(new Change.BranchSet(path += "/d", new BranchSettings { CreateChilds = true }) { At = Noon });

        Assert.That(_bench.Submitted(Job("a") with { Branch = path + "/deeper" }).Branch.Path, Is.EqualTo(path));
        Assert.That(_bench.Submitted(Job("b") with { Branch = "/" + new string('x', BranchPaths.PartLengthMax + 1) }).Branch.Path, Is.EqualTo("/"));
    }

    [Test]
    public void Without_a_branch_a_job_lands_in_the_branch_of_its_project()
    {
        Assert.That(_bench.Submitted(Job("a") with { Project = "film" }).Branch.Path, Is.EqualTo("/film"));
        Assert.That(_bench.Submitted(Job("b") with { Project = "film", Branch = "/other" }).Branch.Path, Is.EqualTo("/other"));
        Assert.That(_bench.Submitted(Job("c") with { Project = "a/b" }).Branch.Path, Is.EqualTo("/a_b"));
    }

    [Test]
    public void Names_of_jobs_to_wait_for_become_serials()
    {
        _bench.Submitted(Job("first", "bob"));
        _bench.Submitted(Job("first-own"));
        var third = _bench.Submitted(Job("third") with { DependJobs = [new() { Job = "first-own", On = DependOutcome.Any }, new() { Job = "1" }] });

        Assert.That(third.Description.DependJobs, Is.EqualTo(new[] { new JobDependency { Job = "2", On = DependOutcome.Any }, new JobDependency { Job = "1" } }));
        Assert.That(third.State, Is.EqualTo(JobState.Waiting));
    }

    [Test]
    public void A_job_to_wait_for_that_is_not_there_is_refused_by_name()
    {
        _bench.Submitted(Job("first", "bob"));
        _bench.Submitted(Job("rendering"));

        var answer = _bench.Submit(Job("third") with { DependJobs = [new() { Job = "7" }, new() { Job = "first" }, new() { Job = "renderin" }] });

        Assert.That(answer.Problems.Select(problem => problem.ToString()), Is.EqualTo(new[]
        {
            "depend_jobs[0].job: there is no job 7: it was deleted, or never submitted",
            "depend_jobs[1].job: 'anna' has no job named 'first'",
            "depend_jobs[2].job: 'anna' has no job named 'renderin'; did you mean 'rendering'?",
        }));
        Assert.That(_bench.Farm.Jobs, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_pre_command_is_a_hidden_job_of_the_farm_that_its_job_waits_for()
    {
        var job = _bench.Submitted(Job("shot") with { CommandPre = "mkdir out", Priority = 42 });

        var before = _bench.Farm.FindJobs("shot: pre command").Single();
        var block = before.Blocks.Single().Description;
        Assert.That((before.User.Name, before.Description.Hidden, before.Description.Priority), Is.EqualTo(("afadmin", true, 42)));
        Assert.That((block.Service, block.ErrorsRetries, block.ErrorsAvoidHost, block.ErrorsTaskSameHost, block.ErrorsForgiveTime, block.TaskMaxRunTime), Is.EqualTo(("generic", 9, 3, 1, 600, 60)));
        Assert.That(block.Tasks.Single().Command, Is.EqualTo("mkdir out"));
        Assert.That(JobProblems.Of(before.Whole), Is.Empty);
        Assert.That(job.IsHeld, Is.True);

        _bench.Told.Finish(before, 0, _bench.Told.Join("r1"), 0);
        Assert.That(job.IsHeld, Is.False);
    }

    [Test]
    public void A_pre_command_that_fails_holds_its_job_back()
    {
        var job = _bench.Submitted(Job("shot") with { CommandPre = "false" });
        var (before, render) = (_bench.Farm.FindJobs("shot: pre command").Single(), _bench.Told.Join("r1"));

        for (var i = 0; i < 10; i++) _bench.Told.Fail(before, 0, 0, render);

        Assert.That(before.State, Is.EqualTo(JobState.Error));
        Assert.That(job.IsHeld, Is.True);
        Assert.That(before.Description.TimeLife, Is.EqualTo(0), "were it deleted by its age, the job would start");
    }

    [Test]
    public void A_pre_command_goes_with_its_job()
    {
        var job = _bench.Submitted(Job("shot") with { CommandPre = "mkdir out" });
        var before = _bench.Farm.FindJobs("shot: pre command").Single();

        _bench.MakeTrue(SystemJobs.PostCommand(_bench.Farm, job, Noon));

        Assert.That(_bench.Farm.Leaving, Is.EqualTo(new[] { before }));
    }

    [Test]
    public void A_job_waits_for_its_pre_command_whatever_else_it_is_told_to_wait_for()
    {
        _bench.Submitted(Job("first"));
        var job = _bench.Submitted(Job("shot") with { CommandPre = "mkdir out" });

        _bench.Act(job, JobOperation.Set, new { depend_jobs = new[] { "first" } });

        Assert.That(job.Description.DependJobs.Select(on => on.Job), Is.EqualTo(new[] { "2", "1" }));
    }

    [Test]
    public void A_job_can_be_submitted_again_as_it_was()
    {
        var first = _bench.Submitted(Job("first"));
        var job = _bench.Submitted(Job("shot") with { CommandPre = "mkdir out", DependJobs = [new() { Job = "first" }] });

        Assert.That(job.Description.DependJobs.Select(on => on.Job), Is.EqualTo(new[] { "2", "1" }));
        Assert.That(SystemJobs.AsSubmitted(job).DependJobs.Select(on => on.Job), Is.EqualTo(new[] { first.Id.Value.ToString() }));
    }

    [Test]
    public void A_post_command_is_a_job_of_the_farm_when_its_job_goes()
    {
        var job = _bench.Submitted(Job("shot") with { CommandPost = "rm tmp" });
        _bench.Act(job, JobOperation.Delete);

        _bench.MakeTrue(SystemJobs.PostCommand(_bench.Farm, job, Noon));
        _bench.Told.Apply(new Change.JobDeleted(job.Id) { At = Noon });

        var after = _bench.Farm.Jobs.Values.Single();
        Assert.That((after.Description.Name, after.User.Name, after.Description.TimeLife), Is.EqualTo(("shot: post command", "afadmin", 1800)));
        Assert.That(after.Blocks.Single().Description.Tasks.Single().Command, Is.EqualTo("rm tmp"));
        Assert.That(SystemJobs.PostCommand(_bench.Farm, after, Noon), Is.Empty);
    }

    private static JobDescription Job(string name, string user = "anna") => new() { Name = name, UserName = user, Blocks = [Frames("a", 1)] };
}

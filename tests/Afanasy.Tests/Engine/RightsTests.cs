using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

public sealed class RightsTests
{
    private readonly RequestBench _bench = new(new Rights(isEnforced: true, ["root"]));
    private readonly Job _job;

    public RightsTests()
    {
        _job = _bench.Submitted(new JobDescription { Name = "job", UserName = "anna", Blocks = [Frames("a", 2)] });
        foreach (var (name, role) in new[] { ("bob", UserRole.User), ("carl", UserRole.Coordinator), ("dora", UserRole.Admin) })
            _bench.Told.Apply(new Change.UserSet(name, new UserSettings { Role = role }) { At = Noon });
    }

    [TestCase("anna", true)]
    [TestCase("bob", false)]
    [TestCase("carl", true)]
    [TestCase("dora", true)]
    [TestCase("root", true)]
    [TestCase("stranger", false)]
    [TestCase("", false)]
    public void A_user_acts_on_own_jobs_and_a_coordinator_on_all(string asker, bool may)
    {
        var answer = _bench.Act(_job, new JobAction(JobOperation.Pause), asker);

        Assert.That((answer.IsForbidden, _job.IsPaused), Is.EqualTo((!may, may)));
    }

    [TestCase("carl", false)]
    [TestCase("dora", true)]
    [TestCase("root", true)]
    public void Only_an_admin_acts_on_the_farm_itself(string asker, bool may) =>
        Assert.That(Rights.Refusal(_bench.View, new Asker(asker, "desk"), UserRole.Admin) is null, Is.EqualTo(may));

    [TestCase("anna", false)]
    [TestCase("carl", true)]
    public void What_takes_from_others_is_for_a_coordinator_to_give(string asker, bool may)
    {
        var job = new JobDescription { Name = "greedy", UserName = asker, Preempts = true, Blocks = [Frames("a", 1)] };
        Assert.That(_bench.Submit(job, asker).IsForbidden, Is.EqualTo(!may));

        var edit = System.Text.Json.JsonSerializer.SerializeToElement(new { min_running_tasks = 5 });
        Assert.That(_bench.Act(_job, new JobAction(JobOperation.Set) { Params = edit }, asker).IsForbidden, Is.EqualTo(!may));
    }

    [Test]
    public void A_refusal_says_whose_job_it_is_and_whom_to_ask() =>
        Assert.That(_bench.Act(_job, new JobAction(JobOperation.Pause), "bob").Problems.Single().Text,
            Is.EqualTo("'bob' may act on own jobs only, and this one is of 'anna'. Ask 'anna', a coordinator or an admin."));

    [Test]
    public void A_job_is_submitted_in_ones_own_name()
    {
        var job = new JobDescription { Name = "other", UserName = "anna", Blocks = [Frames("a", 1)] };

        Assert.That(_bench.Submit(job, "bob").IsForbidden, Is.True);
        Assert.That(_bench.Submit(job, "carl").IsForbidden, Is.False);
        Assert.That(_bench.Submit(job with { UserName = SystemJobs.UserName }, SystemJobs.UserName).IsForbidden, Is.True, "the farm itself has no login");
    }

    [Test]
    public void A_user_does_not_give_jobs_to_others()
    {
        Assert.That(_bench.Act(_job, new JobAction(JobOperation.Set) { Params = RequestBench.Json(new { user_name = "bob" }) }).IsForbidden, Is.True);
        Assert.That(_bench.Act(_job, new JobAction(JobOperation.Set) { Params = RequestBench.Json(new { user_name = "bob" }) }, "carl").IsForbidden, Is.False);
    }

    [Test]
    public void Tasks_of_others_are_not_restarted_through_what_depends_on_ones_own()
    {
        _bench.Submitted(new JobDescription { Name = "other", UserName = "bob", DependJobs = [new() { Job = "1", Frames = true }], Blocks = [Frames("a", 2)] });
        var restart = new JobAction(JobOperation.Restart) { AffectDepends = true };

        Assert.That(_bench.Act(_job, restart, "anna").IsForbidden, Is.True);
        Assert.That(_bench.Act(_job, restart, "carl").IsForbidden, Is.False);
    }

    [Test]
    public void The_order_of_jobs_is_their_users()
    {
        var anna = _bench.Farm.Users["anna"];

        Assert.That(JobOrders.Move(_bench.View, anna, JobMove.Top, [1], new Asker("bob", "desk")).Answer.IsForbidden, Is.True);
        Assert.That(JobOrders.Move(_bench.View, anna, JobMove.Top, [1], new Asker("anna", "desk")).Answer.IsForbidden, Is.False);
    }

    [Test]
    public void Everybody_may_do_everything_unless_rights_are_enforced()
    {
        var open = new RequestBench();
        var job = open.Submitted(new JobDescription { Name = "job", UserName = "anna", Blocks = [Frames("a", 2)] });

        Assert.That(open.Act(job, new JobAction(JobOperation.Pause), "").IsForbidden, Is.False);
        Assert.That(Rights.Refusal(open.View, new Asker("", ""), UserRole.Admin), Is.Null);
    }
}

using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

/// <summary>The manual order of a user's jobs; a test's name begins with the word of its operation.</summary>
public sealed class JobOrdersTests
{
    private readonly RequestBench _bench = new();

    public JobOrdersTests()
    {
        for (var i = 1; i <= 5; i++) _bench.Submitted(Job($"job {i}"));
    }

    [TestCase(new[] { 3 }, "1 3 2 4 5", TestName = "move_jobs_up_moves_a_job_before_its_neighbour")]
    [TestCase(new[] { 3, 4 }, "1 3 4 2 5", TestName = "move_jobs_up_keeps_jobs_together")]
    [TestCase(new[] { 1, 2, 5 }, "1 2 3 5 4", TestName = "move_jobs_up_leaves_those_that_are_first")]
    public void move_jobs_up(int[] jobs, string order) => Moves(JobMove.Up, jobs, order);

    [TestCase(new[] { 3 }, "1 2 4 3 5", TestName = "move_jobs_down_moves_a_job_behind_its_neighbour")]
    [TestCase(new[] { 2, 3, 5 }, "1 4 2 3 5", TestName = "move_jobs_down_keeps_jobs_together")]
    public void move_jobs_down(int[] jobs, string order) => Moves(JobMove.Down, jobs, order);

    [TestCase(new[] { 5, 3 }, "3 5 1 2 4", TestName = "move_jobs_top_keeps_the_order_of_the_moved")]
    public void move_jobs_top(int[] jobs, string order) => Moves(JobMove.Top, jobs, order);

    [TestCase(new[] { 3, 1 }, "2 4 5 1 3", TestName = "move_jobs_bottom_keeps_the_order_of_the_moved")]
    public void move_jobs_bottom(int[] jobs, string order) => Moves(JobMove.Bottom, jobs, order);

    [Test]
    public void Moves_stay_within_a_priority_and_keys_are_never_equal()
    {
        _bench.Act(_bench.Farm.Jobs[new JobId(2)], JobOperation.Set, new { priority = 50 });

        foreach (var move in new[] { JobMove.Up, JobMove.Top, JobMove.Bottom, JobMove.Down, JobMove.Top, JobMove.Bottom })
            _bench.Move("anna", move, 3);
        _bench.Submitted(Job("job 6"));

        Assert.That(Order(99), Is.EqualTo("1 4 5 3 6"), "a new job comes last");
        Assert.That(_bench.Farm.Users["anna"].Jobs.Select(job => job.Order), Is.Unique);
    }

    [Test]
    public void A_move_that_changes_nothing_is_no_change()
    {
        Assert.That(_bench.Move("anna", JobMove.Top, 1, 2).Changed, Is.EqualTo(0));
        Assert.That(_bench.Changes, Is.Empty);
    }

    [Test]
    public void Jobs_of_others_are_refused_by_name()
    {
        _bench.Submitted(Job("job") with { UserName = "bob" });

        Assert.That(_bench.Move("anna", JobMove.Top, 1, 6, 9).Problems.Select(problem => problem.ToString()), Is.EqualTo(new[] { "jids[1]: 'anna' has no job 6", "jids[2]: 'anna' has no job 9" }));
    }

    [Test]
    public void A_job_that_comes_to_another_user_takes_nobodys_place()
    {
        var bobs = _bench.Submitted(Job("job") with { UserName = "bob" });
        _bench.MakeTrue([new Change.JobsOrdered([(bobs.Id, _bench.Farm.Jobs[new JobId(1)].Order)]) { At = Noon }]);

        _bench.Act(_bench.Farm.Jobs[new JobId(1)], JobOperation.Set, new { user_name = "bob" });

        Assert.That(_bench.Farm.Users["bob"].Jobs.Select(job => job.Order), Is.Unique);
    }

    private void Moves(JobMove move, int[] jobs, string order)
    {
        Assert.That(_bench.Move("anna", move, jobs).Changed, Is.EqualTo(jobs.Length));
        Assert.That(Order(99), Is.EqualTo(order));
        Assert.That(_bench.Farm.Users["anna"].Jobs.Select(job => job.Order), Is.Unique);
    }

    private string Order(int priority) => string.Join(' ', _bench.Farm.Users["anna"].Jobs.Where(job => job.Description.Priority == priority).OrderBy(job => job.Order).Select(job => job.Id.Value));

    private static JobDescription Job(string name) => new() { Name = name, UserName = "anna", Blocks = [Frames("a", 1)] };
}

using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

public sealed class UserOperationTests
{
    private readonly EngineBench _bench = new();
    private readonly User _anna;

    public UserOperationTests() => _anna = _bench.AddUser("anna");

    [Test]
    public void Delete_forgets_a_user_without_jobs_and_says_why_not_another()
    {
        _bench.Submit("bert");
        var bert = _bench.Farm.Users["bert"];
        Assert.That(Decide(bert, "delete").Answer.Problems.Single().Text, Does.Contain("has 1 job."));

        _bench.Do(Decide(_anna, "delete"));

        Assert.That(_bench.Farm.Users.Keys, Is.EqualTo(new[] { "bert" }));
    }

    [Test]
    public void Set_changes_what_is_named()
    {
        _bench.Do(Decide(_anna, "set", new { errors_retries = 9, max_running_tasks = 4 }));

        Assert.That((_anna.Settings.ErrorsRetries, _anna.Settings.MaxRunningTasks, _anna.Settings.ErrorsAvoidHost), Is.EqualTo((9, 4, 3)));
        Assert.That(Decide(_anna, "set", new { errors_retries = -1 }).Answer.Problems.Single().Path, Is.EqualTo("params.errors_retries"));
    }

    [Test]
    public void An_operation_that_is_unknown_is_refused() => Assert.That(Decide(_anna, "explode").Answer.Problems.Single().Path, Is.EqualTo("operation"));

    [TestCase("errors_retries", ExpectedResult = false)]
    [TestCase("annotation", ExpectedResult = false)]
    [TestCase("role", ExpectedResult = true)]
    [TestCase("max_running_tasks", ExpectedResult = true)]
    [TestCase("min_running_tasks", ExpectedResult = true)]
    [TestCase("priority", ExpectedResult = true)]
    public bool Where_rights_are_enforced_a_user_sets_what_takes_nothing_from_others(string name)
    {
        _bench.Enforce();

        return Decide(_anna, "set", new Dictionary<string, object> { [name] = 1 }).Answer.IsForbidden;
    }

    [Test]
    public void Where_rights_are_enforced_nobody_but_an_admin_sets_or_deletes_others()
    {
        _bench.Enforce();
        var bert = _bench.AddUser("bert");

        Assert.That(Decide(bert, "set", new { annotation = "x" }).Answer.IsForbidden, Is.True);
        Assert.That(Decide(bert, "delete").Answer.IsForbidden, Is.True);
        Assert.That(Decide(_anna, "delete").Answer.IsForbidden, Is.True);
    }

    private Decision<ActionAnswer> Decide(User user, string operation, object? parameters = null) =>
        UserRequests.Act(_bench.View, user, EngineBench.Action(operation, parameters), EngineBench.Anna);
}

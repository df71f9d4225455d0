using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Tests.Engine;

/// <summary>Runs that the farm gave to a render, and that it does not name when it comes back.</summary>
public sealed class LostOrderTests
{
    private static readonly TimeSpan _age = TimeSpan.FromSeconds(5);

    private readonly EngineBench _bench = new();

    [TestCase(6000, true, TestName = "A_run_that_is_younger_than_the_agent_is_kept_and_ordered_again")]
    [TestCase(5000, false, TestName = "A_run_that_is_as_old_as_the_agent_is_given_back")]
    [TestCase(4000, false, TestName = "A_run_that_is_older_than_the_agent_is_given_back")]
    [TestCase(0, false, TestName = "A_run_of_an_agent_that_does_not_tell_its_age_is_given_back")]
    [TestCase(-1, false, TestName = "A_run_of_an_agent_of_no_sane_age_is_given_back")]
    [TestCase(long.MaxValue, true, TestName = "An_agent_may_be_as_old_as_it_says")]
    public void Age_decides(long aliveMilliseconds, bool isKept) => Assert.That(IsKept(aliveMilliseconds), Is.EqualTo(isKept));

    [Test]
    public void A_run_of_another_agent_of_the_same_name_is_given_back() => Assert.That(IsKept(60_000, instance: "another"), Is.False);

    [Test]
    public void A_run_that_is_to_end_is_given_back() =>
        Assert.That(IsKept(60_000, before: run => _bench.Apply(new Change.RunStopAsked(run.Id, StopCause.Restart) { At = _bench.View.Now })), Is.False);

    [Test]
    public void A_run_is_given_back_when_the_clock_of_the_farm_was_set_back() =>
        Assert.That(IsKept(60_000, before: _ => _bench.View.Now -= TimeSpan.FromHours(1)), Is.False);

    private bool IsKept(long aliveMilliseconds, string instance = "r", Action<TaskRun>? before = null)
    {
        var render = _bench.Join("r");
        var run = _bench.Start(_bench.Submit(frames: 1), 0, render);
        _bench.Leave(render);
        _bench.Pass(_age);
        before?.Invoke(run);
        _bench.Join("r", new RenderRegister { InstanceId = instance, Capacity = 10_000, AliveMilliseconds = aliveMilliseconds });
        return _bench.Farm.Running.ContainsKey(run.Id);
    }
}

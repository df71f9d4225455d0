using AfRender.Link;

namespace Afanasy.Tests.Agents;

public sealed class BackoffTests
{
    [Test]
    public void Pauses_grow_to_five_seconds_and_start_anew_after_a_success()
    {
        var backoff = new Backoff(new Random(1));

        var pauses = Enumerable.Range(0, 20).Select(_ => backoff.Next()).ToList();
        backoff.Reset();
        var again = backoff.Next();

        Assert.That(pauses[0], Is.InRange(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.2)));
        Assert.That(pauses[10..], Has.All.InRange(TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(5)));
        Assert.That(pauses[10..].Distinct().Count(), Is.GreaterThan(1), "a thousand renders do not come at the same moment");
        Assert.That(again, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(0.2)));
    }

    [Test]
    public void A_caller_in_a_hurry_waits_no_longer_than_it_says()
    {
        var backoff = new Backoff(new Random(1));

        var pauses = Enumerable.Range(0, 20).Select(_ => backoff.Next(TimeSpan.FromSeconds(1))).ToList();

        Assert.That(pauses[0], Is.InRange(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.2)));
        Assert.That(pauses[10..], Has.All.InRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1)));
    }
}

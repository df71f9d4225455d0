using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Live;

namespace Afanasy.Tests.Server;

public sealed class UnseenTests
{
    [Test]
    public void However_far_a_monitor_falls_behind_little_is_kept()
    {
        var unseen = new Unseen();

        for (var i = 0; i < 20_000; i++) unseen.Hear(Changed(i));
        var batch = unseen.Take();

        Assert.That(batch.IsEverything, Is.True);
        Assert.That(batch.Count, Is.LessThanOrEqualTo(5_000));
        Assert.That(unseen.Take().IsEverything, Is.False);
    }

    [Test]
    public async Task Hearing_from_many_threads_wakes_who_waits_and_throws_at_nobody()
    {
        var unseen = new Unseen();
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new HashSet<JobId>();

        var hearing = Parallel.ForAsync(0, 5_000, (i, _) =>
        {
            unseen.Hear(Changed(i % 1000));
            if (i % 10 == 0) unseen.AskForEverything();
            return ValueTask.CompletedTask;
        });
        while (seen.Count < 1000)
        {
            await unseen.WaitAsync(tooLong.Token);
            seen.UnionWith(unseen.Take().Jobs);
        }

        await hearing;
        Assert.That(seen, Has.Count.EqualTo(1000));
    }

    [Test]
    public void What_is_gone_is_not_shown_as_changed()
    {
        var unseen = new Unseen();
        unseen.Hear(Changed(1));
        unseen.Hear(Changed(2));
        unseen.Hear(Changed(3) with { Jobs = [], JobsGone = [new JobId(1)] });

        var batch = unseen.Take();

        Assert.That(batch.Jobs, Is.EqualTo(new[] { new JobId(2) }));
        Assert.That(batch.JobsGone, Is.EqualTo(new[] { new JobId(1) }));
    }

    private static Notice Changed(int job) => new(1, [new JobId(job)], [], [], [], [], false);
}

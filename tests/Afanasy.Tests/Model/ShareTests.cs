using AfServer.Model;
using FsCheck;
using FsCheck.Fluent;

namespace Afanasy.Tests.Model;

/// <summary>What is remembered of past use.</summary>
public sealed class ShareTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Arbitrary<(int After, int Seconds, int Weight)[]> _runs =
        (from after in Gen.Choose(0, 600)
         from seconds in Gen.Choose(0, 3000)
         from weight in Gen.Choose(1, 3)
         select (after, seconds, weight)).ArrayOf(12).ToArbitrary();

    [Test]
    public void Past_use_is_the_sum_of_all_runs_each_by_its_own_age() =>
        Prop.ForAll(_runs, Gen.Choose(10, 1000).ToArbitrary(), (runs, halfLife) =>
        {
            var (share, at, ends) = (new Share(), _noon, new List<(DateTimeOffset At, double Use)>());
            foreach (var (after, seconds, weight) in runs)
            {
                at += TimeSpan.FromSeconds(after);
                share.Start(1000, 1);
                share.End(1000, seconds, weight, halfLife, at);
                ends.Add((at, seconds * (double)weight));
            }

            at += TimeSpan.FromSeconds(77);
            var expected = ends.Sum(end => end.Use * Math.Pow(0.5, (at - end.At).TotalSeconds / halfLife)) * Math.Log(2) / halfLife;
            return Math.Abs(share.Past(halfLife, at) - expected) < 1e-6 * (1 + expected) && share.Running == 0 && share.Capacity == 0;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void What_ran_one_task_for_very_long_counts_as_one_task()
    {
        var share = new Share();
        for (var minute = 0; minute < 10_000; minute++)
        {
            share.Start(1000, minute);
            share.End(1000, 60, 1, 3600, _noon.AddMinutes(minute));
        }

        Assert.That(share.Past(3600, _noon.AddMinutes(9_999)), Is.EqualTo(1).Within(0.01));
    }

    [Test]
    public void Without_a_half_life_nothing_is_remembered()
    {
        var share = new Share();
        share.Start(1000, 1);
        share.End(1000, 60, 1, 0, _noon);

        Assert.That((share.Past(0, _noon), share.Usage, share.Totals.RunSeconds), Is.EqualTo((0, 0, 60)));
    }
}

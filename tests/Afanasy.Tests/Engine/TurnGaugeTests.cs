using Afanasy.Tests.Support;
using AfServer.Engine;
using AfServer.Gateways.Rest;

namespace Afanasy.Tests.Engine;

public sealed class TurnGaugeTests
{
    private readonly ManualTime _time = new();
    private readonly TurnGauge _gauge;

    public TurnGaugeTests() => _gauge = new TurnGauge(_time);

    [Test]
    public void Each_part_of_a_turn_is_added_to_its_own_and_all_of_them_to_the_turn()
    {
        Turn(decide: 1, solve: 2, commit: 4, release: 8);
        Turn(decide: 10, solve: 20, commit: null, release: 40);

        var figures = _gauge.Picture();

        Assert.That(figures.Parts[(int)TurnPart.Decide], Is.EqualTo(0.011).Within(1e-9));
        Assert.That(figures.Parts[(int)TurnPart.Solve], Is.EqualTo(0.022).Within(1e-9));
        Assert.That(figures.Parts[(int)TurnPart.Commit], Is.EqualTo(0.004).Within(1e-9));
        Assert.That(figures.Parts[(int)TurnPart.Release], Is.EqualTo(0.048).Within(1e-9));
        Assert.That((figures.Turns.Sum, figures.Turns.Counts.Sum()), Is.EqualTo((0.085, 2)).Using<(double Sum, long Count)>((a, b) => a.Count == b.Count && Math.Abs(a.Sum - b.Sum) < 1e-9));
        Assert.That(figures.Commits.Counts.Sum(), Is.EqualTo(1), "a turn that changes nothing commits nothing");
    }

    [Test]
    public void A_length_is_counted_at_the_first_step_that_it_is_not_above()
    {
        foreach (var milliseconds in (double[])[0, 0.05, 0.06, 1, 5000, 5001, 70_000]) Turn(decide: milliseconds, solve: 0, commit: null, release: 0);

        var turns = _gauge.Picture().Turns;

        Assert.That(Counted(0.000_05), Is.EqualTo(2));
        Assert.That(Counted(0.000_1), Is.EqualTo(1));
        Assert.That(Counted(0.001), Is.EqualTo(1));
        Assert.That(Counted(5), Is.EqualTo(1));
        Assert.That(turns.Counts[^1], Is.EqualTo(2), "longer than any step");
        long Counted(double step) => turns.Counts[turns.Steps.ToList().IndexOf(step)];
    }

    [Test]
    public void A_picture_stays_as_it_was_taken()
    {
        Turn(decide: 1, solve: 1, commit: 1, release: 1);
        var before = _gauge.Picture();

        Turn(decide: 1, solve: 1, commit: 1, release: 1);

        Assert.That((before.Turns.Counts.Sum(), before.Parts[0]), Is.EqualTo((1, 0.001)));
    }

    [Test]
    public void A_histogram_counts_upwards_and_ends_with_all()
    {
        foreach (var milliseconds in (double[])[0.05, 0.07, 3, 9000]) Turn(decide: milliseconds, solve: 0, commit: null, release: 0);
        var text = new MetricsText();

        text.Histogram("afanasy_turn_seconds", "Lengths.", _gauge.Picture().Turns);

        var lines = text.ToString().Split('\n');
        Assert.That(lines, Is.SupersetOf((string[])["# TYPE afanasy_turn_seconds histogram", "afanasy_turn_seconds_bucket{le=\"0.00005\"} 1", "afanasy_turn_seconds_bucket{le=\"0.0001\"} 2",
            "afanasy_turn_seconds_bucket{le=\"0.002\"} 2", "afanasy_turn_seconds_bucket{le=\"0.005\"} 3", "afanasy_turn_seconds_bucket{le=\"5\"} 3", "afanasy_turn_seconds_bucket{le=\"+Inf\"} 4",
            "afanasy_turn_seconds_sum 9.00312", "afanasy_turn_seconds_count 4"]));
    }

    private void Turn(double decide, double solve, double? commit, double release)
    {
        _gauge.Begin();
        Pass(decide, TurnPart.Decide);
        Pass(solve, TurnPart.Solve);
        _time.Advance(TimeSpan.FromMilliseconds(commit ?? 0));
        _gauge.CommitOver(wrote: commit is not null);
        Pass(release, TurnPart.Release);
        _gauge.End();
    }

    private void Pass(double milliseconds, TurnPart part)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _gauge.Over(part);
    }
}

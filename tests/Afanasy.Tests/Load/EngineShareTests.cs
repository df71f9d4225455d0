using AfLoad.Figures;

namespace Afanasy.Tests.Load;

public sealed class EngineShareTests
{
    [Test]
    public void What_grew_between_two_readings_is_told_per_second_and_in_shares()
    {
        var figures = Between(
            Reading(changes: 100, turns: 10, seconds: 5, commit: 1, [10, 10, 10]),
            Reading(changes: 700, turns: 110, seconds: 7, commit: 2.5, [10, 110, 110]),
            TimeSpan.FromSeconds(4));

        Assert.That(figures["changes_per_second"], Is.EqualTo(150));
        Assert.That(figures["turns_per_second"], Is.EqualTo(25));
        Assert.That(figures["engine_busy"], Is.EqualTo(50));
        Assert.That(figures["engine_in_commit"], Is.EqualTo(75));
    }

    [Test]
    public void A_percentile_lies_within_the_bucket_that_holds_it()
    {
        var figures = Between(Reading(0, 0, 0, 0, [5, 5, 5]), Reading(1, 100, 1, 1, [5 + 80, 5 + 98, 5 + 100]), TimeSpan.FromSeconds(1));

        Assert.That(figures["turn_p50"], Is.EqualTo(0.625).Within(1e-9), "50 of the 80 up to 1 ms");
        Assert.That(figures["turn_p99"], Is.EqualTo(2), "above the last end it is that end");
    }

    [Test]
    public void A_server_that_does_not_measure_itself_says_nothing() => Assert.That(Between(PrometheusText.Parse("afanasy_changes_total 1\n"), PrometheusText.Parse("afanasy_changes_total 2\n"), TimeSpan.FromSeconds(1)), Is.Empty);

    private static Dictionary<string, double> Between(PrometheusText before, PrometheusText after, TimeSpan elapsed) =>
        new EngineShare(before, after, elapsed).Figures().ToDictionary(figure => figure.Name, figure => figure.Value);

    private static PrometheusText Reading(long changes, long turns, double seconds, double commit, long[] upTo) => PrometheusText.Parse(
        $$"""
        # HELP afanasy_changes_total Facts.
        afanasy_changes_total {{changes}}
        afanasy_turn_seconds_bucket{le="0.001"} {{upTo[0]}}
        afanasy_turn_seconds_bucket{le="0.002"} {{upTo[1]}}
        afanasy_turn_seconds_bucket{le="+Inf"} {{upTo[2]}}
        afanasy_turn_seconds_sum {{seconds}}
        afanasy_turn_seconds_count {{turns}}
        afanasy_commit_seconds_bucket{le="0.001"} {{upTo[0]}}
        afanasy_commit_seconds_bucket{le="+Inf"} {{upTo[2]}}
        afanasy_turn_part_seconds_total{part="commit"} {{commit}}

        """);
}

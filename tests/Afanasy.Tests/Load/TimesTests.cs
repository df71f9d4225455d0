using AfLoad.Figures;

namespace Afanasy.Tests.Load;

public sealed class TimesTests
{
    [Test]
    public void Percentiles_are_of_the_sorted_times()
    {
        var times = new Times();
        for (var i = 100; i >= 1; i--) times.Add(i);

        var figures = times.Figures("answer").ToDictionary(figure => figure.Name, figure => figure.Value);

        Assert.That(figures, Is.EquivalentTo(new Dictionary<string, double> { ["answer_p50"] = 51, ["answer_p99"] = 100, ["answer_p999"] = 100, ["answer_max"] = 100 }));
    }

    [Test]
    public void Nothing_measured_has_no_figures() => Assert.That(new Times().Figures("answer"), Is.Empty);
}

using Afanasy.Simulation.Stage;

namespace Afanasy.Simulation;

/// <summary>
/// Whole days at the farm, each from one number: every promise is tried after every turn. With AFANASY_LONG=1 more and longer days;
/// with AFANASY_SEED=n the day of that number.
/// </summary>
public sealed class DayTests
{
    private const int Turns = 100;
    private const int TurnsLong = 600;
    private const int Days = 16;
    private const int DaysLong = 1000;

    private static readonly bool _isLong = Environment.GetEnvironmentVariable("AFANASY_LONG") == "1";

    private static IEnumerable<int> Seeds => Enumerable.Range(1, _isLong ? DaysLong : Days);

    [TestCaseSource(nameof(Seeds))]
    public void Any_day_at_the_farm_keeps_its_promises(int seed) => new Day(seed).Run(_isLong ? TurnsLong : Turns);

    [Test]
    public void Day_of_one_seed()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("AFANASY_SEED"), out var seed)) Assert.Ignore("AFANASY_SEED names no day.");
        new Day(seed).Run(_isLong ? TurnsLong : Turns);
    }

    [Test]
    public void The_same_number_is_the_same_day()
    {
        var (once, again) = (new Day(7).Run(Turns), new Day(7).Run(Turns));

        Assert.That(FarmText.Differences(once.Farm, again.Farm), Is.Empty);
        Assert.That(once.Journal.Committed, Has.Count.EqualTo(again.Journal.Committed.Count));
    }

    [Test]
    public void Days_are_full_enough_to_prove_something()
    {
        var farms = Enumerable.Range(1, 3).Select(seed => new Day(seed).Run(Turns)).ToList();

        Assert.That(farms.Sum(farm => farm.Books.DoneCount), Is.GreaterThan(100), "tasks done");
        Assert.That(farms.Sum(farm => farm.Crashes), Is.GreaterThan(2), "crashes");
    }
}

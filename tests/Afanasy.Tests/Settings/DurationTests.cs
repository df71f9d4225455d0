using Afanasy.Settings;

namespace Afanasy.Tests.Settings;

internal sealed class DurationTests
{
    [TestCase("10", 10_000, "10s")]
    [TestCase("1.5", 1_500, "1500ms")]
    [TestCase("500ms", 500, "500ms")]
    [TestCase("10s", 10_000, "10s")]
    [TestCase("2m", 120_000, "2m")]
    [TestCase("120s", 120_000, "2m")]
    [TestCase("1h", 3_600_000, "1h")]
    [TestCase(" 30 d ", 2_592_000_000, "30d")]
    [TestCase("2M", 120_000, "2m")]
    [TestCase("0", 0, "0s")]
    [TestCase("10000d", 864_000_000_000, "10000d")]
    public void A_duration_is_read_and_printed_in_its_shortest_form(string text, double milliseconds, string printed)
    {
        Assert.That(Duration.TryParse(text, out var duration), Is.True);
        Assert.That(duration.TotalMilliseconds, Is.EqualTo(milliseconds));
        Assert.That(Duration.Format(duration), Is.EqualTo(printed));
    }

    [TestCase("")]
    [TestCase("s")]
    [TestCase("ten")]
    [TestCase("-1")]
    [TestCase("1,5s")]
    [TestCase("1e9")]
    [TestCase("NaN")]
    [TestCase("10001d")]
    [TestCase("999999999999999999999999999999999999")]
    [TestCase("1 2s")]
    public void What_is_no_duration_is_refused(string text) =>
        Assert.That(Duration.TryParse(text, out _), Is.False);

    [Test]
    public void What_is_printed_reads_back_the_same([Random(100)] uint microseconds)
    {
        var duration = TimeSpan.FromMicroseconds(microseconds);

        Assert.That(Duration.TryParse(Duration.Format(duration), out var read), Is.True);
        Assert.That(read, Is.EqualTo(duration));
    }
}

using Afanasy.Settings;

namespace Afanasy.Tests.Settings;

internal sealed class NearestNameTests
{
    private static readonly string[] _names = ["bind", "port", "coordinate-port", "store", "postgres", "log-level", "log-format"];

    [TestCase("prot", "port")]
    [TestCase("Port", "port")]
    [TestCase("pport", "port")]
    [TestCase("coord", "coordinate-port")]
    [TestCase("cordinate-prot", "coordinate-port")]
    [TestCase("log-levle", "log-level")]
    [TestCase("postgresql", "postgres")]
    [TestCase("stoer", "store")]
    public void A_misspelled_word_finds_its_name(string word, string name) =>
        Assert.That(NearestName.Of(word, _names), Is.EqualTo(name));

    [TestCase("")]
    [TestCase("x")]
    [TestCase("colour")]
    [TestCase("qqqqqqqq")]
    public void A_strange_word_finds_none(string word) =>
        Assert.That(NearestName.Of(word, _names), Is.Null);

    [Test]
    public void A_word_of_any_length_costs_little() =>
        Assert.That(NearestName.Of(new string('p', 10_000_000), _names), Is.Null);
}

using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class NearNamesTests
{
    [TestCase("", "", ExpectedResult = 0)]
    [TestCase("name", "name", ExpectedResult = 0)]
    [TestCase("", "abc", ExpectedResult = 3)]
    [TestCase("nope", "name", ExpectedResult = 2)]
    [TestCase("comand", "command", ExpectedResult = 1)]
    [TestCase("kitten", "sitting", ExpectedResult = 3)]
    public int The_distance_counts_letters(string a, string b) => NearNames.Distance(a, b);

    [TestCase("frames_inc", "frame_inc")]
    [TestCase("", "name")]
    [TestCase("user_name", "host_name")]
    [TestCase("abcabc", "cbacba")]
    public void The_distance_is_the_same_both_ways(string a, string b)
    {
        Assert.That(NearNames.Distance(a, b), Is.EqualTo(NearNames.Distance(b, a)));
        Assert.That(NearNames.Distance(a, b), Is.InRange(Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length)));
    }

    [Test]
    public void A_name_from_outside_that_is_very_long_is_near_to_nothing() =>
        Assert.That(NearNames.Nearest(new string('x', 1_000_000), [new string('x', 60)]), Is.Null);

    [TestCase("nope", ExpectedResult = null)]
    [TestCase("nam", ExpectedResult = "name")]
    [TestCase("frames_per_taks", ExpectedResult = "frames_per_task")]
    [TestCase("farmes_inc", ExpectedResult = "frames_inc")]
    [TestCase("x", ExpectedResult = null)]
    public string? What_is_near_depends_on_the_length(string name) => NearNames.Nearest(name, ["name", "frames_inc", "frames_per_task", "to"]);

    [Test]
    public void Of_two_the_nearer_is_meant() => Assert.That(NearNames.Nearest("frame_lost", ["frame_first", "frame_last"]), Is.EqualTo("frame_last"));
}

using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class CommandPatternTests
{
    [TestCase("r -s @#@ -e @#@", 7, 9, ExpectedResult = "r -s 7 -e 9")]
    [TestCase("@####@ @##@ @#@", 7, 123, ExpectedResult = "0007 123 7")]
    [TestCase("@####@", -5, 9, ExpectedResult = "-005")]
    [TestCase("@#@ @##@ @#@", -5, -12, ExpectedResult = "-5 -12 -5")]
    [TestCase("@###@@###@", 1, 2, ExpectedResult = "001002")]
    [TestCase("@@#@@", 3, 4, ExpectedResult = "@3@")]
    [TestCase("a@b.c #@ @## @ @@ @", 1, 2, ExpectedResult = "a@b.c #@ @## @ @@ @")]
    [TestCase("@##", 1, 2, ExpectedResult = "@##")]
    [TestCase("", 1, 2, ExpectedResult = "")]
    [TestCase("@#@", -2147483647, 0, ExpectedResult = "-2147483647")]
    public string Frames_take_turns_and_are_padded(string pattern, long first, long last) => CommandPattern.FillFrames(pattern, new FrameSpan(first, last, 1));

    [TestCase("run @#@ now", "a.py", ExpectedResult = "run a.py now")]
    [TestCase("@#@ @#@", "a", ExpectedResult = "a a")]
    [TestCase("run", "a.py", ExpectedResult = "run a.py")]
    [TestCase("run", "", ExpectedResult = "run")]
    [TestCase("run @#@", "", ExpectedResult = "run ")]
    [TestCase("", "a.py", ExpectedResult = "a.py")]
    [TestCase("run @##@", "a", ExpectedResult = "run @##@ a")]
    [TestCase("run @#@", "@#@", ExpectedResult = "run @#@")]
    public string A_listed_task_stands_where_the_mark_is_or_behind(string pattern, string task) => CommandPattern.FillTask(pattern, task);

    [Test]
    public void Files_are_one_for_each_frame()
    {
        Assert.That(CommandPattern.FillFiles("out.@##@.png", new FrameSpan(-1, 5, 3)), Is.EqualTo(new[] { "out.-1.png", "out.02.png", "out.05.png" }));
        Assert.That(CommandPattern.FillFiles("a@#@_@#@", new FrameSpan(1, 2, 1)), Is.EqualTo(new[] { "a1_1", "a2_2" }));
        Assert.That(CommandPattern.FillFiles("movie.mp4", new FrameSpan(1, 100, 1)), Is.EqualTo(new[] { "movie.mp4" }));
    }
}

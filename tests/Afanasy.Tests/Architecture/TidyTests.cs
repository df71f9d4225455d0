using System.Text.RegularExpressions;

namespace Afanasy.Tests.Architecture;

public sealed partial class TidyTests
{
    private const int LinesMax = 400;

    private const string Itself = "tests/Afanasy.Tests/Architecture/TidyTests.cs";

    /// <summary>The one place that waits by looking again, for what nobody announces, the tests of a clock that is moved by hand, and a network that delays.</summary>
    private static readonly string[] _maySleep =
    [
        "tests/Afanasy.Tests/Support/Eventually.cs", "tests/Afanasy.Tests/Support/ManualTimeTests.cs", "tests/Afanasy.EndToEnd/Support/Until.cs",
        "tests/Shared/ProxyLine.cs",
    ];

    /// <summary>Longer files, each with its reason.</summary>
    private static readonly Dictionary<string, string> _long = [];

    private static IEnumerable<string> Sources => Repository.Sources.Where(file => file != Itself);

    [Test]
    public void Tests_do_not_sleep() =>
        Assert.That(Lines(Sources.Where(file => file.StartsWith("tests/", StringComparison.Ordinal) && !_maySleep.Contains(file)), Sleep()), Is.Empty);

    [Test]
    public void Nothing_is_put_off_in_a_comment() => Assert.That(Lines(Sources, PutOff()), Is.Empty);

    [Test]
    public void No_warning_is_switched_off_in_a_file() => Assert.That(Lines(Sources, Pragma()), Is.Empty);

    [Test]
    public void An_exception_that_is_passed_over_says_why() =>
        Assert.That(Sources.SelectMany(file => EmptyCatch().Matches(Repository.Read(file)).Select(match => $"{file}: {match.Value}")), Is.Empty);

    [Test]
    public void No_file_is_longer_than_one_can_judge()
    {
        var tooLong = Sources.Where(file => !_long.ContainsKey(file)).Select(file => (File: file, Lines: Repository.Read(file).Count(letter => letter == '\n'))).Where(file => file.Lines > LinesMax);

        Assert.That(tooLong, Is.Empty);
        Assert.That(_long.Keys.Where(file => !File.Exists(Path.Combine(Repository.Root, file))), Is.Empty, "exceptions that are no more");
    }

    [Test]
    public void NLog_is_known_in_one_room_only() =>
        Assert.That(Lines(Sources.Where(file => !file.StartsWith("lib/Logging/", StringComparison.Ordinal)), NLogUsed()), Is.Empty);

    [Test]
    public void Nothing_that_is_made_is_kept()
    {
        if (Repository.Tracked() is not { } tracked)
        {
            Assert.Ignore("The sources came without git.");
            return;
        }

        Assert.That(tracked, Is.Not.Empty);
        Assert.That(tracked.Where(file => Made().IsMatch(file) && !file.Contains("/samples/", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("bin/Debug/a.dll", ExpectedResult = true)]
    [TestCase("afwatch/web/node_modules/x/index.js", ExpectedResult = true)]
    [TestCase("farm.db", ExpectedResult = true)]
    [TestCase("data/farm.db-wal", ExpectedResult = true)]
    [TestCase("lib/Model/Ids.cs", ExpectedResult = false)]
    [TestCase("doc/objects.md", ExpectedResult = false)]
    public bool What_is_made_is_known(string file) => Made().IsMatch(file);

    [TestCase("try { A(); } catch (IOException) { }", ExpectedResult = true)]
    [TestCase("catch (IOException e) when (e.HResult == 1)\n        {\n        }", ExpectedResult = true)]
    [TestCase("catch { }", ExpectedResult = true)]
    [TestCase("catch (IOException)\n{\n    // Gone already.\n}", ExpectedResult = false)]
    [TestCase("catch (IOException)\n{\n    return;\n}", ExpectedResult = false)]
    public bool A_catch_without_a_word_is_seen(string code) => EmptyCatch().IsMatch(code);

    private static IEnumerable<string> Lines(IEnumerable<string> files, Regex pattern) =>
        from file in files
        from line in Repository.Read(file).Split('\n').Select((text, index) => (Text: text.Trim(), Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{file}:{line.Number}: {line.Text}";

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex PutOff();

    [GeneratedRegex(@"^\s*#pragma warning disable")]
    private static partial Regex Pragma();

    [GeneratedRegex(@"catch\b[^{}]*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"^using (static )?NLog\b|(?<![\w.""])NLog\.[A-Z]")]
    private static partial Regex NLogUsed();

    [GeneratedRegex(@"(^|/)(bin|obj|node_modules|dist|artifacts|TestResults)/|\.(db|db-wal|db-shm|sqlite|pyc|user|suo)$")]
    private static partial Regex Made();
}

using System.Text.RegularExpressions;
using Afanasy.Model;
using FsCheck;
using FsCheck.Fluent;

namespace Afanasy.Tests.Model;

public sealed class NameMaskTests
{
    private static readonly char[] _letters = ['a', 'b', 'A', '|', ';', ',', ':', ' '];

    [TestCase("", "any", ExpectedResult = true)]
    [TestCase("lin", "linux-7", ExpectedResult = true)]
    [TestCase("nux", "linux-7", ExpectedResult = false)]
    [TestCase("LIN", "linux-7", ExpectedResult = false)]
    [TestCase("mac,lin", "linux-7", ExpectedResult = true)]
    [TestCase("mac|lin;win:sun x", "linux-7", ExpectedResult = true)]
    [TestCase(" | ; ", "linux-7", ExpectedResult = true, Description = "no words are no mask")]
    [TestCase(".*", "linux-7", ExpectedResult = false)]
    public bool Find_takes_names_that_begin_with_a_word(string pattern, string name) => NameMask.Of(pattern, MaskDialect.Find).Accepts(name);

    [TestCase("", "any", ExpectedResult = true)]
    [TestCase("nux", "linux-7", ExpectedResult = true)]
    [TestCase("mac 7", "linux-7", ExpectedResult = true)]
    [TestCase("NUX", "linux-7", ExpectedResult = false)]
    [TestCase("mac", "linux-7", ExpectedResult = false)]
    public bool Contain_takes_names_that_hold_a_word(string pattern, string name) => NameMask.Of(pattern, MaskDialect.Contain).Accepts(name);

    [TestCase("", "any", ExpectedResult = true)]
    [TestCase("lin", "linux-7", ExpectedResult = false)]
    [TestCase("lin.*", "linux-7", ExpectedResult = true)]
    [TestCase("mac|linux-[0-9]", "linux-7", ExpectedResult = true)]
    [TestCase("linux-7|mac", "linux-77", ExpectedResult = false)]
    [TestCase("linux-7", "linux-7\n", ExpectedResult = false)]
    [TestCase("LINUX-7", "linux-7", ExpectedResult = false)]
    public bool Regex_takes_names_that_it_matches_wholly(string pattern, string name) => NameMask.Of(pattern, MaskDialect.Regex).Accepts(name);

    [Test]
    public void Case_is_ignored_when_asked([Values] MaskDialect dialect)
    {
        Assert.That(NameMask.Of("LINUX", dialect, ignoreCase: true).Accepts("linux"), Is.True);
        Assert.That(NameMask.Of("linux", dialect, ignoreCase: true).Accepts("LiNuX"), Is.True);
        Assert.That(NameMask.Of("LINUX", dialect).Accepts("linux"), Is.False);
    }

    [Test]
    public void Words_are_found_as_their_dialect_says([Values(MaskDialect.Find, MaskDialect.Contain)] MaskDialect dialect)
    {
        var texts = Gen.Elements(_letters).ArrayOf().Select(letters => new string(letters)).ToArbitrary();

        Prop.ForAll(texts, texts, (pattern, name) =>
        {
            var words = Regex.Split(pattern, "[|;,: ]").Where(word => word.Length > 0).ToList();
            var expected = words.Count == 0 || words.Exists(word =>
            {
                var at = name.IndexOf(word, StringComparison.Ordinal);
                return dialect == MaskDialect.Find ? at == 0 : at >= 0;
            });
            return NameMask.Of(pattern, dialect).Accepts(name) == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Alternatives_of_a_regex_are_the_names_themselves()
    {
        var names = Gen.Elements('a', 'b', '.', '+').ArrayOf().Select(letters => new string(letters));
        var lists = names.Where(name => name.Length > 0).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();

        Prop.ForAll(lists, names.ToArbitrary(), (list, name) =>
            NameMask.Of(string.Join('|', list.Select(Regex.Escape)), MaskDialect.Regex).Accepts(name) == list.Contains(name)).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Excluding_inverts_every_mask_but_an_empty_one([Values] MaskDialect dialect)
    {
        var texts = Gen.Elements('a', 'b', '|').ArrayOf().Select(letters => new string(letters)).ToArbitrary();

        Prop.ForAll(texts, texts, (pattern, name) =>
        {
            var mask = NameMask.Of(pattern, dialect);
            var inverted = NameMask.Of(pattern, dialect, excludes: true).Accepts(name);
            return mask.AcceptsAll ? inverted : inverted != mask.Accepts(name);
        }).QuickCheckThrowOnFailure();
        Assert.That(NameMask.Of("", dialect, excludes: true).Accepts("any"), Is.True);
        Assert.That(NameMask.Of("any", dialect, excludes: true).Accepts("any"), Is.False);
    }

    [TestCase("(")]
    [TestCase("a)|(b")]
    [TestCase(@"(a)\1")]
    [TestCase("(?=a)a")]
    [TestCase("(?x)a #b")]
    public void A_regex_that_cannot_be_used_is_a_problem(string pattern)
    {
        Assert.That(NameMask.Problem(pattern, MaskDialect.Regex), Does.StartWith("is not a regular expression that can be used: "));
        Assert.That(NameMask.Problem(pattern, MaskDialect.Find), Is.Null);
    }

    [Test]
    public void A_pattern_has_a_greatest_length([Values] MaskDialect dialect)
    {
        Assert.That(NameMask.Problem(new string('a', NameMask.PatternLengthMax), dialect), Is.Null);
        Assert.That(NameMask.Problem(new string('a', NameMask.PatternLengthMax + 1), dialect), Is.EqualTo("must be at most 1024 characters, has 1025"));
        Assert.That(NameMask.Problem("", dialect), Is.Null);
    }
}

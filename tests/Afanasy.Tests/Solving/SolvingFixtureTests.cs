namespace Afanasy.Tests.Solving;

/// <summary>The tables of who gets the next task, and why: each case of <c>fixtures</c> is a test.</summary>
public sealed class SolvingFixtureTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        SolvingCase.All.Select(table => new TestCaseData(table).SetArgDisplayNames($"{table.File}: {table.Title}"));

    [TestCaseSource(nameof(Cases))]
    public void Each_case_comes_out_as_it_says(object table) => new SolvingBench().Play((SolvingCase)table);

    [Test]
    public void No_two_cases_have_the_same_title() =>
        Assert.That(SolvingCase.All.Select(table => table.Title), Is.Unique);

    [Test]
    public void Every_case_expects_something() =>
        Assert.That(SolvingCase.All.Where(table => !table.Lines.Any(line => line.Verb is ">" or "?" or "=" or "grants" or "room" or "lands")), Is.Empty);
}

using AfCmd;
using AfCmd.Server;

namespace Afanasy.Tests.Command;

public sealed class NumbersTests
{
    [TestCase("5", new[] { 5 })]
    [TestCase("1-5,9", new[] { 1, 2, 3, 4, 5, 9 })]
    [TestCase("7 3-4 4,7", new[] { 7, 3, 4 })]
    [TestCase("0", new[] { 0 })]
    public void Numbers_and_ranges_come_in_the_order_given_each_once(string words, int[] expected)
    {
        var problems = new List<string>();

        var numbers = Numbers.Parse(words.Split(' '), "--tasks", 0, problems.Add);

        Assert.That(problems, Is.Empty);
        Assert.That(numbers, Is.EqualTo(expected));
    }

    [TestCase("", 1)]
    [TestCase("-5", 1)]
    [TestCase("5-", 1)]
    [TestCase("1,,2", 1)]
    [TestCase("+1", 1)]
    [TestCase("4-2 x 9999999999", 3)]
    [TestCase("2147483640-2147483647", 1)]
    public void Every_word_that_is_no_number_is_a_problem(string words, int expected)
    {
        var problems = new List<string>();

        Numbers.Parse(words.Split(' '), "--tasks", 0, problems.Add);

        Assert.That(problems, Has.Count.EqualTo(expected));
    }

    [Test]
    public void Smaller_than_the_smallest_is_a_problem()
    {
        var problems = new List<string>();

        Numbers.Parse(["0-3"], "ID", 1, problems.Add);

        Assert.That(problems, Is.EqualTo(new[] { "ID: '0-3' must be a number from 1 or a range such as 1-5" }));
    }

    [TestCase(new[] { 3, 4, 9, 1 }, "1,3-4,9")]
    [TestCase(new[] { 5 }, "5")]
    public void A_list_is_said_again_in_ranges(int[] numbers, string expected) => Assert.That(Numbers.Ranges(numbers), Is.EqualTo(expected));

    [TestCase("farm", "farm:51000")]
    [TestCase("farm:80", "farm:80")]
    [TestCase("[::1]:5", "[::1]:5")]
    [TestCase("[::1]", "[::1]:51000")]
    public void An_address_needs_no_port(string text, string expected)
    {
        Assert.That(ServerAddress.TryParse(text, out var address, out _), Is.True);
        Assert.That(address.ToString(), Is.EqualTo(expected));
        Assert.That(address.Http.Port, Is.EqualTo(address.Port));
    }

    [TestCase("")]
    [TestCase(":5")]
    [TestCase("farm:0")]
    [TestCase("farm:")]
    [TestCase("http://farm:5")]
    public void What_is_no_address_is_refused(string text) => Assert.That(ServerAddress.TryParse(text, out _, out _), Is.False);
}

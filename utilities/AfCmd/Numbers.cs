using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AfCmd;

/// <summary>Reads numbers and ranges such as <c>1-5,9</c> from a command line, and names every word that is none.</summary>
internal static class Numbers
{
    /// <summary>Numbers that one command may name: a slip such as 1-999999999 must not become a billion requests or a body of gigabytes.</summary>
    public const int CountMax = 100_000;

    /// <summary>Words are lists themselves, separated by commas. Numbers come back in the order given, each once.</summary>
    public static IReadOnlyList<int> Parse(IEnumerable<string> words, string what, int smallest, Action<string> problem)
    {
        var numbers = new List<int>();
        var seen = new HashSet<int>();
        foreach (var word in words.SelectMany(w => w.Split(',')))
        {
            if (!TryRange(word.Trim(), smallest, out var first, out var last))
            {
                problem($"{what}: '{word}' must be a number from {smallest} or a range such as {smallest}-{smallest + 4}");
                continue;
            }

            if ((long)last - first + 1 + numbers.Count > CountMax)
            {
                problem($"{what}: '{word}' is too much, one command may name at most {CountMax}");
                continue;
            }

            for (var number = first; number <= last; number++)
            {
                if (seen.Add(number)) numbers.Add(number);
            }
        }

        return numbers;
    }

    public static Option<IReadOnlyList<int>?> ListOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "0,2-4",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Parse(result.Tokens.Select(t => t.Value), name, 0, result.AddError),
    };

    public static Option<int> Option(string name, string description, int smallest, int largest, int standard) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => One(result, name, smallest, largest),
    };

    public static Option<int?> OptionalOption(string name, string description, int smallest) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => One(result, name, smallest, int.MaxValue),
    };

    public static Argument<int?> OptionalArgument(string name, string description, int smallest) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => One(result, name, smallest, int.MaxValue),
    };

    public static Argument<int> Argument(string name, string description, int smallest) => new(name)
    {
        Description = description,
        CustomParser = result => One(result, name, smallest, int.MaxValue),
    };

    public static Argument<IReadOnlyList<int>> Jobs() => new("ID")
    {
        Description = "Numbers of jobs: 5, several (5 7), a list (5,7) or a range (5-9).",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Parse(result.Tokens.Select(t => t.Value), "ID", 1, result.AddError),
    };

    /// <summary>The shortest way to say a list again: 1-3,7.</summary>
    public static string Ranges(IReadOnlyList<int> numbers)
    {
        var sorted = numbers.Order().ToList();
        var parts = new List<string>();
        for (var i = 0; i < sorted.Count; i++)
        {
            var first = sorted[i];
            while (i + 1 < sorted.Count && sorted[i + 1] == sorted[i] + 1) i++;
            parts.Add(first == sorted[i] ? $"{first}" : $"{first}-{sorted[i]}");
        }

        return string.Join(',', parts);
    }

    private static int One(ArgumentResult result, string what, int smallest, int largest)
    {
        var word = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryNumber(word, out var number) && number >= smallest && number <= largest) return number;
        result.AddError(largest == int.MaxValue
            ? $"{what}: must be a number from {smallest}, was '{word}'"
            : $"{what}: must be a number from {smallest} to {largest}, was '{word}'");
        return smallest;
    }

    private static bool TryRange(string word, int smallest, out int first, out int last)
    {
        last = 0;
        var dash = word.IndexOf('-');
        if (dash < 0) return TryNumber(word, out first) && (last = first) >= smallest;
        return TryNumber(word[..dash], out first) & TryNumber(word[(dash + 1)..], out last) && first >= smallest && last >= first && last < int.MaxValue;
    }

    private static bool TryNumber(string word, out int number) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

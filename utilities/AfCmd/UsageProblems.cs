using System.CommandLine;
using System.CommandLine.Parsing;
using Afanasy.Model;

namespace AfCmd;

/// <summary>Everything that is wrong with a command line, at once and in our words, with the nearest name for what is misspelled.</summary>
internal static class UsageProblems
{
    /// <summary>More letters wrong than this, or than half of the word, is another word, not a slip.</summary>
    private const int SlipMax = 3;

    public static IEnumerable<string> Of(ParseResult line)
    {
        var command = line.CommandResult.Command;
        if (command is RootCommand)
        {
            // Without a command nothing else can be judged: its arguments belong to the command that is missing.
            var word = line.UnmatchedTokens is [var first, ..] ? first : null;
            return word is null ? ["Say what to do: no command is given."]
                : word.StartsWith('-') ? [NoSuchOption(word, command)]
                : [$"There is no command '{word}'.{Nearest(word, command.Subcommands.Select(c => c.Name))}"];
        }

        var strays = Strays(line).Distinct().ToList();
        var missing = command.Arguments.Where(a => (line.GetResult(a)?.Tokens.Count ?? 0) < a.Arity.MinimumNumberOfValues).ToList();

        // A misspelled option was taken for an argument: what the parser says about that word would only mislead.
        var judged = line.Errors
            .Where(e => e.SymbolResult is not CommandResult || missing.Count == 0)
            .Where(e => e.SymbolResult is not ArgumentResult { Tokens.Count: 0 } argument || !missing.Contains(argument.Argument))
            .Select(e => e.Message)
            .Where(m => !strays.Any(s => m.Contains($"'{s}'", StringComparison.Ordinal)));
        return strays.Select(stray => NoSuchOption(stray, command))
            .Concat(missing.Select(a => $"{a.Name}: is missing. {a.Description}"))
            .Concat(judged)
            .Concat(command is FarmCommand farm ? farm.Contradictions(line) : []);
    }

    private static IEnumerable<string> Strays(ParseResult line)
    {
        var arguments = line.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        return arguments.Concat(line.UnmatchedTokens).Where(word => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2);
    }

    private static string NoSuchOption(string word, Command command)
    {
        var name = word.Split('=', ':')[0];
        var options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(c => c.Options)).Select(o => o.Name);
        return $"There is no option '{name}' here.{Nearest(name, options)}";
    }

    public static string Nearest(string word, IEnumerable<string> names)
    {
        var slipMax = Math.Min(SlipMax, word.TrimStart('-').Length / 2);
        var best = names.Select(name => (Name: name, Distance: NearNames.Distance(word.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(n => n.Distance <= slipMax).OrderBy(n => n.Distance).FirstOrDefault();
        return best.Name is null ? "" : $" Did you mean '{best.Name}'?";
    }
}

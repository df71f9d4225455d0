using System.CommandLine;
using System.CommandLine.Parsing;

namespace AfCmd.Commands;

/// <summary>What all lists have in common: filter, order, and the window of rows that the server cuts.</summary>
internal static class Listing
{
    /// <summary>The server's largest window.</summary>
    public const int LimitMax = 1000;

    private const int LimitDefault = 100;

    public static Argument<string[]> Filter(string description) => new("FILTER") { Description = description, Arity = ArgumentArity.ZeroOrMore };

    public static Option<string> Sort(string description) => new("--sort") { Description = description, HelpName = "COLUMN" };

    public static Option<int> From() => Numbers.Option("--from", "Leave out so many rows first.", 0, int.MaxValue, 0);

    public static Option<int> Limit() => Numbers.Option("--limit", $"Show at most so many rows, up to {LimitMax}.", 1, LimitMax, LimitDefault);

    public static string Words(ParseResult line, Argument<string[]> filter) => string.Join(' ', line.GetValue(filter) ?? []);

    public static string Query(ParseResult line, string filter, Option<string>? sort, Option<int> from, Option<int> limit)
    {
        var query = $"?from={line.GetValue(from)}&limit={line.GetValue(limit)}";
        if (filter.Length > 0) query += $"&filter={Uri.EscapeDataString(filter)}";
        if (sort is not null && line.GetValue(sort) is { } column) query += $"&sort={Uri.EscapeDataString(column)}";
        return query;
    }

    /// <summary>A list that is cut must not look complete.</summary>
    public static void SayWhatIsLeft(CommandSession session, long shown, int from, long total, string whenEmpty)
    {
        if (total == 0) session.Note(whenEmpty);
        else if (shown < total) session.Note($"{shown} of {total} shown{(from > 0 ? $", from {from}" : "")}. --limit (up to {LimitMax}) and --from show the others.");
    }
}

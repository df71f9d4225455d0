using AfServer.Gateways.Views;

namespace AfServer.Gateways.Rest;

/// <summary>Which part of a list is asked for. Every list is a window: no answer grows with the farm.</summary>
internal sealed record ListQuery(string Filter, string Sort, int From, int Limit)
{
    public const int LimitDefault = 100;
    public const int LimitMax = 1000;

    public static (ListQuery? Query, IResult? Problem) Read(string? filter, string? sort, int? from, int? limit, IReadOnlyCollection<string> sorts)
    {
        if (from is < 0) return (null, Problems.Field("from", $"must not be negative, was {from}"));
        if (limit is < 1 or > LimitMax) return (null, Problems.Field("limit", $"must be 1 to {LimitMax}, was {limit}"));
        if (!string.IsNullOrEmpty(sort) && !sorts.Contains(sort.TrimStart('-')))
            return (null, Problems.Field("sort", $"must be one of {string.Join(", ", sorts)}, with - in front to reverse, was '{sort}'"));
        return (new ListQuery(filter ?? "", sort ?? "", from ?? 0, limit ?? LimitDefault), null);
    }

    public bool IsReversed => Sort.StartsWith('-');

    public string SortWord => Sort.TrimStart('-');

    /// <summary>The window of an ordered list, and how many rows there are in all.</summary>
    public (IReadOnlyList<T> Rows, int Total) Cut<T>(IEnumerable<T> ordered)
    {
        var all = (IsReversed ? ordered.Reverse() : ordered).ToList();
        return ([.. all.Skip(From).Take(Limit)], all.Count);
    }

    /// <summary>Whether every word of the filter holds: free text in any of the texts, <c>key:a,b</c> in the named field, <c>-</c> in front negates.</summary>
    public bool Accepts(IReadOnlyList<string> texts, Func<string, string?> field)
    {
        foreach (var word in Filter.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var negated = word.Length > 1 && word[0] == '-';
            if (Holds(negated ? word[1..] : word, texts, field) == negated) return false;
        }

        return true;
    }

    private static bool Holds(string word, IReadOnlyList<string> texts, Func<string, string?> field)
    {
        var colon = word.IndexOf(':');
        if (colon > 0 && field(word[..colon]) is { } value)
            return word[(colon + 1)..].Split(',').Any(wanted => value.Equals(wanted, StringComparison.OrdinalIgnoreCase));
        return texts.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}

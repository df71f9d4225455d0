namespace AfServer.Solving;

/// <summary>Renders left out for one reason, and what would let them in.</summary>
internal sealed record Exclusion(Misfit Reason, int Count, string Detail, string Advice);

/// <summary>
/// Why something does not start now: one sentence, what to change, and the renders that each reason excludes in the order in which it
/// is tested. The sentence is null when there is nothing to explain: it runs, or it is done.
/// </summary>
internal sealed record Explanation(string? Reason, string? Advice, int Renders, int Fitting, IReadOnlyList<Exclusion> Excluded)
{
    public static Explanation Nothing { get; } = Only(null);

    public static Explanation Only(string? reason, string? advice = null) => new(reason, advice, 0, 0, []);
}

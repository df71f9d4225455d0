using System.Text.Json;
using System.Text.Json.Serialization;
using AfServer.Solving;

namespace AfServer.Gateways.Views;

/// <summary>
/// Why something does not start now, or a render takes nothing. Of a render, <c>renders</c> and the counts are not renders but waiting
/// blocks.
/// </summary>
internal sealed record WhyAnswer
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Job { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Block { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Task { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Render { get; init; }

    public required string State { get; init; }
    public required string? Reason { get; init; }
    public required string? Advice { get; init; }
    public required int Renders { get; init; }
    public required int Fitting { get; init; }

    /// <summary>In the order in which the solver tests.</summary>
    public required IReadOnlyList<WhyExclusion> Excluded { get; init; }

    public static WhyAnswer Of(Explanation why, string state) => new()
    {
        State = state,
        Reason = why.Reason,
        Advice = why.Advice,
        Renders = why.Renders,
        Fitting = why.Fitting,
        Excluded = [.. why.Excluded.Select(excluded => new WhyExclusion(Word(excluded.Reason), excluded.Count, excluded.Detail, excluded.Advice))],
    };

    private static string Word(Misfit misfit) => JsonNamingPolicy.SnakeCaseLower.ConvertName(misfit.ToString());
}

internal sealed record WhyExclusion(string Reason, int Count, string Detail, string Advice);

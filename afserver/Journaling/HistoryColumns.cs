using System.Collections.Frozen;
using System.Globalization;
using Afanasy.Model;

namespace AfServer.Journaling;

/// <summary>How values stand in the history's tables: times as RFC 3339 in UTC with milliseconds, outcomes as words.</summary>
internal static class HistoryColumns
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly FrozenDictionary<RunOutcome, string> _words = Enum.GetValues<RunOutcome>().ToFrozenDictionary(o => o, o => o.Word());
    private static readonly FrozenDictionary<string, RunOutcome> _outcomes = _words.ToFrozenDictionary(o => o.Value, o => o.Key);

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string? Text(DateTimeOffset? time) => time is { } known ? Text(known) : null;

    public static DateTimeOffset Time(string text) =>
        new(DateTime.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal), TimeSpan.Zero);

    public static string Text(RunOutcome outcome) => _words[outcome];

    public static RunOutcome Outcome(string word) =>
        _outcomes.TryGetValue(word, out var outcome) ? outcome : throw new FormatException($"'{word}' is not a run outcome.");
}

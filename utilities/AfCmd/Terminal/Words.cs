using System.Text;
using Spectre.Console;

namespace AfCmd.Terminal;

/// <summary>How values read for people.</summary>
internal static class Words
{
    public static Style ProblemStyle { get; } = new(Color.Olive);

    public static Style StateStyle(string state) => state switch
    {
        "done" or "busy" => new Style(Color.Green),
        "running" => new Style(Color.Olive),
        "ready" or "idle" => new Style(Color.Blue),
        "waiting" => new Style(Color.Purple),
        "error" or "failed" or "not started" or "render lost" => new Style(Color.Red, decoration: Decoration.Bold),
        "skipped" or "suspended" or "paused" or "offline" or "stopped" => new Style(Color.Grey),
        _ => Style.Plain,
    };

    /// <summary>Names come from strangers: a control character in one must not steer the terminal of who looks.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(c is '\n' or '\r' or '\t' ? ' ' : char.IsControl(c) ? '?' : c);
        return clean.ToString();
    }

    public static string Percent(double progress) => $"{Math.Clamp((int)progress, 0, 100)} %";

    public static string Time(DateTimeOffset? time) => time is { } t ? t.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss") + "Z" : "-";

    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) duration = TimeSpan.Zero;
        return duration.TotalMinutes < 1 ? $"{duration.TotalSeconds:0.0}s"
            : duration.TotalHours < 1 ? $"{duration.Minutes}m {duration.Seconds:00}s"
            : $"{(int)duration.TotalHours}h {duration.Minutes:00}m";
    }

    public static string Count(long count, string one, string? many = null) => count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    public static string OrDash(string? text) => string.IsNullOrEmpty(text) ? "-" : text;
}

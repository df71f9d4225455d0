using System.Text.RegularExpressions;
using Afanasy.Model;

namespace AfRender.Parsing;

/// <summary>Learns from the lines that a run prints how its end is to be taken, by the patterns of its service. One thread at a time.</summary>
internal sealed class OutputVerdict(ServiceDescription? service)
{
    /// <summary>A reason is one or two sentences.</summary>
    private const int LineCharsMax = 300;

    private readonly Sought[] _kinds =
    [
        // The strongest first.
        new(RunOutcome.FatalError, service?.Fatal ?? [], OnlyIfFailed: false),
        new(RunOutcome.LicenceShortage, service?.Licence ?? [], OnlyIfFailed: true),
        new(RunOutcome.OutOfMemory, service?.Memory ?? [], OnlyIfFailed: true),
        new(RunOutcome.ParserError, service?.Errors ?? [], OnlyIfFailed: false),
    ];

    /// <summary>False when no line can say anything, so that lines need not be decoded.</summary>
    public bool IsOfUse => _kinds.Any(kind => kind.Patterns.Count > 0);

    /// <summary>Takes one line in; of each kind the first counts.</summary>
    public void Read(string line)
    {
        foreach (var kind in _kinds)
        {
            if (kind.Line is null && kind.Patterns.Any(pattern => pattern.IsMatch(line))) kind.Line = Short(line.Trim());
        }
    }

    /// <summary>What the output says of a command that has ended with this code, and the line that says it; null when it says nothing.</summary>
    public (RunOutcome Outcome, string Line)? Of(int exitCode)
    {
        foreach (var kind in _kinds)
        {
            if (kind.Line is { } line && (exitCode != 0 || !kind.OnlyIfFailed)) return (kind.Outcome, line);
        }

        return null;
    }

    private static string Short(string line) => line.Length <= LineCharsMax ? line : line[..LineCharsMax] + "…";

    private sealed record Sought(RunOutcome Outcome, IReadOnlyList<Regex> Patterns, bool OnlyIfFailed)
    {
        public string? Line { get; set; }
    }
}

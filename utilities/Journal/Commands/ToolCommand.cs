using System.CommandLine;

namespace AfJournal.Commands;

/// <summary>A command with the examples that its help shows, and what it forbids.</summary>
internal sealed class ToolCommand(string name, string description) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What is wrong with a line although each of its words is right.</summary>
    public Func<ParseResult, IEnumerable<string>> Contradictions { get; init; } = _ => [];
}

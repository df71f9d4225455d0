using System.CommandLine;

namespace AfCmd;

/// <summary>A command with the examples that its help shows, and what it forbids.</summary>
internal sealed class FarmCommand(string name, string description) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What can be said in place of its last argument, and what that does; help lists it.</summary>
    public IReadOnlyList<(string Usage, string Description)> Operations { get; init; } = [];

    /// <summary>What is wrong with a line although each of its words is right.</summary>
    public Func<ParseResult, IEnumerable<string>> Contradictions { get; set; } = _ => [];
}

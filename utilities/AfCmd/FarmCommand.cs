using System.CommandLine;

namespace AfCmd;

/// <summary>A command with the examples that its help shows.</summary>
internal sealed class FarmCommand(string name, string description) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; init; } = [];
}

using AfCmd.Server;
using AfCmd.Terminal;

namespace AfCmd;

/// <summary>One command while it runs: the console it speaks to, the servers it asks, and in whose name.</summary>
internal sealed class CommandSession(CommandConsole console, IReadOnlyList<ServerAddress> servers, string? token) : IDisposable
{
    public CommandConsole Console => console;
    public ServerClient Server { get; } = new(servers, token, console.Time, line => console.Error.WriteLine(Words.Printable(line)));
    public required string User { get; init; }

    /// <summary>Said on the command line, so it is stronger than what a file says.</summary>
    public bool UserIsGiven { get; init; }

    public bool Json { get; init; }

    public LiveConnection Live(Action<string> note) => new(Server.Farm, token, console.Time, note);

    /// <summary>Asks whether it shall really be done, where somebody sits at the terminal to answer.</summary>
    public async Task<bool> MayAsync(string question, CancellationToken stop)
    {
        if (console is not { InIsTerminal: true, ErrorIsTerminal: true } || await console.ConfirmAsync(question, stop)) return true;
        Note("Nothing was done.");
        return false;
    }

    public void Note(string line) => console.Error.WriteLine(Words.Printable(line));

    public void Dispose() => Server.Dispose();
}

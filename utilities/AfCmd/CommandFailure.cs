namespace AfCmd;

/// <summary>Ends the running command: the lines go to stderr, the code to the shell. Caught in one place, <see cref="AfCmdProgram"/>.</summary>
internal sealed class CommandFailure(int exitCode, IReadOnlyList<string> lines) : Exception(string.Join(Environment.NewLine, lines))
{
    public CommandFailure(int exitCode, string line)
        : this(exitCode, [line])
    {
    }

    public int ExitCode => exitCode;
    public IReadOnlyList<string> Lines => lines;
}

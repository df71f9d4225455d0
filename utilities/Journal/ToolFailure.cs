namespace AfJournal;

/// <summary>How the tool ends; scripts rely on these numbers.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;
    public const int Damaged = 1;
    public const int WrongUsage = 2;
    public const int Locked = 3;
}

/// <summary>Ends the command: the lines go to stderr, the code to the shell. Caught in one place, <see cref="JournalProgram"/>.</summary>
internal sealed class ToolFailure(int exitCode, params string[] lines) : Exception(string.Join(Environment.NewLine, lines))
{
    public int ExitCode => exitCode;

    public IReadOnlyList<string> Lines => lines;
}

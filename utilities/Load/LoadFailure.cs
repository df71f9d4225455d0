namespace AfLoad;

/// <summary>What programs of the farm end with.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int NotReachable = 3;
}

/// <summary>Ends the measurement with words for a person.</summary>
internal sealed class LoadFailure(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}

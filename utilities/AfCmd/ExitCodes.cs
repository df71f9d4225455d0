namespace AfCmd;

/// <summary>How afcmd ends; scripts rely on these numbers.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;
    public const int Refused = 1;
    public const int WrongUsage = 2;
    public const int NotReachable = 3;
}

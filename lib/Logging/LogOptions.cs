namespace Afanasy.Logging;

/// <summary>What a program says about its log; see <see cref="LogSetup"/>.</summary>
public sealed record LogOptions
{
    /// <summary>The program's name, which is also the name of its log file.</summary>
    public required string Program { get; init; }

    /// <summary>As <see cref="LogLevels.Set"/> reads it, for example <c>info</c> or <c>engine=debug,*=info</c>.</summary>
    public string Level { get; init; } = "info";

    public LogFormat Format { get; init; }

    /// <summary>The data folder; the log is also written to <c>logs/PROGRAM.log</c> in it. Empty: to stderr only.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>When the log file is this big it is put aside. 32 MiB are some 200 000 lines: a busy day, and an editor still opens it.</summary>
    internal long FileBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>How many files that were put aside are kept: with the current one at most 320 MiB, so a log never fills the disk that the journal needs.</summary>
    internal int OldFilesMax { get; init; } = 9;
}

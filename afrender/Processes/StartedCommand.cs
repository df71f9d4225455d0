namespace AfRender.Processes;

/// <summary>A command that runs: what it prints, how it ends, and what is left to do then.</summary>
internal interface IStartedCommand : IDisposable
{
    /// <summary>The first process, and whether it is one of the run's own.</summary>
    (int Process, bool IsSpared) Root { get; }

    /// <summary>Hands on what it prints, until nobody is left who could print, or until <paramref name="giveUp"/>.</summary>
    Task PumpAsync(CancellationToken giveUp);

    /// <summary>The exit code, when the command has ended; ask once.</summary>
    Task<int> ExitedAsync();

    /// <summary>Ends the first process at once, if it is none of the run's own.</summary>
    void KillRoot();

    /// <summary>Ends what is there only to keep the command's end; the agent has it, and will not forget it.</summary>
    Task ReleaseAsync();
}

using Afanasy.Model;

namespace AfServer.Journaling;

/// <summary>One run that has ended, for the history.</summary>
public sealed record FinishedRun(
    TaskRunId Run,
    string Render,
    string Service,
    DateTimeOffset Started,
    DateTimeOffset Ended,
    RunOutcome Outcome,
    int ExitCode,
    string Reason)
{
    // As they were at the end of the run; empty in rows of servers that did not keep them.
    public string JobName { get; init; } = "";
    public string BlockName { get; init; } = "";
    public string UserName { get; init; } = "";
    public string Branch { get; init; } = "";
    public string Project { get; init; } = "";

    /// <summary>What it reserved of its render's capacity; 0 is unknown.</summary>
    public int Capacity { get; init; }
}

/// <summary>What the history says of one job; the newest row of a job replaces the older.</summary>
public sealed record JobRecord(
    JobId Job,
    string Name,
    string UserName,
    string Project,
    int Tasks,
    DateTimeOffset Submitted,
    DateTimeOffset? Started,
    DateTimeOffset? Done,
    DateTimeOffset? Deleted)
{
    public string Branch { get; init; } = "";
}

/// <summary>What a person did, as it was asked: who, from where, what, to what.</summary>
public sealed record UserAction(DateTimeOffset At, string UserName, string HostName, string Operation, string Target, string Detail);

/// <summary>Reads history while the engine writes it; safe from any thread.</summary>
public interface IHistory : IDisposable
{
    /// <summary>All ended runs of one task, oldest first; at most 1,000.</summary>
    IReadOnlyList<FinishedRun> RunsOf(TaskId task);

    /// <summary>The last ended run of each of these tasks of a block, by task number (both ends included).</summary>
    IReadOnlyDictionary<int, FinishedRun> LastRuns(BlockId block, int firstTask, int lastTask);
}

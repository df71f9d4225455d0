using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Parsing;
using AfRender.Processes;

namespace AfRender.Agent;

/// <summary>A run that this agent has: from the order to start it until the server has closed it.</summary>
internal sealed class HeldTaskRun(TaskRunId run, string folder)
{
    private ProgressSeen _told = ProgressSeen.Nothing;
    private TimeSpan? _toldAt;

    public TaskRunId Run => run;

    /// <summary>Its spool and scratch; removed when the run is forgotten.</summary>
    public string Folder => folder;

    /// <summary>Null when it could not be made, and such a run ends as not started; or when a predecessor's is there no more.</summary>
    public RunSpool? Spool { get; init; }

    public TaskProcess? Process { get; init; }

    /// <summary>Null while it runs.</summary>
    public RunResult? Result { get; set; }

    /// <summary>True when a predecessor has left it with its result, which stays on the disk until the server has closed it.</summary>
    public bool IsKept { get; init; }

    /// <summary>The server gets all output before the end, so that nothing is lost when it closes the run.</summary>
    public bool IsOutputSent { get; set; }

    public bool IsEndDue => Result is not null && IsOutputSent;

    public RunEnd End(RunResult result) => new()
    {
        Run = run,
        Outcome = result.Outcome,
        ExitCode = result.ExitCode,
        Reason = result.Reason,
        ElapsedMilliseconds = (int)Math.Min(int.MaxValue, result.Elapsed.TotalMilliseconds),
    };

    /// <summary>What is new since the last time it was told; null when nothing is, or it was told just now.</summary>
    /// <param name="uptime">Of the agent: the machine's clock may be set back.</param>
    public RunProgress? NewProgress(TimeSpan uptime, TimeSpan least)
    {
        if (Process?.Seen is not { } seen || seen == _told) return null;
        if (uptime - _toldAt < least && Result is null) return null;
        _told = seen;
        _toldAt = uptime;
        return new RunProgress { Run = run, Percent = seen.Percent, Frame = seen.Frame, Activity = seen.Activity };
    }

    /// <summary>A new server knows nothing of the progress yet.</summary>
    public void ForgetTold() => _told = ProgressSeen.Nothing;
}

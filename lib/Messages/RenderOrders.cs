using Afanasy.Model;

namespace Afanasy.Messages;

/// <summary>Start this run. A render that already has the run ignores it.</summary>
public sealed record RunStart
{
    public required TaskRunId Run { get; init; }
    public string JobName { get; init; } = "";
    public string BlockName { get; init; } = "";
    public string TaskName { get; init; } = "";
    public string UserName { get; init; } = "";
    public string Service { get; init; } = "";

    /// <summary>For the shell, with frames filled in.</summary>
    public string Command { get; init; } = "";

    public string WorkingDirectory { get; init; } = "";
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<string> Files { get; init; } = [];
    public long FrameFirst { get; init; }
    public long FrameLast { get; init; }
    public long FramesInc { get; init; } = 1;
    public int Capacity { get; init; }
}

/// <summary>The server has the end of this run on disk, or refuses it: either way the render forgets the run.</summary>
public sealed record RunClosed
{
    public required TaskRunId Run { get; init; }

    /// <summary>Why the report did not count; empty when it did.</summary>
    public string Refusal { get; init; } = "";
}

/// <summary>The server's answer to one report: all orders due, or none.</summary>
public sealed record RenderOrders
{
    public IReadOnlyList<RunStart> Starts { get; init; } = [];

    /// <summary>End these; their end is reported as Stopped.</summary>
    public IReadOnlyList<TaskRunId> Stops { get; init; } = [];

    /// <summary>Kill and forget these without a report: they are no longer the farm's.</summary>
    public IReadOnlyList<TaskRunId> Drops { get; init; } = [];

    public IReadOnlyList<RunClosed> Closed { get; init; } = [];

    /// <summary>New verbosity of the render's own log, "subsystem=level,…"; empty is "as before".</summary>
    public string LogLevels { get; init; } = "";
}

using Afanasy.Model;

namespace Afanasy.Messages;

/// <summary>How busy a machine is. Soft state: never journaled, learnt anew.</summary>
public sealed record MachineLoad
{
    /// <summary>0 to 100, of all cores together.</summary>
    public int CpuPercent { get; init; }

    /// <summary>Processes that want a core, averaged over a minute; 0 where the platform has none.</summary>
    public double LoadAverage { get; init; }

    public int MemoryTotalMegabytes { get; init; }
    public int MemoryFreeMegabytes { get; init; }
    public int SwapTotalMegabytes { get; init; }
    public int SwapUsedMegabytes { get; init; }

    /// <summary>Of the disk that holds the render's data folder.</summary>
    public int DiskTotalGigabytes { get; init; }

    public int DiskFreeGigabytes { get; init; }
    public int NetReceiveKilobytesPerSecond { get; init; }
    public int NetSendKilobytesPerSecond { get; init; }
}

/// <summary>How far a run is: percent 0 to 100, the frame it is at (-1 is unknown), and what it says it does.</summary>
public sealed record RunProgress
{
    public required TaskRunId Run { get; init; }
    public int Percent { get; init; }
    public long Frame { get; init; } = -1;
    public string Activity { get; init; } = "";
}

/// <summary>A run has ended. Repeated in every report until the server has closed it.</summary>
public sealed record RunEnd
{
    public required TaskRunId Run { get; init; }
    public required RunOutcome Outcome { get; init; }
    public int ExitCode { get; init; }

    /// <summary>In words for a person; empty when all went well.</summary>
    public string Reason { get; init; } = "";

    public int ElapsedMilliseconds { get; init; }
}

/// <summary>The heartbeat: what is new on the render. Grants the server one credit, which it spends on one <see cref="RenderOrders"/>.</summary>
public sealed record RenderReport
{
    /// <summary>Sent every few heartbeats; null is "as before".</summary>
    public MachineLoad? Load { get; init; }

    public IReadOnlyList<RunProgress> Progress { get; init; } = [];
    public IReadOnlyList<RunEnd> Ended { get; init; } = [];
}

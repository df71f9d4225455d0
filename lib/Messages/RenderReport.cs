using Afanasy.Model;
using Afanasy.Wire;

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

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(10);
        writer.Write(CpuPercent);
        writer.Write(LoadAverage);
        writer.Write(MemoryTotalMegabytes);
        writer.Write(MemoryFreeMegabytes);
        writer.Write(SwapTotalMegabytes);
        writer.Write(SwapUsedMegabytes);
        writer.Write(DiskTotalGigabytes);
        writer.Write(DiskFreeGigabytes);
        writer.Write(NetReceiveKilobytesPerSecond);
        writer.Write(NetSendKilobytesPerSecond);
    }

    internal static MachineLoad Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A machine load", required: 0);
        var machineLoad = new MachineLoad
        {
            CpuPercent = reader.NextInt32(ref left),
            LoadAverage = reader.NextDouble(ref left),
            MemoryTotalMegabytes = reader.NextInt32(ref left),
            MemoryFreeMegabytes = reader.NextInt32(ref left),
            SwapTotalMegabytes = reader.NextInt32(ref left),
            SwapUsedMegabytes = reader.NextInt32(ref left),
            DiskTotalGigabytes = reader.NextInt32(ref left),
            DiskFreeGigabytes = reader.NextInt32(ref left),
            NetReceiveKilobytesPerSecond = reader.NextInt32(ref left),
            NetSendKilobytesPerSecond = reader.NextInt32(ref left),
        };
        reader.SkipElements(left);
        return machineLoad;
    }
}

/// <summary>How far a run is: percent 0 to 100, the frame it is at (-1 is unknown), and what it says it does.</summary>
public sealed record RunProgress
{
    public required TaskRunId Run { get; init; }
    public int Percent { get; init; }
    public long Frame { get; init; } = -1;
    public string Activity { get; init; } = "";

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        Elements.WriteRun(ref writer, Run);
        writer.Write(Percent);
        writer.Write(Frame);
        writer.WriteSentence(Activity);
    }

    internal static RunProgress Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A progress", required: 1);
        var runProgress = new RunProgress
        {
            Run = reader.NextRun(ref left),
            Percent = reader.NextInt32(ref left),
            Frame = reader.NextInt64(ref left, missing: -1),
            Activity = reader.NextSentence(ref left),
        };
        reader.SkipElements(left);
        return runProgress;
    }
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

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        Elements.WriteRun(ref writer, Run);
        writer.Write((int)Outcome);
        writer.Write(ExitCode);
        writer.WriteSentence(Reason);
        writer.Write(ElapsedMilliseconds);
    }

    internal static RunEnd Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A run's end", required: 2);
        var runEnd = new RunEnd
        {
            Run = reader.NextRun(ref left),
            Outcome = ReadOutcome(reader.NextInt32(ref left)),
            ExitCode = reader.NextInt32(ref left),
            Reason = reader.NextSentence(ref left),
            ElapsedMilliseconds = reader.NextInt32(ref left),
        };
        reader.SkipElements(left);
        return runEnd;
    }

    // Outcomes are journaled and counted, so one that this side does not know cannot be passed on.
    private static RunOutcome ReadOutcome(int number) =>
        Enum.IsDefined((RunOutcome)number) ? (RunOutcome)number : throw new WireException($"A run's end has the unknown outcome {number}.");
}

/// <summary>The heartbeat: what is new on the render. Grants the server one credit, which it spends on one <see cref="RenderOrders"/>.</summary>
public sealed record RenderReport : IMessage<RenderReport>
{
    /// <summary>Sent every few heartbeats; null is "as before".</summary>
    public MachineLoad? Load { get; init; }

    public IReadOnlyList<RunProgress> Progress { get; init; } = [];
    public IReadOnlyList<RunEnd> Ended { get; init; } = [];

    /// <summary>The render ends its runs and goes; it takes no more starts on this connection.</summary>
    public bool Leaving { get; init; }

    public static MessageType Type => MessageType.RenderReport;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        WriteLoad(ref writer);
        writer.WriteList(Progress, static (ref MessagePackWriter w, RunProgress element) => element.Write(ref w));
        writer.WriteList(Ended, static (ref MessagePackWriter w, RunEnd element) => element.Write(ref w));
        writer.Write(Leaving);
    }

    public static RenderReport Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("RenderReport", required: 0);
        var renderReport = new RenderReport
        {
            Load = reader.HasNext(ref left) ? MachineLoad.Read(ref reader) : null,
            Progress = reader.NextList(ref left, RunProgress.Read),
            Ended = reader.NextList(ref left, RunEnd.Read),
            Leaving = reader.NextBoolean(ref left),
        };
        reader.SkipElements(left);
        return renderReport;
    }

    private void WriteLoad(ref MessagePackWriter writer)
    {
        if (Load is null) writer.WriteNil();
        else Load.Write(ref writer);
    }
}

using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Messages;

/// <summary>The server has the end of this run on disk, or refuses it: either way the render forgets the run.</summary>
public sealed record RunClosed
{
    public required TaskRunId Run { get; init; }

    /// <summary>Why the report did not count; empty when it did.</summary>
    public string Refusal { get; init; } = "";

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        Elements.WriteRun(ref writer, Run);
        writer.WriteSentence(Refusal);
    }

    internal static RunClosed Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A closed run", required: 1);
        var runClosed = new RunClosed
        {
            Run = reader.NextRun(ref left),
            Refusal = reader.NextSentence(ref left),
        };
        reader.SkipElements(left);
        return runClosed;
    }
}

/// <summary>What an agent is told to do with itself or its machine. The numbers are sent: never change or reuse one.</summary>
public enum RenderInstruction
{
    None = 0,

    /// <summary>Stop the runs, report their ends, and end.</summary>
    Exit = 1,

    Sleep = 2,
    Reboot = 3,
    Shutdown = 4,

    /// <summary>Start a command that is no run of the farm.</summary>
    Launch = 5,

    LaunchAndExit = 6,
}

/// <summary>The server's answer to one report: all orders due, or none.</summary>
public sealed record RenderOrders : IMessage<RenderOrders>
{
    public IReadOnlyList<RunStart> Starts { get; init; } = [];

    /// <summary>End these; their end is reported as Stopped.</summary>
    public IReadOnlyList<TaskRunId> Stops { get; init; } = [];

    /// <summary>Kill and forget these without a report: they are no longer the farm's.</summary>
    public IReadOnlyList<TaskRunId> Drops { get; init; } = [];

    public IReadOnlyList<RunClosed> Closed { get; init; } = [];

    /// <summary>New verbosity of the render's own log, "subsystem=level,…"; empty is "as before".</summary>
    public string LogLevels { get; init; } = "";

    /// <summary>What the agent itself is to do, after all else that stands here.</summary>
    public RenderInstruction Instruction { get; init; }

    /// <summary>What a launch starts, for the shell.</summary>
    public string Command { get; init; } = "";

    /// <summary>From now on; 0 is "as before".</summary>
    public int HeartbeatMilliseconds { get; init; }

    /// <summary>How many heartbeats lie between two measurements of the machine; 0 is "as before".</summary>
    public int MeasureEvery { get; init; }

    public static MessageType Type => MessageType.RenderOrders;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(9);
        writer.WriteList(Starts, static (ref MessagePackWriter w, RunStart element) => element.Write(ref w));
        writer.WriteList(Stops, Elements.WriteRun);
        writer.WriteList(Drops, Elements.WriteRun);
        writer.WriteList(Closed, static (ref MessagePackWriter w, RunClosed element) => element.Write(ref w));
        writer.WriteSentence(LogLevels);
        writer.Write((int)Instruction);
        writer.Write(Command);
        writer.Write(HeartbeatMilliseconds);
        writer.Write(MeasureEvery);
    }

    public static RenderOrders Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("RenderOrders", required: 0);
        var renderOrders = new RenderOrders
        {
            Starts = reader.NextList(ref left, RunStart.Read),
            Stops = reader.NextList(ref left, Elements.ReadRun),
            Drops = reader.NextList(ref left, Elements.ReadRun),
            Closed = reader.NextList(ref left, RunClosed.Read),
            LogLevels = reader.NextSentence(ref left),
            Instruction = (RenderInstruction)reader.NextInt32(ref left),
            Command = reader.NextText(ref left),
            HeartbeatMilliseconds = reader.NextInt32(ref left),
            MeasureEvery = reader.NextInt32(ref left),
        };
        reader.SkipElements(left);
        return renderOrders;
    }
}

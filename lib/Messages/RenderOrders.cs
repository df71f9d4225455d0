using Afanasy.Model;
using Afanasy.Wire;

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

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(14);
        Elements.WriteRun(ref writer, Run);
        writer.WriteSentence(JobName);
        writer.WriteSentence(BlockName);
        writer.WriteSentence(TaskName);
        writer.WriteSentence(UserName);
        writer.WriteSentence(Service);
        writer.Write(Command);
        writer.Write(WorkingDirectory);
        writer.WriteTexts(Environment);
        writer.WriteList(Files, Elements.WriteText);
        writer.Write(FrameFirst);
        writer.Write(FrameLast);
        writer.Write(FramesInc);
        writer.Write(Capacity);
    }

    internal static RunStart Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("A run's start", required: 1);
        var runStart = new RunStart
        {
            Run = reader.NextRun(ref left),
            JobName = reader.NextSentence(ref left),
            BlockName = reader.NextSentence(ref left),
            TaskName = reader.NextSentence(ref left),
            UserName = reader.NextSentence(ref left),
            Service = reader.NextSentence(ref left),
            Command = reader.NextText(ref left),
            WorkingDirectory = reader.NextText(ref left),
            Environment = reader.NextTexts(ref left),
            Files = reader.NextList(ref left, Elements.ReadText),
            FrameFirst = reader.NextInt64(ref left),
            FrameLast = reader.NextInt64(ref left),
            FramesInc = reader.NextInt64(ref left, missing: 1),
            Capacity = reader.NextInt32(ref left),
        };
        reader.SkipElements(left);
        return runStart;
    }
}

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

    public static MessageType Type => MessageType.RenderOrders;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.WriteList(Starts, static (ref MessagePackWriter w, RunStart element) => element.Write(ref w));
        writer.WriteList(Stops, Elements.WriteRun);
        writer.WriteList(Drops, Elements.WriteRun);
        writer.WriteList(Closed, static (ref MessagePackWriter w, RunClosed element) => element.Write(ref w));
        writer.WriteSentence(LogLevels);
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
        };
        reader.SkipElements(left);
        return renderOrders;
    }
}

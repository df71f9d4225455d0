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

    /// <summary>Reserved for it; 0 is nothing in particular.</summary>
    public int MemoryMegabytes { get; init; }

    /// <summary>The numbers of the graphics devices that it has for itself; none means that it was given none.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [];

    /// <summary>With variable capacity: how many times its capacity it has; 0 is a block without.</summary>
    public int CapacityCoefficient { get; init; }

    /// <summary>Names of all hosts of a multi-host task; none in any other.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What reads the output; empty is the service's own.</summary>
    public string Parser { get; init; } = "";

    /// <summary>What one unit of the parser's progress is worth.</summary>
    public int ParserCoeff { get; init; } = 1;

    /// <summary>The block's <see cref="BlockTraits"/>, those included that this side does not know.</summary>
    public long BlockFlags { get; init; }

    /// <summary>Bytes that each of <see cref="Files"/> must have at least and at most; -1 is any number.</summary>
    public long FileSizeMin { get; init; } = -1;

    public long FileSizeMax { get; init; } = -1;

    /// <summary>For the shell, before and after the command.</summary>
    public string CommandPre { get; init; } = "";

    public string CommandPost { get; init; } = "";

    /// <summary>The block's.</summary>
    public string CustomData { get; init; } = "";

    /// <summary>Seconds; 0 is no limit. For an agent that has lost its server: else the server says when to stop.</summary>
    public int TaskMaxRunTime { get; init; }

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(27);
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
        writer.Write(MemoryMegabytes);
        writer.WriteList(Gpus, Elements.WriteNumber);
        writer.Write(CapacityCoefficient);
        writer.WriteList(Hosts, Elements.WriteText);
        writer.WriteSentence(Parser);
        writer.Write(ParserCoeff);
        writer.Write(BlockFlags);
        writer.Write(FileSizeMin);
        writer.Write(FileSizeMax);
        writer.Write(CommandPre);
        writer.Write(CommandPost);
        writer.Write(CustomData);
        writer.Write(TaskMaxRunTime);
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
            MemoryMegabytes = reader.NextInt32(ref left),
            Gpus = reader.NextList(ref left, Elements.ReadNumber),
            CapacityCoefficient = reader.NextInt32(ref left),
            Hosts = reader.NextList(ref left, Elements.ReadName),
            Parser = reader.NextSentence(ref left),
            ParserCoeff = reader.NextInt32(ref left, missing: 1),
            BlockFlags = reader.NextInt64(ref left),
            FileSizeMin = reader.NextInt64(ref left, missing: -1),
            FileSizeMax = reader.NextInt64(ref left, missing: -1),
            CommandPre = reader.NextText(ref left),
            CommandPost = reader.NextText(ref left),
            CustomData = reader.NextText(ref left),
            TaskMaxRunTime = reader.NextInt32(ref left),
        };
        reader.SkipElements(left);
        return runStart;
    }
}

using System.Collections.ObjectModel;

using System.Text.Json.Serialization;

namespace Afanasy.Model;

/// <summary>Tasks of one kind: a range of frames, or a list. CGRU contract §2.3; -1 in a need is "does not matter".</summary>
public sealed record BlockDescription
{
    public const int CapacityDefault = 1000;

    public string Name { get; init; } = "block";

    /// <summary>The kind of work; only renders that offer it take the tasks.</summary>
    public string Service { get; init; } = "generic";

    /// <summary>What reads the output; empty is the service's own.</summary>
    public string Parser { get; init; } = "";

    public BlockTraits Flags { get; init; }
    public long FrameFirst { get; init; }
    public long FrameLast { get; init; }

    /// <summary>Frames of one task; in a list -N is N tasks for each frame.</summary>
    public long FramesPerTask { get; init; } = 1;

    public long FramesInc { get; init; } = 1;

    /// <summary>In which order tasks start: see <see cref="TaskOrder"/>.</summary>
    public long Sequential { get; init; } = 1;

    /// <summary>Display name of a task with <c>@#@</c> filled in; empty is "frame 1-5".</summary>
    public string TasksName { get; init; } = "";

    /// <summary>Shell command; <c>@###@</c> takes first and last frame in turn, or the task's own command in a listed block.</summary>
    public string Command { get; init; } = "";

    /// <summary>Run on the render before and after each task's command.</summary>
    public string CommandPre { get; init; } = "";

    public string CommandPost { get; init; } = "";
    public string WorkingDirectory { get; init; } = "";
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Patterns of the files that a task writes.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Bytes that a written file must have at least and at most; -1 is any number.</summary>
    public long FileSizeMin { get; init; } = -1;

    public long FileSizeMax { get; init; } = -1;
    public string CustomData { get; init; } = "";
    public string SrvInfo { get; init; } = "";

    /// <summary>What one task takes of a render's capacity; at least 1.</summary>
    public int Capacity { get; init; } = CapacityDefault;

    /// <summary>With variable capacity: a task takes this many times its capacity, as much as is free. Given at all, they turn variable capacity on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CapacityCoeffMin { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CapacityCoeffMax { get; init; }
    public int MaxRunningTasks { get; init; } = -1;
    public int MaxRunningTasksPerHost { get; init; } = -1;

    /// <summary>How often a failed task is tried again by itself; -1 takes the user's.</summary>
    public int ErrorsRetries { get; init; } = -1;

    /// <summary>Errors on a host after which the block avoids it; -1 takes the user's, 0 is never.</summary>
    public int ErrorsAvoidHost { get; init; } = -1;

    /// <summary>Errors of one task on a host after which the task avoids it; -1 takes the user's, 0 is never.</summary>
    public int ErrorsTaskSameHost { get; init; } = -1;

    /// <summary>Seconds after which an error host is forgotten; -1 takes the user's, 0 is never.</summary>
    public int ErrorsForgiveTime { get; init; } = -1;

    /// <summary>Seconds; a longer run is an error and is stopped. 0 is no limit.</summary>
    public int TaskMaxRunTime { get; init; }

    /// <summary>Seconds; a shorter run that succeeds is an error. 0 is no limit.</summary>
    public int TaskMinRunTime { get; init; }

    /// <summary>Seconds without progress after which a run is an error and is stopped; -1 is never.</summary>
    public int TaskProgressChangeTimeout { get; init; } = -1;

    /// <summary>What one unit of the parser's progress is worth.</summary>
    public int ParserCoeff { get; init; } = 1;

    public string HostsMask { get; init; } = "";
    public string HostsMaskExclude { get; init; } = "";
    public string NeedProperties { get; init; } = "";
    public int NeedPower { get; init; } = -1;

    /// <summary>Megabytes, reserved for each task.</summary>
    public int NeedMemory { get; init; } = -1;

    /// <summary>After out-of-memory the task alone reserves this many times as much; 1 is "as before".</summary>
    public double RetryMemoryFactor { get; init; } = 2;

    /// <summary>Gigabytes of disk, reserved for each task.</summary>
    public int NeedHdd { get; init; } = -1;

    /// <summary>Devices that a task has for itself.</summary>
    public int NeedGpus { get; init; } = -1;

    /// <summary>Megabytes on each of its devices; without devices of its own, reserved on a shared one.</summary>
    public int NeedGpuMemMb { get; init; } = -1;

    /// <summary>Megahertz (the spelling is the contract's).</summary>
    public int NeedCpuFreqMgz { get; init; } = -1;

    /// <summary>Cores, reserved for each task.</summary>
    public int NeedCpuCores { get; init; } = -1;

    /// <summary>Megahertz times cores of the whole machine.</summary>
    public int NeedCpuFreqCores { get; init; } = -1;

    /// <summary>Blocks of this job that must be finished first, as a regular expression that matches the whole name.</summary>
    public string DependMask { get; init; } = "";

    /// <summary>Blocks of this job that must be finished frame by frame, as a regular expression that matches the whole name.</summary>
    public string TasksDependMask { get; init; } = "";

    /// <summary>Named licences or resources that each task takes.</summary>
    public IReadOnlyDictionary<string, int> Tickets { get; init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>Hosts that one task takes together; 0 is one host and nothing special.</summary>
    public int MultihostMin { get; init; }

    public int MultihostMax { get; init; }

    /// <summary>Seconds to wait for more hosts than the least.</summary>
    public int MultihostMaxWait { get; init; }

    /// <summary>Seconds that the master waits for the service on the other hosts.</summary>
    public int MultihostServiceWait { get; init; }

    /// <summary>The command that runs on the other hosts while the task runs; on all of them with <see cref="BlockTraits.MasterOnSlave"/>.</summary>
    public string MultihostService { get; init; } = "";

    /// <summary>The listed tasks; empty for a range of frames.</summary>
    public IReadOnlyList<TaskDescription> Tasks { get; init => field = value is List<TaskDescription> list ? list.ToArray() : value; } = [];

    public bool IsNumeric => Flags.HasFlag(BlockTraits.Numeric);

    public bool IsMultihost => MultihostMax > 0;

    /// <summary>How many tasks make one frame of a list; 1 unless <see cref="FramesPerTask"/> is negative.</summary>
    public long TasksPerFrame => FramesPerTask < 0 ? -FramesPerTask : 1;

    public FrameRange Frames => new(FrameFirst, Math.Max(FrameFirst, FrameLast), FramesPerTask, FramesInc);

    public int TaskCount => IsNumeric ? (int)Frames.TaskCount : Tasks.Count;
}

/// <summary>Bits of a block, as on the wire and in the journal; CGRU contract §2.4.</summary>
[Flags]
public enum BlockTraits : long
{
    None = 0,
    Numeric = 1,
    VarCapacity = 2,
    Multihost = 4,
    MasterOnSlave = 8,

    /// <summary>Tasks that wait for a running one of this block go on frame by frame as it goes.</summary>
    DependSubTask = 16,

    SkipThumbnails = 32,
    SkipExistingFiles = 64,
    CheckRenderedFiles = 128,

    /// <summary>A multi-host task goes on when one of its other hosts is lost.</summary>
    SlaveLostIgnore = 256,

    /// <summary>Set by the server: tasks were appended.</summary>
    AppendedTasks = 512,

    /// <summary>Tasks are born suspended.</summary>
    SuspendNewTasks = 1024,
}

/// <summary>One listed task.</summary>
public sealed record TaskDescription
{
    private readonly StoredText _command;

    public string Name { get; init; } = "";

    /// <summary>Most of what a task takes of memory, and read when it starts.</summary>
    public string Command
    {
        get => _command.ToString();
        init => _command = new StoredText(value);
    }

    public IReadOnlyList<string> Files { get; init; } = [];
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Tasks of this job that must be done first: a name or a number of this block, or <c>block:task</c>. See <see cref="TaskEdges"/>.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];
}

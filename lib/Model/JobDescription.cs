namespace Afanasy.Model;

/// <summary>
/// What somebody asks the farm to do. The one type that every door builds and the journal keeps. Names, units and meanings
/// are those of the CGRU submission contract; <see cref="JobJson"/> reads and writes it, <see cref="JobProblems"/> judges it.
/// </summary>
public sealed record JobDescription
{
    public const int PriorityDefault = 99;
    public const int PriorityMax = 255;

    public string Name { get; init; } = "";
    public string UserName { get; init; } = "";

    /// <summary>The submitting machine; a label, never trusted.</summary>
    public string HostName { get; init; } = "";

    /// <summary>0 to 255; 0 starts nothing.</summary>
    public int Priority { get; init; } = PriorityDefault;

    public string Annotation { get; init; } = "";
    public string Description { get; init; } = "";
    public string CustomData { get; init; } = "";
    public string Branch { get; init; } = "/";
    public string Project { get; init; } = "";
    public string Department { get; init; } = "";

    /// <summary>Named folders for people to open; <c>output</c> is where the pictures lie.</summary>
    public IReadOnlyDictionary<string, string> Folders { get; init; } = new Dictionary<string, string>();

    /// <summary>Created paused.</summary>
    public bool Offline { get; init; }

    /// <summary>Tasks of this job that may run at a time; -1 is no limit.</summary>
    public int MaxRunningTasks { get; init; } = -1;

    public IReadOnlyList<BlockDescription> Blocks { get; init; } = [];
}

/// <summary>Tasks of one kind: a range of frames, or a list.</summary>
public sealed record BlockDescription
{
    /// <summary>Bit of <see cref="Flags"/> that says that the block is a range of frames.</summary>
    public const long FlagNumeric = 1;

    public const int CapacityDefault = 1000;
    public const int ErrorsRetriesDefault = 3;

    public string Name { get; init; } = "block";

    /// <summary>The kind of work; only renders that offer it take the tasks.</summary>
    public string Service { get; init; } = "generic";

    public long Flags { get; init; }
    public long FrameFirst { get; init; }
    public long FrameLast { get; init; }
    public long FramesPerTask { get; init; } = 1;
    public long FramesInc { get; init; } = 1;

    /// <summary>Display name of a task with <c>@#@</c> filled in; empty is "frame 1-5".</summary>
    public string TasksName { get; init; } = "";

    /// <summary>Shell command; <c>@###@</c> takes first and last frame in turn, or the task's own command in a listed block.</summary>
    public string Command { get; init; } = "";

    public string WorkingDirectory { get; init; } = "";
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Patterns of the files that a task writes.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What one task takes of a render's capacity; at least 1.</summary>
    public int Capacity { get; init; } = CapacityDefault;

    /// <summary>Tasks of this block that may run at a time; -1 is no limit.</summary>
    public int MaxRunningTasks { get; init; } = -1;

    /// <summary>How often a failed task is tried again by itself; -1 takes <see cref="ErrorsRetriesDefault"/>.</summary>
    public int ErrorsRetries { get; init; } = -1;

    /// <summary>Blocks of this job that must be finished first, as a regular expression that matches the whole name.</summary>
    public string DependMask { get; init; } = "";

    /// <summary>Blocks of this job that must be finished frame by frame, as a regular expression that matches the whole name.</summary>
    public string TasksDependMask { get; init; } = "";

    public string CustomData { get; init; } = "";

    /// <summary>The listed tasks; empty for a range of frames.</summary>
    public IReadOnlyList<TaskDescription> Tasks { get; init; } = [];

    public bool IsNumeric => Tasks.Count == 0;

    public FrameRange Frames => new(FrameFirst, FrameLast, FramesPerTask, FramesInc);

    public int TaskCount => IsNumeric ? (int)Frames.TaskCount : Tasks.Count;

    public int RetriesAllowed => ErrorsRetries < 0 ? ErrorsRetriesDefault : ErrorsRetries;
}

/// <summary>One listed task.</summary>
public sealed record TaskDescription
{
    public string Name { get; init; } = "";
    public string Command { get; init; } = "";
    public IReadOnlyList<string> Files { get; init; } = [];
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

using System.Collections.ObjectModel;

using System.Text.Json.Serialization;

namespace Afanasy.Model;

/// <summary>
/// What somebody asks the farm to do. The one type that every door builds and the journal keeps. Names, units and meanings
/// are those of the CGRU submission contract (§2.2); <see cref="JobJson"/> reads and writes it, <see cref="JobProblems"/> judges it.
/// </summary>
public sealed record JobDescription : WorkSettings
{
    public string Name { get; init; } = "";
    public string UserName { get; init; } = "";

    /// <summary>The submitting machine; a label, never trusted.</summary>
    public string HostName { get; init; } = "";

    public string Description { get; init; } = "";
    public string SrvInfo { get; init; } = "";

    /// <summary>A path in the tree of branches; the job lands in the deepest part of it that is there or may be made.</summary>
    public string Branch { get; init; } = "/";

    /// <summary>A branch below the root of this name, where <see cref="Branch"/> does not say another.</summary>
    public string Project { get; init; } = "";

    public string Department { get; init; } = "";

    /// <summary>Named folders for people to open; <c>output</c> is where the pictures lie.</summary>
    public IReadOnlyDictionary<string, string> Folders { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Runs on a render before anything of the job starts.</summary>
    public string CommandPre { get; init; } = "";

    /// <summary>Runs on a render after the job was deleted.</summary>
    public string CommandPost { get; init; } = "";

    /// <summary>When the submitter made it, seconds since 1970; a label. 0 is unknown.</summary>
    public long TimeCreation { get; init; }

    /// <summary>Nothing starts before this second since 1970; 0 is at once.</summary>
    public long TimeWait { get; init; }

    /// <summary>Seconds after its creation at which it is deleted; 0 is never, -1 takes the user's.</summary>
    public int TimeLife { get; init; } = -1;

    /// <summary>Waits for unfinished jobs of the same user whose whole name matches this regular expression.</summary>
    public string DependMask { get; init; } = "";

    /// <summary>The same for jobs of any user.</summary>
    public string DependMaskGlobal { get; init; } = "";

    /// <summary>Jobs that it waits for, named one by one.</summary>
    public IReadOnlyList<JobDependency> DependJobs { get; init; } = [];

    /// <summary>Created paused.</summary>
    public bool Offline { get; init; }

    /// <summary>Preview pending approval: blocks with a step stop after their previews until this is taken away.</summary>
    public bool Ppa { get; init; }

    /// <summary>A task goes only to the render that bears its name.</summary>
    public bool Maintenance { get; init; }

    [JsonPropertyName("ignorenimby")]
    public bool IgnoreNimby { get; init; }

    [JsonPropertyName("ignorepaused")]
    public bool IgnorePaused { get; init; }

    /// <summary>Tickets that every task of the job takes beside those of its block.</summary>
    public IReadOnlyDictionary<string, int> Limits { get; init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>When none of its tasks finds a place, runs of a lower priority are asked to make room.</summary>
    public bool Preempts { get; init; }

    /// <summary>Seconds that a run has to end by itself before it is stopped for the sake of this job.</summary>
    public int PreemptionGrace { get; init; } = 30;

    /// <summary>Tasks to run first, as parallel lists of blocks and tasks.</summary>
    public IReadOnlyList<int> TryThisBlocksNum { get; init; } = [];

    public IReadOnlyList<int> TryThisTasksNum { get; init; } = [];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<BlockDescription> Blocks { get; init; } = [];
}

/// <summary>One job that another waits for.</summary>
public sealed record JobDependency
{
    /// <summary>The serial of a job, or the whole name of one of the same user's, the newest of them.</summary>
    public string Job { get; init; } = "";

    /// <summary>Frame by frame: a task waits for the tasks of the other job that hold its frames; otherwise for the whole job.</summary>
    public bool Frames { get; init; }

    /// <summary>Added to a frame to find the frame of the other job.</summary>
    public long Offset { get; init; }

    public DependOutcome On { get; init; } = DependOutcome.Done;
}

/// <summary>What the end of something that is waited for must be.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DependOutcome>))]
public enum DependOutcome
{
    /// <summary>Done or skipped.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It failed and will not be tried again by itself.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Either.</summary>
    [JsonStringEnumMemberName("any")]
    Any,
}

using System.Collections.ObjectModel;

using System.Text.Json.Serialization;

namespace Afanasy.Model;

/// <summary>
/// What a branch, a user and a job say alike about the work under them; CGRU contract §2.2 and §3.3. Limits: -1 is none, 0 starts
/// nothing. Filters of all levels apply together.
/// </summary>
public abstract record WorkSettings
{
    public const int PriorityDefault = 99;
    public const int PriorityMax = 255;

    /// <summary>The most that <see cref="MaxTasksPerSecond"/> can say.</summary>
    public const int TasksPerSecondMax = 10_000;

    /// <summary>0 to 255; 0 starts nothing.</summary>
    public int Priority { get; init; } = PriorityDefault;

    public string Annotation { get; init; } = "";
    public string CustomData { get; init; } = "";

    /// <summary>Monitors leave it out unless asked.</summary>
    public bool Hidden { get; init; }

    public int MaxRunningTasks { get; init; } = -1;
    public int MaxRunningTasksPerHost { get; init; } = -1;

    /// <summary>Starts within one second of the clock.</summary>
    public int MaxTasksPerSecond { get; init; } = -1;

    /// <summary>Guaranteed: with fewer tasks running than this it is served before all siblings that have theirs.</summary>
    public int MinRunningTasks { get; init; }

    /// <summary>Hosts that may be used; see <see cref="NameMask"/>. Empty is any.</summary>
    public string HostsMask { get; init; } = "";

    public string HostsMaskExclude { get; init; } = "";

    /// <summary>How the two masks are read: <c>find</c> or <c>regex</c>; empty takes the user's, then find.</summary>
    public string HostsMaskType { get; init; } = "";

    /// <summary>Any of these words must be in the render's system, as "linux debian".</summary>
    public string NeedOs { get; init; } = "";

    public string NeedProperties { get; init; } = "";
    public int NeedPower { get; init; } = -1;

    /// <summary>Megabytes, reserved for each task.</summary>
    public int NeedMemory { get; init; } = -1;

    /// <summary>Gigabytes of disk, reserved for each task.</summary>
    public int NeedHdd { get; init; } = -1;

    /// <summary>By pool path: -100 forbids, 100 restricts, what lies between is preferred so much. CGRU contract §5.3.</summary>
    public IReadOnlyDictionary<string, int> Pools { get; init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>How those directly below are ordered; of no meaning to a job.</summary>
    public SolveMethod SolveMethod { get; init; } = SolveMethod.Order;

    /// <summary>What counts as running when those below are compared by need.</summary>
    public SolveNeed SolveNeed { get; init; } = SolveNeed.TasksNum;

    /// <summary>Seconds after which past use counts half when those below are compared by need; 0 counts the present only.</summary>
    public int UsageHalfLife { get; init; }
}

/// <summary>How work that waits side by side is ordered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SolveMethod>))]
public enum SolveMethod
{
    /// <summary>Strictly: priority, then the manual order, then the older one.</summary>
    [JsonStringEnumMemberName("solve_order")]
    Order,

    /// <summary>By need: 1.1^priority / (running + 1), so that shares are in proportion.</summary>
    [JsonStringEnumMemberName("solve_priority")]
    Priority,
}

/// <summary>What is counted as running when needs are compared.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SolveNeed>))]
public enum SolveNeed
{
    [JsonStringEnumMemberName("solve_tasksnum")]
    TasksNum,

    [JsonStringEnumMemberName("solve_capacity")]
    Capacity,
}

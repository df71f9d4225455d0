using System.Collections.ObjectModel;

namespace Afanasy.Model;

/// <summary>What a pool and a render say alike about hosts; CGRU contract §3.3 and §5.4. -1 and empty take the pool above.</summary>
public abstract record HostSettings
{
    /// <summary>0 to 255; 0 takes nothing. Of a pool: added to the preference of its renders.</summary>
    public int Priority { get; init; } = WorkSettings.PriorityDefault;

    public string Annotation { get; init; } = "";
    public string CustomData { get; init; } = "";
    public bool Hidden { get; init; }
    public bool Paused { get; init; }

    /// <summary>The sum of capacities that a host runs at a time.</summary>
    public int CapacityHost { get; init; } = -1;

    /// <summary>Tasks that a host runs at a time; 0 takes nothing.</summary>
    public int MaxTasksHost { get; init; } = -1;

    public int PowerHost { get; init; } = -1;
    public string PropertiesHost { get; init; } = "";

    /// <summary>Services that are allowed here; the nearest level that names a service decides.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> ServicesDisabled { get; init; } = [];

    /// <summary>Tickets that each host has, by name.</summary>
    public IReadOnlyDictionary<string, int> TicketsHost { get; init; } = ReadOnlyDictionary<string, int>.Empty;
}

/// <summary>What is set of a render by people; what it brings itself is its offer.</summary>
public sealed record RenderSettings : HostSettings
{
    /// <summary>Whose machine it is: work of this user passes its nimby.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Takes tasks of its own user only (<c>nimby</c>).</summary>
    public bool NimbyOthers { get; init; }

    /// <summary>Takes no tasks (<c>NIMBY</c>).</summary>
    public bool NimbyAll { get; init; }
}

/// <summary>What is set of a pool of renders. Automation by load: 0 or -1 switches each rule off; CGRU contract §5.6.</summary>
public sealed record PoolSettings : HostSettings
{
    /// <summary>A render whose name matches comes here when it joins; case does not count; empty matches none.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Tickets that all hosts below share, by name.</summary>
    public IReadOnlyDictionary<string, PoolTicket> TicketsPool { get; init; } = ReadOnlyDictionary<string, PoolTicket>.Empty;

    /// <summary>Seconds between two heartbeats; -1 is the server's own.</summary>
    public int HeartbeatSec { get; init; } = -1;

    /// <summary>Heartbeats between two measurements of a machine; -1 is the render's own.</summary>
    public int ResourcesUpdatePeriod { get; init; } = -1;

    /// <summary>Seconds of silence after which a render is offline; -1 is the server's own.</summary>
    public int ZombieTime { get; init; } = -1;

    /// <summary>Seconds without a task after which a render ends itself.</summary>
    public int ExitNoTaskTime { get; init; } = -1;

    /// <summary>New renders start with nimby.</summary>
    public bool NewNimby { get; init; }

    public bool NewPaused { get; init; }

    /// <summary>Errors in a row, of different users, that make a render sick; 0 is never.</summary>
    public int SickErrorsCount { get; init; }

    /// <summary>Seconds below all idle thresholds after which a render is let go to sleep.</summary>
    public int IdleWolsleepTime { get; init; } = -1;

    /// <summary>Seconds below all idle thresholds after which a nimby is lifted.</summary>
    public int IdleFreeTime { get; init; } = -1;

    /// <summary>Seconds above any busy threshold after which a render without tasks becomes NIMBY.</summary>
    public int BusyNimbyTime { get; init; } = -1;

    public LoadThresholds Idle { get; init; } = new();
    public LoadThresholds Busy { get; init; } = new();

    /// <summary>The pool that every render is in at first.</summary>
    public static PoolSettings Root { get; } = new();
}

/// <summary>A ticket of a pool. <paramref name="Count"/> -1 only counts the use; <paramref name="MaxHosts"/> -1 is any number of hosts.</summary>
public readonly record struct PoolTicket(int Count, int MaxHosts = -1);

/// <summary>Marks of load, each 0 when it does not matter; CGRU contract §5.6.</summary>
public sealed record LoadThresholds
{
    /// <summary>Percent of all cores.</summary>
    public int Cpu { get; init; }

    /// <summary>Percent of the memory.</summary>
    public int Mem { get; init; }

    /// <summary>Percent of the swap space.</summary>
    public int Swp { get; init; }

    /// <summary>Gigabytes of disk that are free: busy is less than this, idle is more.</summary>
    public int HddGb { get; init; }

    /// <summary>Percent of the time that the disk is busy.</summary>
    public int HddIo { get; init; }

    /// <summary>Megabytes per second over the network.</summary>
    public int NetMbs { get; init; }
}

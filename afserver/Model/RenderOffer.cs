namespace AfServer.Model;

/// <summary>What a render brings to the farm.</summary>
public sealed record RenderOffer
{
    public string InstanceId { get; init; } = "";
    public string HostName { get; init; } = "";

    /// <summary>The login under which the agent runs; whose workstation it is.</summary>
    public string UserName { get; init; } = "";

    public string OperatingSystem { get; init; } = "";
    public int Cores { get; init; }
    public int CpuMegahertz { get; init; }
    public int MemoryMegabytes { get; init; }

    /// <summary>Of the disk that tasks write to; 0 is unknown and refuses no task.</summary>
    public int DiskGigabytes { get; init; }

    /// <summary>Memory of each graphics device, in megabytes, by the device's number.</summary>
    public IReadOnlyList<int> GpuMegabytes { get; init; } = [];

    /// <summary>Hardware addresses, to wake it.</summary>
    public IReadOnlyList<string> HardwareAddresses { get; init; } = [];

    /// <summary>The sum of capacities that it runs at a time.</summary>
    public int Capacity { get; init; }

    /// <summary>Runs at a time; 0 is no limit but the capacity.</summary>
    public int MaxTasks { get; init; }

    /// <summary>The kinds of work that it does, sorted; none means any.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public bool IsSameAs(RenderOffer other) =>
        this with { Services = other.Services, GpuMegabytes = other.GpuMegabytes, HardwareAddresses = other.HardwareAddresses } == other
        && Services.SequenceEqual(other.Services) && GpuMegabytes.SequenceEqual(other.GpuMegabytes) && HardwareAddresses.SequenceEqual(other.HardwareAddresses);
}

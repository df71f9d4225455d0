using Afanasy.Messages;
using AfRender.Machine;

namespace AfRender.Link;

/// <summary>What this render tells every server about itself.</summary>
internal sealed record RenderIdentity
{
    public required string Name { get; init; }
    public required string InstanceId { get; init; }
    public required string Version { get; init; }
    public required string JoinKey { get; init; }
    public required int Capacity { get; init; }
    public required int MaxTasks { get; init; }
    public required IReadOnlyList<string> Services { get; init; }
    public required IReadOnlyList<int> GpuMegabytes { get; init; }

    public Hello Hello() => new() { Role = PeerRole.Render, Name = Name, Version = Version, Credential = JoinKey };

    public RenderRegister Register(MachineFacts machine, IReadOnlyList<HeldRun> held, TimeSpan alive) => new()
    {
        InstanceId = InstanceId,
        HostName = machine.HostName,
        OperatingSystem = machine.OperatingSystem,
        Cores = machine.Cores,
        MemoryMegabytes = machine.MemoryMegabytes,
        Capacity = Capacity,
        MaxTasks = MaxTasks,
        Services = Services,
        Held = held,
        UserName = machine.UserName,
        CpuMegahertz = machine.CpuMegahertz,
        DiskGigabytes = machine.DiskGigabytes,
        GpuMegabytes = GpuMegabytes,
        HardwareAddresses = machine.HardwareAddresses,
        AliveMilliseconds = (long)alive.TotalMilliseconds,
    };
}

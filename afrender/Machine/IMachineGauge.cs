using Afanasy.Messages;

namespace AfRender.Machine;

/// <summary>What a machine is, learnt once.</summary>
internal sealed record MachineFacts(string HostName, string OperatingSystem, int Cores, int MemoryMegabytes)
{
    /// <summary>0 where the platform does not tell.</summary>
    public int CpuMegahertz { get; init; }

    /// <summary>Free on the disk of the data folder, when it was looked at.</summary>
    public int DiskGigabytes { get; init; }

    public IReadOnlyList<string> HardwareAddresses { get; init; } = [];

    /// <summary>The login of this program.</summary>
    public string UserName { get; } = Environment.UserName;
}

/// <summary>Tells how busy this machine is. Asked by one thread at a time.</summary>
internal interface IMachineGauge
{
    MachineFacts Facts { get; }

    /// <summary>What is asked per time is measured since the last call; what the platform does not tell is 0.</summary>
    MachineLoad Read();
}

/// <summary>The one that fits this machine.</summary>
internal static class MachineGauges
{
    /// <param name="folder">On the disk whose space is told.</param>
    public static IMachineGauge OfThisMachine(string folder, TimeProvider time) =>
        OperatingSystem.IsLinux() ? new LinuxMachineGauge(folder, time) : new PlainMachineGauge(folder);
}

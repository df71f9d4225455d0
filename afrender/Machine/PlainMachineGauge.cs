using System.Runtime.InteropServices;
using Afanasy.Messages;

namespace AfRender.Machine;

/// <summary>What .NET tells on every platform: memory and disk.</summary>
internal sealed class PlainMachineGauge(string folder) : IMachineGauge
{
    private const long Megabyte = 1L << 20;

    public MachineFacts Facts { get; } = new(
        Environment.MachineName,
        RuntimeInformation.OSDescription,
        Environment.ProcessorCount,
        (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte))
    {
        DiskGigabytes = DiskSpace.Of(folder).FreeGigabytes,
        HardwareAddresses = NetworkCards.Addresses(),
    };

    public MachineLoad Read()
    {
        var memory = GC.GetGCMemoryInfo();
        var disk = DiskSpace.Of(folder);
        return new MachineLoad
        {
            MemoryTotalMegabytes = Facts.MemoryMegabytes,
            MemoryFreeMegabytes = (int)(Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) / Megabyte),
            DiskTotalGigabytes = disk.TotalGigabytes,
            DiskFreeGigabytes = disk.FreeGigabytes,
        };
    }
}

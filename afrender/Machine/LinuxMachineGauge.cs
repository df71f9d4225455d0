using System.Globalization;
using System.Runtime.InteropServices;
using Afanasy.Messages;

namespace AfRender.Machine;

/// <summary>Reads <c>/proc</c>: five small files that the kernel makes up on the spot.</summary>
internal sealed class LinuxMachineGauge : IMachineGauge
{
    private const int KilobytesPerMegabyte = 1024;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly string _proc;
    private CpuTicks _cpu;
    private NetBytes _net;
    private long _netRead;

    private readonly record struct CpuTicks(long Busy, long Total);

    private readonly record struct NetBytes(long Received, long Sent);

    /// <param name="proc">Where the kernel's files are; another folder in tests.</param>
    public LinuxMachineGauge(string folder, TimeProvider time, string proc = "/proc")
    {
        _folder = folder;
        _time = time;
        _proc = proc;
        _cpu = ParseCpu(ReadText("stat"));
        _net = ParseNet(ReadText("net/dev"));
        _netRead = time.GetTimestamp();
        Facts = new MachineFacts(
            Environment.MachineName,
            RuntimeInformation.OSDescription,
            Environment.ProcessorCount,
            (int)(Kilobytes(ReadText("meminfo"), "MemTotal:") / KilobytesPerMegabyte))
        {
            CpuMegahertz = ParseMegahertz(ReadText("cpuinfo")),
            DiskGigabytes = DiskSpace.Of(folder).FreeGigabytes,
            HardwareAddresses = NetworkCards.Addresses(),
        };
    }

    public MachineFacts Facts { get; }

    public MachineLoad Read()
    {
        var memory = ReadText("meminfo");
        var swapTotal = Kilobytes(memory, "SwapTotal:");
        var disk = DiskSpace.Of(_folder);
        var net = NetSinceLast();
        return new MachineLoad
        {
            CpuPercent = CpuSinceLast(),
            LoadAverage = ParseLoadAverage(ReadText("loadavg")),
            MemoryTotalMegabytes = (int)(Kilobytes(memory, "MemTotal:") / KilobytesPerMegabyte),
            MemoryFreeMegabytes = (int)(Kilobytes(memory, "MemAvailable:") / KilobytesPerMegabyte),
            SwapTotalMegabytes = (int)(swapTotal / KilobytesPerMegabyte),
            SwapUsedMegabytes = (int)((swapTotal - Kilobytes(memory, "SwapFree:")) / KilobytesPerMegabyte),
            DiskTotalGigabytes = disk.TotalGigabytes,
            DiskFreeGigabytes = disk.FreeGigabytes,
            NetReceiveKilobytesPerSecond = (int)net.Received,
            NetSendKilobytesPerSecond = (int)net.Sent,
        };
    }

    private int CpuSinceLast()
    {
        var now = ParseCpu(ReadText("stat"));
        var total = now.Total - _cpu.Total;
        var busy = now.Busy - _cpu.Busy;
        _cpu = now;
        return total <= 0 ? 0 : (int)Math.Clamp(100 * busy / total, 0, 100);
    }

    private NetBytes NetSinceLast()
    {
        var now = ParseNet(ReadText("net/dev"));
        var seconds = _time.GetElapsedTime(_netRead).TotalSeconds;
        var before = _net;
        _net = now;
        _netRead = _time.GetTimestamp();
        return seconds <= 0 ? default : new NetBytes(Rate(now.Received - before.Received, seconds), Rate(now.Sent - before.Sent, seconds));
    }

    /// <summary>A card that was removed makes the sum smaller.</summary>
    private static long Rate(long bytes, double seconds) => (long)(Math.Max(0, bytes) / 1024.0 / seconds);

    /// <summary>"cpu user nice system idle iowait irq softirq steal …", in ticks.</summary>
    private static CpuTicks ParseCpu(string stat)
    {
        var fields = Fields(stat.Split('\n', 2)[0]);
        if (fields.Length < 6 || fields[0] != "cpu") return default;
        var ticks = fields.Skip(1).Take(8).Select(Number).ToList();
        var total = ticks.Sum();
        return new CpuTicks(total - ticks[3] - ticks[4], total);
    }

    /// <summary>"eth0: bytes packets … (8 of receive) bytes …"; the machine's talk with itself does not count.</summary>
    private static NetBytes ParseNet(string devices)
    {
        var sum = default(NetBytes);
        foreach (var line in devices.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || line[..colon].Trim() == "lo") continue;
            var fields = Fields(line[(colon + 1)..]);
            if (fields.Length >= 9) sum = new NetBytes(sum.Received + Number(fields[0]), sum.Sent + Number(fields[8]));
        }

        return sum;
    }

    private static double ParseLoadAverage(string text) =>
        double.TryParse(text.Split(' ', 2)[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var average) ? average : 0;

    /// <summary>"cpu MHz : 2400.000" of each core; the fastest one, since a core that sleeps tells less than it can.</summary>
    private static int ParseMegahertz(string cores)
    {
        var fastest = 0.0;
        foreach (var line in cores.Split('\n').Where(line => line.StartsWith("cpu MHz", StringComparison.Ordinal)))
        {
            var text = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var megahertz)) fastest = Math.Max(fastest, megahertz);
        }

        return (int)Math.Clamp(fastest, 0, int.MaxValue);
    }

    private static long Kilobytes(string memory, string name)
    {
        var line = memory.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : Fields(line[name.Length..]) is [var first, ..] ? Number(first) : 0;
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_proc, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

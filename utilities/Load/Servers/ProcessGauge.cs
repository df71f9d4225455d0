namespace AfLoad.Servers;

/// <summary>What the kernel says of a process: processor time and resident memory. Linux only.</summary>
internal sealed class ProcessGauge(int processId)
{
    /// <summary>USER_HZ, the unit of /proc/PID/stat on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private const int UserTimeField = 11;     // counted after the closing bracket of the name, which may hold spaces
    private const int SystemTimeField = 12;

    public TimeSpan ProcessorTime
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((double.Parse(fields[UserTimeField]) + double.Parse(fields[SystemTimeField])) / TicksPerSecond);
        }
    }

    public double ResidentMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
        }
    }
}

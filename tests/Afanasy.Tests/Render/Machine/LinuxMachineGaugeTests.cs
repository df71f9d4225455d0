using Afanasy.Tests.Support;
using AfRender.Machine;

namespace Afanasy.Tests.Agents;

public sealed class LinuxMachineGaugeTests
{
    private readonly ScratchFolder _proc = new();

    [TearDown]
    public void Clean() => _proc.Dispose();

    [Test]
    public void The_kernels_files_are_understood()
    {
        var time = new SteppedTime();
        Write("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1", received: 1000, sent: 0);
        var gauge = new LinuxMachineGauge(_proc.Path, time, _proc.Path);

        time.Now += TimeSpan.FromSeconds(2);
        Write("cpu  175 0 100 710 115 0 0 0 0 0\ncpu0 1 1 1 1", received: 1000 + (2 * 5 * 1024), sent: 2 * 7 * 1024);
        var load = gauge.Read();

        Assert.Multiple(() =>
        {
            Assert.That(load.CpuPercent, Is.EqualTo(75));
            Assert.That(load.LoadAverage, Is.EqualTo(1.5));
            Assert.That((load.MemoryTotalMegabytes, load.MemoryFreeMegabytes), Is.EqualTo((8000, 3000)));
            Assert.That((load.SwapTotalMegabytes, load.SwapUsedMegabytes), Is.EqualTo((1000, 250)));
            Assert.That((load.NetReceiveKilobytesPerSecond, load.NetSendKilobytesPerSecond), Is.EqualTo((5, 7)));
            Assert.That(load.DiskTotalGigabytes, Is.Positive);
            Assert.That((gauge.Facts.MemoryMegabytes, gauge.Facts.CpuMegahertz), Is.EqualTo((8000, 3600)));
            Assert.That((gauge.Facts.DiskGigabytes, gauge.Facts.UserName), Is.EqualTo((DiskSpace.Of(_proc.Path).FreeGigabytes, Environment.UserName)));
        });
    }

    [Test]
    public void Missing_and_broken_files_give_zeros()
    {
        _proc.Write("stat", "cpu garbage");
        _proc.Write("cpuinfo", "cpu MHz\ncpu MHz : fast\n");
        _proc.Write("meminfo", "MemTotal:\nSwapTotal: x kB\n");
        var gauge = new LinuxMachineGauge(_proc.Path, TimeProvider.System, _proc.Path);

        var load = gauge.Read();

        Assert.That((load.CpuPercent, load.MemoryTotalMegabytes, load.LoadAverage), Is.EqualTo((0, 0, 0.0)));
        Assert.That(gauge.Facts.CpuMegahertz, Is.Zero);
    }

    [Test]
    [Platform("Linux")]
    public void This_machine_has_memory_and_cores()
    {
        var gauge = MachineGauges.OfThisMachine("/", TimeProvider.System);

        Assert.That(gauge.Facts.Cores, Is.Positive);
        Assert.That(gauge.Read().MemoryTotalMegabytes, Is.GreaterThan(gauge.Read().MemoryFreeMegabytes));
    }

    private void Write(string stat, long received, long sent)
    {
        _proc.Write("stat", stat);
        _proc.Write("loadavg", "1.50 1.00 0.50 1/300 4242\n");
        _proc.Write("cpuinfo", "processor\t: 0\ncpu MHz\t\t: 800.000\n\nprocessor\t: 1\ncpu MHz\t\t: 3600.125\n");
        _proc.Write("meminfo", "MemTotal:  8192000 kB\nMemFree: 1 kB\nMemAvailable: 3072000 kB\nSwapTotal: 1024000 kB\nSwapFree: 768000 kB\n");
        Directory.CreateDirectory(_proc.At("net"));
        _proc.Write("net/dev", $"Inter-| Receive\n face |bytes\n    lo: 999999 0 0 0 0 0 0 0 999999 0\n  eth0: {received} 0 0 0 0 0 0 0 {sent} 0 0\n");
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}

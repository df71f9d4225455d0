using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfServer.Engine;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Engine;

/// <summary>Each mark below which a render counts as idle.</summary>
public sealed class IdleMarkTests
{
    private static MachineLoad Quiet => new()
    {
        CpuPercent = 5,
        MemoryTotalMegabytes = 1000,
        MemoryFreeMegabytes = 900,
        SwapTotalMegabytes = 1000,
        DiskTotalGigabytes = 100,
        DiskFreeGigabytes = 80,
    };

    private static IEnumerable<TestCaseData> Marks =>
    [
        new TestCaseData(new LoadThresholds { Cpu = 10 }, Quiet with { CpuPercent = 11 }).SetArgDisplayNames("idle_cpu"),
        new TestCaseData(new LoadThresholds { Mem = 20 }, Quiet with { MemoryFreeMegabytes = 700 }).SetArgDisplayNames("idle_mem"),
        new TestCaseData(new LoadThresholds { Swp = 10 }, Quiet with { SwapUsedMegabytes = 200 }).SetArgDisplayNames("idle_swp"),
        new TestCaseData(new LoadThresholds { HddGb = 50 }, Quiet with { DiskFreeGigabytes = 40 }).SetArgDisplayNames("idle_hddgb"),
        new TestCaseData(new LoadThresholds { NetMbs = 5 }, Quiet with { NetReceiveKilobytesPerSecond = 6000 }).SetArgDisplayNames("idle_netmbs"),
    ];

    [TestCaseSource(nameof(Marks))]
    public void A_mark_keeps_a_nimby_as_long_as_it_is_overstepped(LoadThresholds marks, MachineLoad above)
    {
        var bench = new EngineBench();
        var clockwork = new Clockwork(new Mailbox(), EngineBench.SilenceMax, new ManualTime(), NullLogger<Clockwork>.Instance);
        var render = bench.Join("r1");
        bench.Set(new PoolSettings { IdleFreeTime = 5, Idle = marks });
        bench.Apply(new Change.RenderSet(render.Id, render.Pool.Path, render.Settings with { NimbyAll = true }) { At = bench.View.Now });
        Tick(bench, clockwork, render, 10, above);
        Assert.That(render.Settings.NimbyAll, Is.True);

        Tick(bench, clockwork, render, 6, Quiet);

        Assert.That(render.Settings.NimbyAll, Is.False);
    }

    private static void Tick(EngineBench bench, Clockwork clockwork, Render render, int seconds, MachineLoad load)
    {
        for (var i = 0; i < 2 * seconds; i++)
        {
            bench.Pass(TimeSpan.FromSeconds(0.5));
            bench.Report(render, new RenderReport { Load = load });
            bench.Do(clockwork.Check(bench.View));
        }
    }
}

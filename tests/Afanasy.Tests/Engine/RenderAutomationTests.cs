using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfServer.Engine;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Engine;

public sealed class RenderAutomationTests
{
    private readonly EngineBench _bench = new();
    private readonly Clockwork _clockwork = new(new Mailbox(), EngineBench.SilenceMax, new ManualTime(), NullLogger<Clockwork>.Instance);
    private readonly Render _render;

    public RenderAutomationTests() => _render = _bench.Join("r");

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
        new TestCaseData(new LoadThresholds { Cpu = 50 }, Quiet with { CpuPercent = 51 }).SetArgDisplayNames("busy_cpu"),
        new TestCaseData(new LoadThresholds { Mem = 50 }, Quiet with { MemoryFreeMegabytes = 400 }).SetArgDisplayNames("busy_mem"),
        new TestCaseData(new LoadThresholds { Swp = 50 }, Quiet with { SwapUsedMegabytes = 600 }).SetArgDisplayNames("busy_swp"),
        new TestCaseData(new LoadThresholds { HddGb = 50 }, Quiet with { DiskFreeGigabytes = 40 }).SetArgDisplayNames("busy_hddgb"),
        new TestCaseData(new LoadThresholds { NetMbs = 50 }, Quiet with { NetReceiveKilobytesPerSecond = 30_000, NetSendKilobytesPerSecond = 30_000 }).SetArgDisplayNames("busy_netmbs"),
    ];

    [TestCaseSource(nameof(Marks))]
    public void Busy_nimby_time_above_a_mark_makes_a_free_render_NIMBY(LoadThresholds marks, MachineLoad busy)
    {
        _bench.Set(new PoolSettings { BusyNimbyTime = 5, Busy = marks });
        Tick(10, Quiet);
        Assert.That(_render.Settings.NimbyAll, Is.False);
        Tick(4, busy);
        Tick(1, Quiet);
        Tick(4, busy);
        Assert.That(_render.Settings.NimbyAll, Is.False, "not for so long at a stretch");

        Tick(2, busy);

        Assert.That(_render.Settings.NimbyAll, Is.True);
    }

    [Test]
    public void Busy_with_a_task_of_the_farm_is_not_busy()
    {
        _bench.Set(new PoolSettings { BusyNimbyTime = 5, Busy = new LoadThresholds { Cpu = 50 } });
        _bench.Start(_bench.Submit(), 0, _render);

        Tick(10, Quiet with { CpuPercent = 100 });

        Assert.That(_render.Settings.NimbyAll, Is.False);
    }

    [Test]
    public void Busy_before_it_was_freed_does_not_count()
    {
        _bench.Set(new PoolSettings { BusyNimbyTime = 5, Busy = new LoadThresholds { Cpu = 50 } });
        Put(_render.Settings with { NimbyOthers = true });
        Tick(10, Quiet with { CpuPercent = 100 });
        Put(_render.Settings with { NimbyOthers = false });

        Tick(4, Quiet with { CpuPercent = 100 });

        Assert.That(_render.Settings.NimbyAll, Is.False);
    }

    [Test]
    public void Idle_free_time_below_all_marks_frees_it()
    {
        _bench.Set(new PoolSettings { IdleFreeTime = 5, Idle = new LoadThresholds { Cpu = 10, HddGb = 50 } });
        Put(_render.Settings with { NimbyAll = true });
        Tick(10, Quiet with { DiskFreeGigabytes = 40 });
        Assert.That(_render.Settings.NimbyAll, Is.True, "one of two marks is not met");

        Tick(6, Quiet);

        Assert.That(_render.Settings.NimbyAll, Is.False);
    }

    [Test]
    public void Idle_without_a_mark_means_nothing()
    {
        _bench.Set(new PoolSettings { IdleFreeTime = 5, IdleWolsleepTime = 5 });
        Put(_render.Settings with { NimbyAll = true });

        Tick(10, Quiet);

        Assert.That((_render.Settings.NimbyAll, Presence.Sleep), Is.EqualTo((true, RenderSleep.Awake)));
    }

    [Test]
    public void Idle_wolsleep_time_lets_it_sleep_and_take_nothing()
    {
        _bench.Set(new PoolSettings { IdleWolsleepTime = 5, Idle = new LoadThresholds { Cpu = 10 } });

        Tick(7, Quiet, spend: false);

        Assert.That((Presence.Sleep, _bench.View.Solver.IsOnline(_render.Id)), Is.EqualTo((RenderSleep.FallingAsleep, false)));
        Assert.That(_bench.Report(_render)?.Instruction, Is.EqualTo(RenderInstruction.Sleep));
    }

    [Test]
    public void What_does_not_fall_asleep_takes_tasks_again()
    {
        _bench.Do(RenderSettingsRequests.Act(_bench.View, _render, EngineBench.Action("wol_sleep"), EngineBench.Anna));
        Tick(119, Quiet);
        Assert.That(_bench.View.Solver.IsOnline(_render.Id), Is.False);

        Tick(2, Quiet);

        Assert.That((Presence.Sleep, _bench.View.Solver.IsOnline(_render.Id)), Is.EqualTo((RenderSleep.Awake, true)));
    }

    [Test]
    public void Exit_no_task_time_ends_the_agent_once()
    {
        _bench.Set(new PoolSettings { ExitNoTaskTime = 10 });
        var run = _bench.Start(_bench.Submit(), 0, _render);
        Tick(20, Quiet);
        _bench.End(run);
        Tick(9, Quiet, spend: false);
        Assert.That(_bench.View.Solver.IsOnline(_render.Id), Is.True);

        Tick(3, Quiet, spend: false);

        Assert.That(_bench.View.Solver.IsOnline(_render.Id), Is.False);
        Assert.That(new[] { _bench.Report(_render)?.Instruction, _bench.Report(_render)?.Instruction }, Is.EqualTo(new RenderInstruction?[] { RenderInstruction.Exit, null }));
    }

    [Test]
    public void The_nearest_pool_that_says_it_counts()
    {
        _bench.Set(new PoolSettings { BusyNimbyTime = 5, Busy = new LoadThresholds { Cpu = 50 } });
        _bench.AddPool("/lin", new PoolSettings { BusyNimbyTime = 0 });
        _bench.Apply(new Change.RenderSet(_render.Id, "/lin", _render.Settings) { At = _bench.View.Now });
        Tick(10, Quiet with { CpuPercent = 100 });
        Assert.That(_render.Settings.NimbyAll, Is.False, "0 switches off what the pool above says");

        _bench.AddPool("/lin", new PoolSettings());
        Tick(2, Quiet with { CpuPercent = 100 });

        Assert.That(_render.Settings.NimbyAll, Is.True);
    }

    private RenderPresence Presence => _bench.View.Presences.Of(_render);

    private void Put(RenderSettings settings) => _bench.Apply(new Change.RenderSet(_render.Id, _render.Pool.Path, settings) { At = _bench.View.Now });

    private void Tick(int seconds, MachineLoad load, bool spend = true)
    {
        for (var i = 0; i < 2 * seconds; i++)
        {
            _bench.Pass(TimeSpan.FromSeconds(0.5));
            if (spend) _bench.Report(_render, new RenderReport { Load = load });
            else _bench.Do(_bench.Reported(_render, new RenderReport { Load = load }));
            _bench.Do(_clockwork.Check(_bench.View));
        }
    }
}

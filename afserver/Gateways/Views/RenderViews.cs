using System.Text.Json;
using AfServer.Engine;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>A render as the doors show it.</summary>
internal sealed record RenderView
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public string HostName { get; init; } = "";
    public string Os { get; init; } = "";

    /// <summary>busy, idle or offline.</summary>
    public string State { get; init; } = "";

    /// <summary>By people's settings, else the nearest pool that says it, else its own offer; the same of the next three.</summary>
    public int Capacity { get; init; }

    public int CapacityUsed { get; init; }

    /// <summary>-1 is no limit but the capacity.</summary>
    public int MaxTasks { get; init; }

    public int Power { get; init; }
    public string Properties { get; init; } = "";
    public string Pool { get; init; } = "";
    public int Priority { get; init; }
    public string Annotation { get; init; } = "";
    public bool Hidden { get; init; }

    /// <summary>It, or a pool above it.</summary>
    public bool Paused { get; init; }

    /// <summary>Takes tasks of its own user only.</summary>
    public bool Nimby { get; init; }

    /// <summary>Takes no tasks (<c>NIMBY</c> in its settings; members of our own answers do not differ by case alone).</summary>
    public bool NimbyAll { get; init; }

    /// <summary>Whose machine it is.</summary>
    public string UserName { get; init; } = "";

    public bool Sick { get; init; }

    /// <summary>Users whose tasks failed on it, one after the other.</summary>
    public IReadOnlyList<string> SickUsers { get; init; } = [];

    public int MemoryReservedMb { get; init; }
    public int CoresReserved { get; init; }
    public int DiskReservedGb { get; init; }
    public int GpusTotal { get; init; }

    /// <summary>Devices with nothing on them.</summary>
    public int GpusFree { get; init; }

    /// <summary>awake, falling_asleep, asleep or waking.</summary>
    public string Sleep { get; init; } = "";

    public IReadOnlyList<string> Services { get; init; } = [];
    public int Cores { get; init; }
    public int MemoryMb { get; init; }
    public string Version { get; init; } = "";
    public DateTimeOffset Registered { get; init; }
    public DateTimeOffset? ConnectedSince { get; init; }
    public DateTimeOffset? LastSeen { get; init; }
    public LoadView? Load { get; init; }
    public IReadOnlyList<RenderTaskView> Tasks { get; init; } = [];

    /// <summary>A render that is leaving takes nothing any more: it is offline already.</summary>
    public static string StateOf(Render render, FarmView farm) =>
        !farm.Solver.IsOnline(render.Id) ? "offline" : render.TaskCount > 0 ? "busy" : "idle";

    public static bool IsPaused(Render render) => render.Settings.Paused || render.Pool.Chain().Any(pool => pool.Settings.Paused);

    public static RenderView Of(Render render, FarmView farm)
    {
        var presence = farm.Presences.Of(render);
        return new RenderView
        {
            Id = render.Id.Value,
            Name = render.Name,
            HostName = render.Offer.HostName,
            Os = render.Offer.OperatingSystem,
            State = StateOf(render, farm),
            Capacity = render.Capacity,
            CapacityUsed = render.CapacityUsed,
            MaxTasks = render.MaxTasks,
            Power = render.Power,
            Properties = render.Properties,
            Pool = render.Pool.Path,
            Priority = render.Settings.Priority,
            Annotation = render.Settings.Annotation,
            Hidden = render.Settings.Hidden,
            Paused = IsPaused(render),
            Nimby = render.Settings.NimbyOthers,
            NimbyAll = render.Settings.NimbyAll,
            UserName = render.Settings.UserName,
            Sick = render.IsSick,
            SickUsers = [.. render.ErrorUsers],
            MemoryReservedMb = render.MemoryReserved,
            CoresReserved = render.CoresReserved,
            DiskReservedGb = render.DiskReserved,
            GpusTotal = render.GpuCount,
            GpusFree = Enumerable.Range(0, render.GpuCount).Count(render.IsGpuUnused),
            Sleep = JsonNamingPolicy.SnakeCaseLower.ConvertName(presence.Sleep.ToString()),
            Services = render.Offer.Services,
            Cores = render.Offer.Cores,
            MemoryMb = render.Offer.MemoryMegabytes,
            Version = presence.Version,
            Registered = render.Registered,
            ConnectedSince = presence.ConnectedSince,
            LastSeen = presence.LastSeen,
            Load = presence.Load is { } load ? LoadView.Of(load) : null,
            Tasks = [.. render.Runs.Select(run => RenderTaskView.Of(run, false, farm.Presences)), .. render.Helping.Select(run => RenderTaskView.Of(run, true, farm.Presences))],
        };
    }
}

/// <summary>How busy a machine is.</summary>
internal sealed record LoadView
{
    public int CpuPercent { get; init; }
    public double LoadAverage { get; init; }
    public int MemoryTotalMb { get; init; }
    public int MemoryFreeMb { get; init; }
    public int SwapTotalMb { get; init; }
    public int SwapUsedMb { get; init; }
    public int DiskTotalGb { get; init; }
    public int DiskFreeGb { get; init; }
    public int NetReceiveKbS { get; init; }
    public int NetSendKbS { get; init; }

    public static LoadView Of(Afanasy.Messages.MachineLoad load) => new()
    {
        CpuPercent = load.CpuPercent,
        LoadAverage = load.LoadAverage,
        MemoryTotalMb = load.MemoryTotalMegabytes,
        MemoryFreeMb = load.MemoryFreeMegabytes,
        SwapTotalMb = load.SwapTotalMegabytes,
        SwapUsedMb = load.SwapUsedMegabytes,
        DiskTotalGb = load.DiskTotalGigabytes,
        DiskFreeGb = load.DiskFreeGigabytes,
        NetReceiveKbS = load.NetReceiveKilobytesPerSecond,
        NetSendKbS = load.NetSendKilobytesPerSecond,
    };
}

/// <summary>A run on a render, with the names that people know it by; <paramref name="Helping"/> where another render leads it.</summary>
internal sealed record RenderTaskView(
    int Job, int Block, int Task, int Run, string JobName, string BlockName, string TaskName, string Service, string UserName, DateTimeOffset Started, int Progress, int Capacity,
    bool Helping)
{
    public static RenderTaskView Of(TaskRun run, bool isHelping, Presences presences)
    {
        var (job, block) = (run.Block.Job.Description, run.Block.Description);
        return new RenderTaskView(
            run.Id.Job.Value, run.Id.Block, run.Id.Task, run.Id.Run, job.Name, block.Name, RunStarts.TaskName(block, run.Id.Task),
            block.Service, job.UserName, run.Started, presences.ProgressOf(run.Id)?.Percent ?? 0, run.Grant.Capacity, isHelping);
    }
}

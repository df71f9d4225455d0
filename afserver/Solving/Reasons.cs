using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>The words for why a task and a render do not come together, and for what to change.</summary>
internal static class Reasons
{
    /// <summary>Renders that could hold the task if others made room.</summary>
    private static readonly Misfit[] _taken =
    [
        Misfit.NoSlot, Misfit.Busy, Misfit.CoresTaken, Misfit.MemoryTaken, Misfit.DiskTaken, Misfit.GpusTaken, Misfit.Reserved,
    ];

    private static readonly (string Many, string One)[] _verbs = [("have ", "has "), ("are ", "is "), ("do ", "does "), ("lack ", "lacks "), ("run ", "runs "), ("not connected", "is not connected")];

    /// <summary>One sentence for all renders together, and what to change first.</summary>
    public static (string? Reason, string? Advice) Sum(int renders, int fits, IReadOnlyList<Exclusion> excluded)
    {
        if (renders == 0) return ("No render has joined the farm yet.", "Start an afrender.");
        if (fits > 0) return (fits == 1 ? "A render can take it now." : $"{fits} renders can take it now.", null);
        var offline = excluded.FirstOrDefault(exclusion => exclusion.Reason == Misfit.Offline);
        if (offline?.Count == renders) return (renders == 1 ? "The only render is offline." : $"All {renders} renders are offline.", offline.Advice);

        var online = excluded.Where(exclusion => exclusion.Reason != Misfit.Offline).ToList();
        var taken = online.Where(exclusion => _taken.Contains(exclusion.Reason)).Sum(exclusion => exclusion.Count);
        if (taken > 0) return (taken == 1 ? "The only render that could take it is busy." : $"All {taken} renders that could take it are busy.", "Wait, raise its priority, or add renders.");
        if (online is [var only]) return (only.Count == 1 ? $"The only render that is online {Singular(only.Detail)}." : $"All {only.Count} renders that are online {only.Detail}.", only.Advice);
        var most = online.MaxBy(exclusion => exclusion.Count)!;   // some render is online, and none fits
        return ($"No render fits: {string.Join(", ", online.Select(exclusion => $"{exclusion.Count} {(exclusion.Count == 1 ? Singular(exclusion.Detail) : exclusion.Detail)}"))}.", most.Advice);
    }

    /// <summary>What is wrong with some renders, seen from a task: "3 …".</summary>
    public static string OfTask(Misfit misfit, Lot lot)
    {
        var need = lot.Need;
        return misfit switch
        {
            Misfit.Offline => "not connected",
            Misfit.NoPriority => "have priority 0",
            Misfit.Sick => "are sick after errors of several users",
            Misfit.Paused => "are paused",
            Misfit.Nimby => "are NIMBY",
            Misfit.HostsMask => "have a name that the hosts masks leave out",
            Misfit.Os => "have another system than need_os says",
            Misfit.Properties => "lack the properties that are needed",
            Misfit.Power => $"have less power than {need.Power}",
            Misfit.Pool => "are in a pool that is forbidden or not asked for",
            Misfit.Service => $"do not offer '{need.Service}'",
            Misfit.CpuSpeed => "have slower processors than are needed",
            Misfit.Maintenance => "have no task of their name in this maintenance job",
            Misfit.TooSmall => $"have less than capacity {need.Capacity} in all",
            Misfit.TooFewCores => $"have fewer than {need.Cores} cores",
            Misfit.TooLittleMemory => $"have less than {need.Memory} MB of memory",
            Misfit.TooLittleDisk => $"have less than {need.Disk} GB of disk",
            Misfit.TooFewGpus => need.Gpus > 0 ? $"have fewer than {need.Gpus} GPUs with {need.GpuMemory} MB" : $"have no GPU with {need.GpuMemory} MB",
            Misfit.NoSlot => "run as many tasks as they may",
            Misfit.Busy => $"have less than capacity {need.Capacity} free",
            Misfit.CoresTaken => $"have fewer than {need.Cores} cores free",
            Misfit.MemoryTaken => $"have less than {need.Memory} MB of memory free",
            Misfit.DiskTaken => $"have less than {need.Disk} GB of disk free",
            Misfit.GpusTaken => "have their GPUs taken",
            Misfit.HostTickets => $"have used up their tickets ({Tickets(need)})",
            Misfit.PoolTickets => $"are in a pool whose tickets are used up ({Tickets(need)})",
            Misfit.NimbyOthers => "are nimby for others than their own user",
            Misfit.PerHostLimit => "run as many of these tasks as a limit per host allows",
            Misfit.AvoidedByBlock => "are avoided after errors of this block",
            Misfit.AvoidedByTask => "are avoided after errors of this task",
            Misfit.Reserved => "are kept free for wider work that waits longer",
            Misfit.TooFewHosts => $"would fit, but the task needs {lot.Block.Description.MultihostMin} together",
            _ => throw new ArgumentOutOfRangeException(nameof(misfit), misfit, "No reason."),
        };
    }

    /// <summary>The same, seen from one render.</summary>
    public static string OfRender(Misfit misfit, Render render, Lot lot) => misfit switch
    {
        Misfit.Offline => "The render is not connected",
        Misfit.NoPriority => "The render has priority 0",
        Misfit.Sick => $"The render is sick after errors of {string.Join(", ", render.ErrorUsers)}",
        Misfit.Paused => "The render or its pool is paused",
        Misfit.Nimby => "The render is NIMBY",
        Misfit.NoSlot => $"The render runs {render.TaskCount} tasks, as many as it may",
        Misfit.Busy => $"The render has capacity {render.CapacityFree} free, which is not enough",
        Misfit.Reserved => "The render is kept free for wider work that waits longer",
        _ => $"The render {Singular(OfTask(misfit, lot))}",
    };

    public static string Advice(Misfit misfit) => misfit switch
    {
        Misfit.Offline => "Start its afrender.",
        Misfit.NoPriority => "Give the render a priority.",
        Misfit.Sick => "Look at its log, then heal_sick.",
        Misfit.Paused => "Resume the render or its pool, or set ignorepaused on the job.",
        Misfit.Nimby => "Free the render, or set ignorenimby on the job.",
        Misfit.HostsMask => "Change hosts_mask or hosts_mask_exclude of the block, job, user or branch.",
        Misfit.Os => "Change need_os.",
        Misfit.Properties => "Change need_properties, or properties_host of the render or its pool.",
        Misfit.Power => "Lower need_power, or raise power_host of the render or its pool.",
        Misfit.Pool => "Change pools of the job, user or branch, or the render's pool.",
        Misfit.Service => "Add the service to the render or its pool.",
        Misfit.CpuSpeed => "Lower need_cpu_freq_mgz or need_cpu_freq_cores.",
        Misfit.Maintenance => "Name a task after the render.",
        Misfit.TooSmall => "Lower capacity of the block, or raise capacity_host.",
        Misfit.TooFewCores => "Lower need_cpu_cores.",
        Misfit.TooLittleMemory => "Lower need_memory, or add a larger machine.",
        Misfit.TooLittleDisk => "Lower need_hdd, or free disk space and restart the agent.",
        Misfit.TooFewGpus => "Lower need_gpus or need_gpu_mem_mb.",
        Misfit.HostTickets or Misfit.PoolTickets => "Wait until one comes back, or raise its count.",
        Misfit.NimbyOthers => "Free the render, or set ignorenimby on the job.",
        Misfit.PerHostLimit => "Raise max_running_tasks_per_host.",
        Misfit.AvoidedByBlock or Misfit.AvoidedByTask => "Read the logs of the errors, then reset_error_hosts.",
        Misfit.TooFewHosts => "Wait, or lower multihost_min.",
        _ => "Wait, raise its priority, or add renders.",
    };

    public static string Word(DependOutcome outcome) => outcome switch
    {
        DependOutcome.Done => "done",
        DependOutcome.Failed => "failed",
        _ => "over",
    };

    /// <summary>What is said of some renders, said of one.</summary>
    private static string Singular(string detail)
    {
        foreach (var (many, one) in _verbs)
        {
            if (detail.StartsWith(many, StringComparison.Ordinal)) return (one + detail[many.Length..]).Replace(" their ", " its ", StringComparison.Ordinal);
        }

        return detail;
    }

    private static string Tickets(Need need) => string.Join(", ", need.Tickets.Select(ticket => $"{ticket.Name} {ticket.Count}"));
}

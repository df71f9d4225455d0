namespace AfServer.Solving;

/// <summary>Why a render does not take a task, in the order in which it is tested.</summary>
internal enum Misfit
{
    None,

    // The render takes nothing at all.
    Offline,
    NoPriority,
    Sick,
    Paused,
    Nimby,

    // The task may not go there, whatever is free.
    HostsMask,
    Os,
    Properties,
    Power,
    Pool,
    Service,
    CpuSpeed,
    Maintenance,

    // It could never hold the task.
    TooSmall,
    TooFewCores,
    TooLittleMemory,
    TooLittleDisk,
    TooFewGpus,

    // What it has is taken at present.
    NoSlot,
    Busy,
    CoresTaken,
    MemoryTaken,
    DiskTaken,
    GpusTaken,
    HostTickets,
    PoolTickets,

    // Limits and bad experience of just this work.
    NimbyOthers,
    PerHostLimit,
    AvoidedByBlock,
    AvoidedByTask,
    Reserved,
    TooFewHosts,
}

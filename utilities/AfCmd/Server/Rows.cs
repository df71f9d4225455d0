using System.Text.Json;

namespace AfCmd.Server;

// What afcmd reads of the server's answers. A member that an older server does not send has its default here; what a newer one adds is skipped.

internal sealed record JobRow
{
    public int Id { get; init; }
    public long Serial { get; init; }
    public string Name { get; init; } = "";
    public string UserName { get; init; } = "";
    public string HostName { get; init; } = "";
    public int Priority { get; init; }
    public string State { get; init; } = "";
    public string Annotation { get; init; } = "";
    public string Branch { get; init; } = "";
    public string Project { get; init; } = "";
    public IReadOnlyList<int>? WaitsForJobs { get; init; }
    public long TasksTotal { get; init; }
    public long TasksDone { get; init; }
    public long TasksRunning { get; init; }
    public long TasksReady { get; init; }
    public long TasksWaiting { get; init; }
    public long TasksError { get; init; }
    public long TasksSkipped { get; init; }
    public long TasksSuspended { get; init; }
    public double Progress { get; init; }
    public DateTimeOffset? TimeCreation { get; init; }
    public DateTimeOffset? TimeStarted { get; init; }
    public DateTimeOffset? TimeDone { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyDictionary<string, string>? Folders { get; init; }
    public IReadOnlyList<BlockRow>? Blocks { get; init; }
}

internal sealed record BlockRow
{
    public int Block { get; init; }
    public string Name { get; init; } = "";
    public string Service { get; init; } = "";
    public string State { get; init; } = "";
    public bool Numeric { get; init; }
    public long FrameFirst { get; init; }
    public long FrameLast { get; init; }
    public string? DependMask { get; init; }
    public string? TasksDependMask { get; init; }
    public long TasksTotal { get; init; }
    public long TasksDone { get; init; }
    public long TasksRunning { get; init; }
    public long TasksError { get; init; }
    public long TasksSkipped { get; init; }
    public double Progress { get; init; }
}

internal sealed record TaskRow
{
    public int Task { get; init; }
    public string Name { get; init; } = "";
    public string State { get; init; } = "";
    public int Run { get; init; }
    public string? Render { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public double Progress { get; init; }
    public int? ExitCode { get; init; }
    public string? Reason { get; init; }
    public string? Activity { get; init; }
    public int Errors { get; init; }
}

internal sealed record RenderRow
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public string State { get; init; } = "";
    public long Capacity { get; init; }
    public long CapacityUsed { get; init; }
    public int MaxTasks { get; init; }
    public string Pool { get; init; } = "";
    public int Priority { get; init; }
    public bool Paused { get; init; }
    public bool Nimby { get; init; }

    public bool NimbyAll { get; init; }

    public bool Sick { get; init; }
    public string UserName { get; init; } = "";
    public string Sleep { get; init; } = "";
    public int Cores { get; init; }
    public IReadOnlyList<string>? Services { get; init; }
    public DateTimeOffset? LastSeen { get; init; }
    public LoadRow? Load { get; init; }
    public IReadOnlyList<RenderTaskRow>? Tasks { get; init; }
}

internal sealed record LoadRow
{
    public double CpuPercent { get; init; }
    public double MemoryTotalMb { get; init; }
    public double MemoryFreeMb { get; init; }
}

internal sealed record RenderTaskRow
{
    public int Job { get; init; }
    public int Block { get; init; }
    public int Task { get; init; }
}

internal sealed record JobPage(IReadOnlyList<JobRow>? Jobs, long Total);

internal sealed record TaskPage(IReadOnlyList<TaskRow>? Tasks, long Total);

internal sealed record RenderPage(IReadOnlyList<RenderRow>? Renders, long Total);

internal sealed record Submitted(int Id, long Serial, string? Name, IReadOnlyList<string>? Warnings);

internal sealed record ActionResult(int Job, long Changed, string? Detail);

internal sealed record WhyRow
{
    public int? Job { get; init; }
    public int? Block { get; init; }
    public int? Task { get; init; }
    public string? Render { get; init; }
    public string? State { get; init; }
    public string? Reason { get; init; }
    public string? Advice { get; init; }
    public int Fitting { get; init; }
    public IReadOnlyList<ExcludedRow>? Excluded { get; init; }
}

internal sealed record ExcludedRow(string? Reason, long Count, string? Detail, string? Advice);

/// <summary>Pools as a job says them, or a user or a branch in its settings.</summary>
internal sealed record PoolsRow(IReadOnlyDictionary<string, long>? Pools, PoolsRow? Settings);

internal sealed record NodeResult(string? Operation, long Changed, string? Detail);

internal sealed record LevelRows(IReadOnlyDictionary<string, string>? Levels);

internal sealed record ProblemRow
{
    public string? Title { get; init; }
    public string? Detail { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }
}

internal static class RowJson
{
    public static JsonSerializerOptions Names { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = false,
    };
}

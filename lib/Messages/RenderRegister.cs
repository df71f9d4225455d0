using Afanasy.Model;

namespace Afanasy.Messages;

/// <summary>A run that the render still has: its process lives, or its end was not yet acknowledged.</summary>
public readonly record struct HeldRun(TaskRunId Run, bool Ended);

/// <summary>What a render is and still holds; sent once per connection, after Hello. Answered by <see cref="RenderRegistered"/> or <see cref="Refusal"/>.</summary>
public sealed record RenderRegister
{
    /// <summary>Kept in the render's data folder: the same agent after a restart has the same one, another agent of the same name has not.</summary>
    public required string InstanceId { get; init; }

    public string HostName { get; init; } = "";
    public string OperatingSystem { get; init; } = "";
    public int Cores { get; init; }
    public int MemoryMegabytes { get; init; }
    public int Capacity { get; init; }

    /// <summary>Runs at a time; 0 is no limit but the capacity.</summary>
    public int MaxTasks { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];
    public IReadOnlyList<HeldRun> Held { get; init; } = [];
}

/// <summary>What the server says of a held run: keep it (and send output from this byte on), or drop it: kill and forget without a report.</summary>
public readonly record struct HeldVerdict(TaskRunId Run, bool Keep, long OutputBytes);

/// <summary>The render is in the farm; it heartbeats from now on.</summary>
public sealed record RenderRegistered
{
    public int RenderId { get; init; }

    /// <summary>How often the render speaks when nothing happens.</summary>
    public int HeartbeatMilliseconds { get; init; }

    /// <summary>A server that is silent this long is taken for lost, and a render too.</summary>
    public int SilenceMaxMilliseconds { get; init; }

    /// <summary>One for each held run, in any order.</summary>
    public IReadOnlyList<HeldVerdict> Verdicts { get; init; } = [];
}

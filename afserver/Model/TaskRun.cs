using Afanasy.Model;

namespace AfServer.Model;

/// <summary>One attempt that is under way.</summary>
internal sealed class TaskRun(TaskRunId id, Block block, Render render, IReadOnlyList<Render> helpers, RunGrant grant, DateTimeOffset started)
{
    public TaskRunId Id { get; } = id;

    public Block Block { get; } = block;

    public Render Render { get; } = render;

    /// <summary>The other hosts of a multi-host task.</summary>
    public IReadOnlyList<Render> Helpers { get; } = helpers;

    public RunGrant Grant { get; } = grant;

    public DateTimeOffset Started { get; } = started;

    /// <summary>Why it is to end; null when it is not.</summary>
    public StopCause? Stop { get; set; }

    /// <summary>A job of higher priority wants its place at this moment; null when none does.</summary>
    public DateTimeOffset? PreemptedAt { get; set; }

    /// <summary>All frames before this one are finished; null when nothing is known, or nobody needs to know.</summary>
    public long? FramesPassed { get; set; }

    public bool IsStopping => Stop is not null;

    public IEnumerable<Render> Hosts => Helpers.Prepend(Render);

    /// <summary>How many of a ticket it holds on each of its hosts.</summary>
    public int Tickets(string name)
    {
        foreach (var (ticket, count) in Grant.Tickets)
        {
            if (ticket == name) return count;
        }

        return 0;
    }
}

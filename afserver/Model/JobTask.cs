using Afanasy.Model;

namespace AfServer.Model;

/// <summary>What is remembered of a task to which something out of the ordinary happened, or which runs.</summary>
internal sealed class JobTask
{
    /// <summary>Attempts so far; the number of the last one.</summary>
    public int Runs { get; set; }

    /// <summary>Failed attempts since the last restart by a person.</summary>
    public int Errors { get; set; }

    public TaskRun? Run { get; set; }

    /// <summary>The render of the last attempt that did not end well; another one is preferred.</summary>
    public RenderId? LastRender { get; set; }
}

/// <summary>One attempt that is under way.</summary>
internal sealed class TaskRun(TaskRunId id, Block block, Render render, DateTimeOffset started)
{
    public TaskRunId Id { get; } = id;

    public Block Block { get; } = block;

    public Render Render { get; } = render;

    public DateTimeOffset Started { get; } = started;

    /// <summary>Set when a person wants it ended: what the task is afterwards.</summary>
    public TaskState? StopThen { get; set; }

    public bool IsStopping => StopThen is not null;
}

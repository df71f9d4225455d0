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

    /// <summary>How the last attempt ended, when not plainly well.</summary>
    public RunOutcome? LastOutcome { get; set; }

    /// <summary>Megabytes that this task reserves, more than its block says because that was not enough; 0 is the block's.</summary>
    public int Memory { get; set; }

    /// <summary>Its errors on each render; null is none.</summary>
    public Dictionary<RenderId, int>? ErrorHosts { get; set; }

    public int ErrorsOn(RenderId render) => ErrorHosts?.GetValueOrDefault(render) ?? 0;
}

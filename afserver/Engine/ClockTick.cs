using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What one tick of the clock comes to. A run is told to end, or ended, at most once: the first reason counts.</summary>
internal sealed class ClockTick(FarmView view, ClockJumps? jumps = null)
{
    private readonly HashSet<TaskRunId> _settled = [];

    public FarmView View { get; } = view;

    /// <summary>How long ago a recorded moment was, whatever became of the clock since.</summary>
    public TimeSpan Age(DateTimeOffset of) => jumps?.Age(of, View.Now) ?? View.Now - of;

    public List<Change> Changes { get; } = [];

    /// <summary>Soft state to take over once the changes are applied.</summary>
    public List<Action> Afterwards { get; } = [];

    /// <summary>What the farm does to renders by itself, for the log.</summary>
    public List<(string Render, string What)> Remarks { get; } = [];

    public void Lose(TaskRun run, string reason)
    {
        if (_settled.Add(run.Id)) Changes.Add(RunStops.Lost(run, reason, View.Now));
    }

    public void Stop(TaskRun run, StopCause cause)
    {
        if (_settled.Add(run.Id)) RunStops.Ask(View, run, cause, Changes);
    }

    public void Tell(RenderPresence presence, RenderInstruction instruction, string what)
    {
        Afterwards.Add(() => RenderSettingsRequests.Tell(View, presence, instruction));
        Remarks.Add((presence.Render.Name, what));
    }
}

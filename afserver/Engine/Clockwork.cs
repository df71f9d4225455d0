using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>
/// What time alone decides: a render that has been silent too long is offline, and its runs are given back; and whatever else of
/// the farm waits for a moment (<see cref="TimeRules"/>, <see cref="RenderAutomation"/>).
/// </summary>
internal sealed partial class Clockwork(Mailbox mailbox, TimeSpan silenceMax, TimeProvider time, ILogger<Clockwork> logger)
{
    /// <summary>How late a silence may be noticed.</summary>
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(500);

    private readonly ClockJumps _jumps = new();
    private TimeSpan _lastCheck;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await mailbox.AskAsync(Check, stop);
        }
        catch (Exception e) when (e is OperationCanceledException or FarmStoppedException)
        {
            // The server stops; the engine says why.
        }
    }

    internal Decision<bool> Check(FarmView view)
    {
        if (_jumps.Look(view.Now, view.Uptime, view.Began) is var set && set != TimeSpan.Zero) LogClockSet(set.TotalSeconds);
        var sinceLast = view.Uptime - _lastCheck;
        _lastCheck = view.Uptime;
        if (sinceLast > 2 * _tick) return new(false) { Then = () => Excuse(view, sinceLast) };

        var tick = new ClockTick(view, _jumps);
        var silent = view.Presences.All.Where(presence => IsSilent(view, presence)).OrderBy(presence => presence.Render.Id).ToList();
        GiveBack(view, silent, tick);
        TimeRules.Apply(tick);
        foreach (var presence in view.Presences.All.Except(silent)) RenderAutomation.Look(tick, presence);
        foreach (var (render, what) in tick.Remarks) LogAutomation(render, what);
        return new(true)
        {
            Changes = tick.Changes,
            Then = () =>
            {
                Part(view, silent);
                foreach (var then in tick.Afterwards) then();
            },
        };
    }

    private bool IsSilent(FarmView view, RenderPresence presence)
    {
        if (view.Uptime - presence.Heard <= PoolRules.SilenceMax(presence.Render.Pool, silenceMax)) return false;
        return presence.Session is not null || presence.Render.Runs.Count > 0 || presence.Render.Helping.Any(IsEndedByLoss);
    }

    private void GiveBack(FarmView view, List<RenderPresence> silent, ClockTick tick)
    {
        foreach (var presence in silent)
        {
            LogSilent(presence.Render.Name, view.Uptime - presence.Heard, presence.Render.Runs.Count);
            foreach (var run in presence.Render.Runs) tick.Lose(run, $"Render {presence.Render.Name} fell silent.");
        }

        // Runs of a lost leader have ended by now; what is left of the helpers' runs goes on elsewhere.
        foreach (var run in silent.SelectMany(presence => presence.Render.Helping).Where(IsEndedByLoss)) tick.Stop(run, StopCause.Eject);
    }

    private static bool IsEndedByLoss(TaskRun run) => !run.IsStopping && !run.Block.Description.Flags.HasFlag(BlockTraits.SlaveLostIgnore);

    /// <summary>A long turn or a slow disk kept the engine from listening: what a render said meanwhile still waits in the mailbox.</summary>
    private static void Excuse(FarmView view, TimeSpan deaf)
    {
        foreach (var presence in view.Presences.All)
            presence.Heard = presence.Heard + deaf < view.Uptime ? presence.Heard + deaf : view.Uptime;
    }

    private static void Part(FarmView view, List<RenderPresence> silent)
    {
        foreach (var presence in silent)
        {
            presence.Session?.End("Nothing was heard of the render for too long.");
            presence.Detach();
            view.Solver.SetOnline(presence.Render, false);
            view.Farm.Touches.Render(presence.Render);
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Render {Render} has been silent for {Silence}; {RunCount} runs are given back.")]
    private partial void LogSilent(string render, TimeSpan silence, int runCount);

    [LoggerMessage(2103, LogLevel.Warning, "The clock of this machine was set by {Seconds:0} s, or the machine slept. Nothing that runs is ended for it; what waits for a time of day goes by the new one.")]
    private partial void LogClockSet(double seconds);

    [LoggerMessage(2102, LogLevel.Information, "Render {Render} {What}.")]
    private partial void LogAutomation(string render, string what);
}

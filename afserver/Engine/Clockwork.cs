using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What time alone decides: a render that has been silent too long is offline, and its runs are given back.</summary>
internal sealed partial class Clockwork(Mailbox mailbox, TimeSpan silenceMax, TimeProvider time, ILogger<Clockwork> logger)
{
    /// <summary>How late a silence may be noticed.</summary>
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(500);

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
        var sinceLast = view.Uptime - _lastCheck;
        _lastCheck = view.Uptime;
        if (sinceLast > 2 * _tick) return new(false) { Then = () => Excuse(view, sinceLast) };

        var changes = new List<Change>();
        var silent = new List<RenderPresence>();
        foreach (var presence in view.Presences.All)
        {
            var silence = view.Uptime - presence.Heard;
            if (silence <= silenceMax || (presence.Session is null && presence.Render.Runs.Count == 0)) continue;

            silent.Add(presence);
            LogSilent(presence.Render.Name, silence, presence.Render.Runs.Count);
            foreach (var run in presence.Render.Runs)
                changes.Add(new Change.RunEnded(run.Id, RunOutcome.RenderLost, -1, $"Render {presence.Render.Name} fell silent.") { At = view.Now });
        }

        return new(true) { Changes = changes, Then = () => Part(view, silent) };
    }

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
}

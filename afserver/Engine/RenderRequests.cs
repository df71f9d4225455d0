using System.Text.RegularExpressions;
using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What came of a registration: the answer for the render, or a refusal in words.</summary>
internal sealed record RegisterAnswer(RenderId Render, IReadOnlyList<(TaskRunId Run, bool Keep)> Verdicts, string? Refusal)
{
    /// <summary>How often its pools want to hear of it; zero is the server's own.</summary>
    public TimeSpan Heartbeat { get; init; }

    /// <summary>How long either side may say nothing.</summary>
    public TimeSpan SilenceMax { get; init; }
}

/// <summary>Decides what renders say.</summary>
internal static partial class RenderRequests
{
    /// <summary>More than any machine has; each is looked at when a task is fitted.</summary>
    private const int GpusMax = 64;

    /// <summary>A machine is woken by its first card or by all of them; each stands in the command that wakes it.</summary>
    private const int HardwareAddressesMax = 16;

    /// <summary>
    /// One name, one render. The same instance takes over from its own older connection; another instance is refused as long as
    /// the older one was heard within <paramref name="silenceMax"/>.
    /// </summary>
    public static Decision<RegisterAnswer> Register(
        FarmView view, string name, string version, RenderRegister hello, IRenderSession session, TimeSpan silenceMax)
    {
        var known = view.Farm.FindRender(name);
        var presence = known is null ? null : view.Presences.Of(known);
        if (known is not null && presence?.Session is { } older && known.Offer.InstanceId != hello.InstanceId && view.Uptime - presence.Heard <= PoolRules.SilenceMax(known.Pool, silenceMax))
            return new(new RegisterAnswer(known.Id, [], $"A render named '{name}' is already connected from {older.Peer}. Give this one another --name."));

        var id = known?.Id ?? view.Farm.NextRender;
        var pool = known?.Pool ?? PoolPlaces.For(view.Farm, name);
        var changes = new List<Change>();
        Introduce(view, known, id, name, pool, OfferOf(hello), changes);
        var held = hello.Held.Select(run => run.Run).ToHashSet();
        foreach (var run in known?.Runs ?? [])
        {
            if (!held.Contains(run.Id) && !HasNotArrived(view, run, hello)) changes.Add(RunStops.Lost(run, "The render came back without it.", view.Now));
        }

        var verdicts = hello.Held.Select(run => (run.Run, Keep: IsRunOf(view.Farm, run.Run, id))).ToList();
        var answer = new RegisterAnswer(id, verdicts, null) { Heartbeat = PoolRules.Heartbeat(pool), SilenceMax = PoolRules.SilenceMax(pool, silenceMax) };
        return new(answer) { Changes = changes, Then = () => TakeIn(view, id, version, session, verdicts) };
    }

    /// <summary>A heartbeat: soft news, the ends of runs, and one credit.</summary>
    public static Decision<bool> Report(FarmView view, RenderId id, IRenderSession session, long reportId, RenderReport report)
    {
        if (!view.Farm.Renders.TryGetValue(id, out var render) || view.Presences.Of(render) is not { } presence || presence.Session != session)
            return new(false);

        var changes = Passed(view, render, report);
        var closed = new List<(TaskRunId Run, string Refusal)>();
        foreach (var end in report.Ended.DistinctBy(end => end.Run))
        {
            var refusal = Refusal(view.Farm, presence, end.Run);
            closed.Add((end.Run, refusal));
            if (refusal.Length == 0) changes.Add(EndOf(view, end));
        }

        return new(true) { Changes = changes, Then = () => TakeOver(view, presence, reportId, report, closed) };
    }

    /// <summary>A connection has ended. Its runs go on: the render may come back within its silence.</summary>
    public static Decision<bool> Leave(FarmView view, RenderId id, IRenderSession session) => new(true)
    {
        Then = () =>
        {
            if (!view.Farm.Renders.TryGetValue(id, out var render) || view.Presences.Of(render) is not { } presence || presence.Session != session) return;
            presence.Detach();
            view.Solver.SetOnline(render, false);
            view.Farm.Touches.Render(render);
        },
    };

    /// <summary>Why a render cannot be forgotten now; null when it can.</summary>
    public static string? WhyKept(FarmView view, Render render)
    {
        if (view.Presences.Of(render).Session is not null) return $"Render '{render.Name}' is connected. Stop it first.";
        return render.TaskCount > 0 ? $"Render '{render.Name}' still has {Answers.Counted(render.TaskCount, "running task", "running tasks")}." : null;
    }

    /// <summary>What the farm does not know yet of who registers; a new render is taken to the pool of its name.</summary>
    private static void Introduce(FarmView view, Render? known, RenderId id, string name, Pool pool, RenderOffer offer, List<Change> changes)
    {
        if (known is not null && known.Offer.IsSameAs(offer)) return;
        changes.Add(new Change.RenderRegistered(id, name, offer) { At = view.Now });
        if (known is null) changes.Add(new Change.RenderSet(id, pool.Path, PoolPlaces.FirstSettings(pool, offer)) { At = view.Now });
    }

    private static Change.RunEnded EndOf(FarmView view, RunEnd end)
    {
        // The render's own measure is of a clock that nobody sets; without it the farm's clock has to do.
        var run = view.Farm.Running[end.Run];
        var took = end.ElapsedMilliseconds > 0 ? TimeSpan.FromMilliseconds(end.ElapsedMilliseconds) : view.Now - run.Started;
        return RunStops.End(run, end.Outcome, end.ExitCode, end.Reason, took, view.Now);
    }

    /// <summary>Frames that runs have left behind them, where others wait for single frames of them.</summary>
    private static List<Change> Passed(FarmView view, Render render, RenderReport report)
    {
        var changes = new List<Change>();
        foreach (var progress in report.Progress.Reverse().DistinctBy(progress => progress.Run).Reverse())
        {
            if (progress.Frame < 0 || !view.Farm.Running.TryGetValue(progress.Run, out var run) || run.Render != render) continue;
            var block = run.Block.Description;
            if (!block.Flags.HasFlag(BlockTraits.DependSubTask) || !block.IsNumeric) continue;
            var span = block.Frames.Of(progress.Run.Task);
            var frame = Math.Min(progress.Frame, span.Last);
            if (frame > (run.FramesPassed ?? span.First)) changes.Add(new Change.FramesPassed(run.Id, frame) { At = view.Now });
        }

        return changes;
    }

    private static void TakeIn(FarmView view, RenderId id, string version, IRenderSession session, List<(TaskRunId Run, bool Keep)> verdicts)
    {
        var render = view.Farm.Renders[id];
        var presence = view.Presences.Of(render);
        presence.Session?.End("A newer connection of the same render has taken over.");
        presence.Attach(session, version, verdicts.Where(verdict => verdict.Keep).Select(verdict => verdict.Run), view);
        view.Solver.SetOnline(render, true);
        view.Farm.Touches.Render(render);
    }

    private static void TakeOver(FarmView view, RenderPresence presence, long reportId, RenderReport report, List<(TaskRunId Run, string Refusal)> closed)
    {
        presence.Hear(view);
        if (report.Leaving) view.Solver.SetOnline(presence.Render, false);
        if (report.Load is not null)
        {
            presence.Load = report.Load;
            view.Farm.Touches.Render(presence.Render);
        }

        foreach (var progress in report.Progress)
        {
            if (!view.Farm.Running.TryGetValue(progress.Run, out var run) || run.Render != presence.Render) continue;
            view.Presences.SetProgress(progress with { Percent = Math.Clamp(progress.Percent, 0, 100) }, view.Uptime);
            view.Farm.Touches.Task(run.Block, progress.Run.Task);
            view.Farm.Touches.Render(presence.Render);
        }

        foreach (var (run, refusal) in closed) presence.Close(run, refusal);
        presence.Grant(reportId);
        view.Presences.Stirred.Add(presence);
    }

    private static string Refusal(Farm farm, RenderPresence from, TaskRunId id)
    {
        if (!farm.Running.TryGetValue(id, out var run)) return $"Run {id} is not running: it has ended already, or its job is gone.";
        if (run.Render != from.Render) return $"Run {id} belongs to {run.Render.Name}.";
        return from.HasNotHeardOf(id) ? $"Run {id} was not started here yet." : "";
    }

    private static bool IsRunOf(Farm farm, TaskRunId id, RenderId render) => farm.Running.TryGetValue(id, out var run) && run.Render.Id == render;

    /// <summary>
    /// The agent was there when the run was given to it, and does not hold it: the order was lost on its way, and is sent again. After the
    /// farm's clock was set back nobody can tell.
    /// </summary>
    private static bool HasNotArrived(FarmView view, TaskRun run, RenderRegister hello) =>
        !run.IsStopping && run.Render.Offer.InstanceId == hello.InstanceId
        && view.Now >= run.Started && (view.Now - run.Started).TotalMilliseconds < hello.AliveMilliseconds;

    private static RenderOffer OfferOf(RenderRegister hello) => new()
    {
        InstanceId = hello.InstanceId,
        HostName = hello.HostName,
        OperatingSystem = hello.OperatingSystem,
        UserName = hello.UserName,
        Cores = hello.Cores,
        CpuMegahertz = Math.Max(0, hello.CpuMegahertz),
        MemoryMegabytes = hello.MemoryMegabytes,
        DiskGigabytes = Math.Max(0, hello.DiskGigabytes),
        GpuMegabytes = [.. hello.GpuMegabytes.Take(GpusMax).Select(memory => Math.Max(0, memory))],
        HardwareAddresses = [.. hello.HardwareAddresses.Where(IsHardwareAddress).Distinct().Take(HardwareAddressesMax)],
        Capacity = hello.Capacity,
        MaxTasks = hello.MaxTasks,
        Services = [.. hello.Services.Distinct().Order(StringComparer.Ordinal)],
    };

    /// <summary>They are filled into a command of another machine, so nothing else is let in.</summary>
    private static bool IsHardwareAddress(string address) => HardwareAddress().IsMatch(address);

    [GeneratedRegex(@"\A[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5,7}\z")]
    private static partial Regex HardwareAddress();
}

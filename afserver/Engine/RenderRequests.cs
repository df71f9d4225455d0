using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What came of a registration: the answer for the render, or a refusal in words.</summary>
internal sealed record RegisterAnswer(RenderId Render, IReadOnlyList<(TaskRunId Run, bool Keep)> Verdicts, string? Refusal);

/// <summary>Decides what renders say.</summary>
internal static class RenderRequests
{
    /// <summary>
    /// One name, one render. The same instance takes over from its own older connection; another instance is refused as long as
    /// the older one was heard within <paramref name="silenceMax"/>.
    /// </summary>
    public static Decision<RegisterAnswer> Register(
        FarmView view, string name, string version, RenderRegister hello, IRenderSession session, TimeSpan silenceMax)
    {
        var known = view.Farm.FindRender(name);
        var presence = known is null ? null : view.Presences.Of(known);
        if (known is not null && presence?.Session is { } older && known.Offer.InstanceId != hello.InstanceId && view.Uptime - presence.Heard <= silenceMax)
            return new(new RegisterAnswer(known.Id, [], $"A render named '{name}' is already connected from {older.Peer}. Give this one another --name."));

        var id = known?.Id ?? view.Farm.NextRender;
        var offer = OfferOf(hello);
        var changes = new List<Change>();
        if (known is null || !known.Offer.IsSameAs(offer)) changes.Add(new Change.RenderRegistered(id, name, offer) { At = view.Now });
        var held = hello.Held.Select(run => run.Run).ToHashSet();
        foreach (var run in known?.Runs ?? [])
        {
            if (!held.Contains(run.Id))
                changes.Add(new Change.RunEnded(run.Id, RunOutcome.RenderLost, -1, "The render came back without it.") { At = view.Now });
        }

        var verdicts = hello.Held.Select(run => (run.Run, Keep: IsRunOf(view.Farm, run.Run, id))).ToList();
        return new(new RegisterAnswer(id, verdicts, null)) { Changes = changes, Then = () => TakeIn(view, id, version, session, verdicts) };
    }

    /// <summary>A heartbeat: soft news, the ends of runs, and one credit.</summary>
    public static Decision<bool> Report(FarmView view, RenderId id, IRenderSession session, long reportId, RenderReport report)
    {
        if (!view.Farm.Renders.TryGetValue(id, out var render) || view.Presences.Of(render) is not { } presence || presence.Session != session)
            return new(false);

        var changes = new List<Change>();
        var closed = new List<(TaskRunId Run, string Refusal)>();
        foreach (var end in report.Ended.DistinctBy(end => end.Run))
        {
            var refusal = Refusal(view.Farm, id, end.Run);
            closed.Add((end.Run, refusal));
            if (refusal.Length == 0) changes.Add(new Change.RunEnded(end.Run, end.Outcome, end.ExitCode, end.Reason) { At = view.Now });
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

    public static Decision<string?> Delete(FarmView view, Render render, UserAction action)
    {
        if (view.Presences.Of(render).Session is not null) return new($"Render '{render.Name}' is connected. Stop it first.");
        if (render.Runs.Count > 0) return new($"Render '{render.Name}' still has {JobRequests.Counted(render.Runs.Count, "running task", "running tasks")}.");
        return new((string?)null) { Changes = [new Change.RenderDeleted(render.Id) { At = view.Now }], Action = action };
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
            view.Presences.SetProgress(progress with { Percent = Math.Clamp(progress.Percent, 0, 100) });
            view.Farm.Touches.Task(run.Block, progress.Run.Task);
            view.Farm.Touches.Render(presence.Render);
        }

        foreach (var (run, refusal) in closed) presence.Close(run, refusal);
        presence.Grant(reportId);
        view.Presences.Stirred.Add(presence);
    }

    private static string Refusal(Farm farm, RenderId from, TaskRunId id)
    {
        if (!farm.Running.TryGetValue(id, out var run)) return $"Run {id} is not running: it has ended already, or its job is gone.";
        return run.Render.Id == from ? "" : $"Run {id} belongs to {run.Render.Name}.";
    }

    private static bool IsRunOf(Farm farm, TaskRunId id, RenderId render) => farm.Running.TryGetValue(id, out var run) && run.Render.Id == render;

    private static RenderOffer OfferOf(RenderRegister hello) => new()
    {
        InstanceId = hello.InstanceId,
        HostName = hello.HostName,
        OperatingSystem = hello.OperatingSystem,
        Cores = hello.Cores,
        MemoryMegabytes = hello.MemoryMegabytes,
        Capacity = hello.Capacity,
        MaxTasks = hello.MaxTasks,
        Services = [.. hello.Services.Distinct().Order(StringComparer.Ordinal)],
    };
}

using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides what people ask of a render: its settings, its tasks, its agent and its machine.</summary>
internal static class RenderSettingsRequests
{
    /// <summary>It goes to the render in one packet with its other orders.</summary>
    private const int LaunchLengthMax = 64 * 1024;

    public static readonly IReadOnlyList<string> Words =
    [
        NodeAction.Set, "exit", "reboot", "shutdown", "wol_sleep", "wol_wake", "launch_cmd", "eject_tasks", "eject_tasks_keep_my",
        "heal_sick", HostEdits.Farm, HostEdits.Tickets, "set_pool", "reassign_pool", "delete",
    ];

    public static Decision<ActionAnswer> Act(FarmView view, Render render, NodeAction action, Asker asker)
    {
        if (NodeRights.Refusal(view, asker, action, render) is { } refusal) return ActionAnswer.Forbid(refusal);
        var ask = new Ask(view, render, action, asker);
        return action.Operation switch
        {
            NodeAction.Set => Set(ask),
            "exit" => Instruct(ask, RenderInstruction.Exit, "is told to end"),
            "reboot" => Instruct(ask, RenderInstruction.Reboot, "is told to reboot its machine"),
            "shutdown" => Instruct(ask, RenderInstruction.Shutdown, "is told to shut its machine down"),
            "wol_sleep" => Sleep(ask),
            "wol_wake" => Wake(ask),
            "launch_cmd" => Launch(ask),
            "eject_tasks" => Eject(ask, render.All()),
            "eject_tasks_keep_my" => Eject(ask, render.All().Where(run => run.Block.Job.Description.UserName != render.Settings.UserName)),
            "heal_sick" => Heal(ask),
            HostEdits.Farm => Farm(ask),
            HostEdits.Tickets => Tickets(ask),
            "set_pool" => SetPool(ask),
            "reassign_pool" => Move(ask, PoolPlaces.For(view.Farm, render.Name)),
            "delete" => Delete(ask),
            _ => Answers.Unknown(action, Words),
        };
    }

    /// <summary>Takes the render out of the solver's hands and tells it; soft, once the changes are made.</summary>
    public static bool Tell(FarmView view, RenderPresence presence, RenderInstruction instruction, string command = "")
    {
        if (!presence.TryInstruct(instruction, command)) return false;
        if (instruction != RenderInstruction.Launch) view.Solver.SetOnline(presence.Render, false);
        if (instruction == RenderInstruction.Sleep) presence.TurnTo(RenderSleep.FallingAsleep, view.Uptime);
        view.Presences.Stirred.Add(presence);
        view.Farm.Touches.Render(presence.Render);
        return true;
    }

    /// <summary>What <c>launch_cmd</c> says; null when it is wrong.</summary>
    public static (RenderInstruction Instruction, string Command)? ReadLaunch(NodeAction action, List<FieldProblem> problems)
    {
        var fields = action.Read(problems);
        var command = fields.Text("cmd", required: true);
        var exit = fields.Flag("exit");
        fields.RefuseUnknown();
        if (problems.Count == 0 && string.IsNullOrWhiteSpace(command)) fields.Problem("cmd", "must not be empty");
        if (command.Length > LaunchLengthMax) fields.Problem("cmd", $"must be at most {LaunchLengthMax} characters, has {command.Length}");
        return problems.Count > 0 ? null : (exit ? RenderInstruction.LaunchAndExit : RenderInstruction.Launch, command);
    }

    private static Decision<ActionAnswer> Set(Ask ask)
    {
        var (settings, problems) = SettingsJson.Edit(ask.Render.Settings, ask.Action.Members, NodeAction.FieldPath);
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : Put(ask, settings, "set");
    }

    private static Decision<ActionAnswer> Instruct(Ask ask, RenderInstruction instruction, string what)
    {
        var presence = ask.View.Presences.Of(ask.Render);
        if (presence.Session is null) return ActionAnswer.Refuse("", $"Render '{ask.Render.Name}' is offline.");
        if (!presence.CanInstruct) return ActionAnswer.Refuse("", $"Render '{ask.Render.Name}' has many instructions to carry out already.");
        return ask.Done(1, $"{ask.Render.Name} {what}", [], () => Tell(ask.View, presence, instruction));
    }

    private static Decision<ActionAnswer> Sleep(Ask ask) =>
        ask.Render.TaskCount > 0
            ? ActionAnswer.Refuse("", $"Render '{ask.Render.Name}' has {Answers.Counted(ask.Render.TaskCount, "running task", "running tasks")}. Eject them first.")
            : Instruct(ask, RenderInstruction.Sleep, "is told to let its machine sleep");

    private static Decision<ActionAnswer> Wake(Ask ask)
    {
        var presence = ask.View.Presences.Of(ask.Render);
        if (presence.Session is not null) return ActionAnswer.Refuse("", $"Render '{ask.Render.Name}' is connected, so its machine is awake.");
        if (ask.Render.Offer.HardwareAddresses.Count == 0)
            return ActionAnswer.Refuse("", $"No hardware address of render '{ask.Render.Name}' is known. It says them when it connects.");
        return ask.Done(
            1, $"a task wakes {ask.Render.Name}", WakeJobs.Submit(ask.View, ask.Render), () => presence.TurnTo(RenderSleep.Waking, ask.View.Uptime));
    }

    private static Decision<ActionAnswer> Launch(Ask ask)
    {
        var problems = new List<FieldProblem>();
        if (ReadLaunch(ask.Action, problems) is not { } launch) return ActionAnswer.Refuse(problems);
        var presence = ask.View.Presences.Of(ask.Render);
        if (presence.Session is null) return ActionAnswer.Refuse("", $"Render '{ask.Render.Name}' is offline.");
        if (!presence.CanInstruct) return ActionAnswer.Refuse("", $"Render '{ask.Render.Name}' has many instructions to carry out already.");
        return ask.Done(1, $"{ask.Render.Name} starts: {launch.Command}", [], () => Tell(ask.View, presence, launch.Instruction, launch.Command));
    }

    private static Decision<ActionAnswer> Eject(Ask ask, IEnumerable<TaskRun> runs)
    {
        var changes = RunStops.Ask(ask.View, runs, StopCause.Eject);
        var ejected = changes.Count(change => change is Change.RunStopAsked);
        return ask.Done(ejected, $"{Answers.Counted(ejected, "task is", "tasks are")} given back to the farm", changes);
    }

    private static Decision<ActionAnswer> Heal(Ask ask) =>
        ask.Render.IsSick || ask.Render.ErrorUsers.Count > 0
            ? ask.Done(1, $"{ask.Render.Name} is taken for well", [new Change.RenderHealed(ask.Render.Id) { At = ask.View.Now }])
            : ask.Done(0, $"{ask.Render.Name} is not sick", []);

    private static Decision<ActionAnswer> Farm(Ask ask)
    {
        var problems = new List<FieldProblem>();
        var above = ask.Render.Pool.Chain().Select(pool => pool.Settings);
        var (settings, detail) = HostEdits.Services(ask.Render.Settings, above, ask.Render.Offer.Services, ask.Action, problems);
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : Put(ask, (RenderSettings)settings, detail);
    }

    private static Decision<ActionAnswer> Tickets(Ask ask)
    {
        var problems = new List<FieldProblem>();
        var fields = ask.Action.Read(problems);
        var (name, count, isHost) = (fields.Text("name", required: true), fields.Whole("count", 0), fields.Flag("host"));
        _ = fields.Whole("max_hosts", -1);
        if (problems.Count == 0 && !fields.Has("count")) fields.Problem("count", "is missing");
        if (problems.Count == 0 && !isHost) fields.Problem("host", "must be true: tickets that many renders share are a pool's");
        fields.RefuseUnknown();
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        return Put(ask, (RenderSettings)HostEdits.HostTicket(ask.Render.Settings, name, count), count < 0 ? $"ticket {name} is no more" : $"{count} of ticket {name}");
    }

    private static Decision<ActionAnswer> SetPool(Ask ask)
    {
        var problems = new List<FieldProblem>();
        var fields = ask.Action.Read(problems);
        var path = fields.Text("name", required: true);
        fields.RefuseUnknown();
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        return ask.View.Farm.Pools.TryGetValue(path, out var pool) ? Move(ask, pool) : ActionAnswer.Refuse("", $"There is no pool '{path}'.");
    }

    private static Decision<ActionAnswer> Move(Ask ask, Pool pool)
    {
        var render = ask.Render;
        if (render.Pool == pool) return ask.Done(0, $"{render.Name} is in {pool.Path} already", []);
        if (render.TaskCount > 0)
            return ActionAnswer.Refuse("", $"Render '{render.Name}' is busy with {Answers.Counted(render.TaskCount, "task", "tasks")}. Eject them, or wait.");
        return ask.Done(1, $"{render.Name} goes from {render.Pool.Path} to {pool.Path}", [new Change.RenderSet(render.Id, pool.Path, render.Settings) { At = ask.View.Now }]);
    }

    private static Decision<ActionAnswer> Delete(Ask ask) =>
        RenderRequests.WhyKept(ask.View, ask.Render) is { } why
            ? ActionAnswer.Refuse("", why)
            : ask.Done(1, $"{ask.Render.Name} is forgotten", [new Change.RenderDeleted(ask.Render.Id) { At = ask.View.Now }]);

    private static Decision<ActionAnswer> Put(Ask ask, RenderSettings settings, string detail)
    {
        var before = SettingsProblems.Of(ask.Render.Settings, NodeAction.FieldPath);
        var problems = SettingsProblems.Of(settings, NodeAction.FieldPath).Where(problem => !before.Contains(problem)).ToList();
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        return ask.Done(1, detail, [new Change.RenderSet(ask.Render.Id, ask.Render.Pool.Path, settings) { At = ask.View.Now }]);
    }

    /// <summary>One operation with all that it looks at.</summary>
    private sealed record Ask(FarmView View, Render Render, NodeAction Action, Asker Asker)
    {
        public Decision<ActionAnswer> Done(int changed, string detail, IReadOnlyList<Change> changes, Action? then = null) =>
            Answers.Done(View, Asker, Action, Render.Id.ToString(), changed, detail, changes, then);
    }
}

using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Decides what people ask of a pool: its settings, its place in the tree, and all renders below it at once.</summary>
internal static class PoolRequests
{
    /// <summary>The contract's; each is looked at when a new render is placed.</summary>
    public const int PoolsMax = 10_000;

    public static readonly IReadOnlyList<string> Words =
    [
        NodeAction.Set, "add_pool", "delete", HostEdits.Farm, HostEdits.Tickets, "heal_sick", "launch_cmd", "eject_tasks", "exit", "delete_renders",
    ];

    /// <summary>Makes a pool below one that is there; the members of the action are its settings.</summary>
    public static Decision<ActionAnswer> Add(FarmView view, string path, NodeAction action, Asker asker)
    {
        if (NodeRights.Refusal(view, asker) is { } refusal) return ActionAnswer.Forbid(refusal);
        if (!path.StartsWith('/') || path.Length == 1) return ActionAnswer.Refuse("path", $"must begin with a slash and name a pool, was '{path}'");
        if (NodeNames.Problem(path[(path.LastIndexOf('/') + 1)..]) is { } wrong) return ActionAnswer.Refuse("path", $"the last component of it {wrong}");
        if (!view.Farm.Pools.TryGetValue(Model.Farm.ParentPath(path), out var parent)) return ActionAnswer.Refuse("", $"There is no pool '{Model.Farm.ParentPath(path)}' for it to be in. Make that one first.");
        var (settings, problems) = SettingsJson.Edit(new PoolSettings(), action.Members, NodeAction.FieldPath);
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : Make(new Ask(view, parent, action, asker), path, settings);
    }

    public static Decision<ActionAnswer> Act(FarmView view, Pool pool, NodeAction action, Asker asker)
    {
        if (NodeRights.Refusal(view, asker) is { } refusal) return ActionAnswer.Forbid(refusal);
        var ask = new Ask(view, pool, action, asker);
        return action.Operation switch
        {
            NodeAction.Set => Set(ask),
            "add_pool" => Add(ask),
            "delete" => Delete(ask),
            HostEdits.Farm => Farm(ask),
            HostEdits.Tickets => Tickets(ask),
            "heal_sick" => Heal(ask),
            "launch_cmd" => Launch(ask),
            "eject_tasks" => Eject(ask),
            "exit" => Instruct(ask, RenderInstruction.Exit, "", "told to end"),
            "delete_renders" => DeleteRenders(ask),
            _ => Answers.Unknown(action, Words),
        };
    }

    /// <summary>All renders of a pool and of the pools below it, in the order of their numbers.</summary>
    public static IReadOnlyList<Render> RendersBelow(Pool pool)
    {
        var found = new List<Render>();
        Collect(pool, found);
        found.Sort((one, other) => one.Id.CompareTo(other.Id));
        return found;
    }

    private static void Collect(Pool pool, List<Render> found)
    {
        found.AddRange(pool.Renders);
        foreach (var child in pool.Children) Collect(child, found);
    }

    private static Decision<ActionAnswer> Set(Ask ask)
    {
        var (settings, problems) = SettingsJson.Edit(ask.Pool.Settings, ask.Action.Members, NodeAction.FieldPath);
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : Put(ask, settings, "set");
    }

    private static Decision<ActionAnswer> Add(Ask ask)
    {
        var problems = new List<FieldProblem>();
        var fields = ask.Action.Read(problems);
        var name = fields.Text("name", required: true);
        fields.RefuseUnknown();
        if (problems.Count == 0 && NodeNames.Problem(name) is { } wrong) fields.Problem("name", wrong);
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);

        return Make(ask, NodeNames.Below(ask.Pool.Path, name), new PoolSettings());
    }

    private static Decision<ActionAnswer> Make(Ask ask, string path, PoolSettings settings)
    {
        if (path.Length > NodeNames.PathLengthMax) return ActionAnswer.Refuse("", $"The path of the pool would be longer than {NodeNames.PathLengthMax} characters.");
        if (ask.View.Farm.Pools.ContainsKey(path)) return ActionAnswer.Refuse("", $"There is a pool '{path}' already.");
        if (ask.View.Farm.Pools.Count >= PoolsMax) return ActionAnswer.Refuse("", $"There are {PoolsMax} pools, which is the most.");
        return ask.Done(1, $"pool {path} is there", [new Change.PoolSet(path, settings) { At = ask.View.Now }]);
    }

    private static Decision<ActionAnswer> Delete(Ask ask)
    {
        var pool = ask.Pool;
        if (pool.Parent is null) return ActionAnswer.Refuse("", "The pool that every render is in at first cannot be deleted.");
        if (pool.Children.Count > 0 || pool.Renders.Count > 0)
        {
            return ActionAnswer.Refuse("", $"Pool '{pool.Path}' has {Answers.Counted(pool.Children.Count, "pool", "pools")} and "
                + $"{Answers.Counted(pool.Renders.Count, "render", "renders")}. Take them elsewhere first.");
        }

        return ask.Done(1, $"pool {pool.Path} is gone", [new Change.PoolDeleted(pool.Path) { At = ask.View.Now }]);
    }

    private static Decision<ActionAnswer> Farm(Ask ask)
    {
        var problems = new List<FieldProblem>();
        var above = ask.Pool.Chain().Skip(1).Select(pool => pool.Settings);
        var (settings, detail) = HostEdits.Services(ask.Pool.Settings, above, RendersBelow(ask.Pool).SelectMany(render => render.Offer.Services), ask.Action, problems);
        return problems.Count > 0 ? ActionAnswer.Refuse(problems) : Put(ask, (PoolSettings)settings, detail);
    }

    private static Decision<ActionAnswer> Tickets(Ask ask)
    {
        var problems = new List<FieldProblem>();
        var fields = ask.Action.Read(problems);
        var (name, count, hosts, isHost) = (fields.Text("name", required: true), fields.Whole("count", 0), fields.Whole("max_hosts", -1), fields.Flag("host"));
        if (problems.Count == 0 && !fields.Has("count")) fields.Problem("count", "is missing");
        fields.RefuseUnknown();
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);

        var detail = count < 0 ? $"ticket {name} is no more" : isHost ? $"{count} of ticket {name} on each host" : $"{count} of ticket {name} for all hosts";
        if (isHost) return Put(ask, (PoolSettings)HostEdits.HostTicket(ask.Pool.Settings, name, count), detail);
        var tickets = new Dictionary<string, PoolTicket>(ask.Pool.Settings.TicketsPool);
        if (count < 0) tickets.Remove(name);
        else tickets[name] = new PoolTicket(count, hosts);
        return Put(ask, ask.Pool.Settings with { TicketsPool = tickets }, detail);
    }

    private static Decision<ActionAnswer> Heal(Ask ask)
    {
        var sick = RendersBelow(ask.Pool).Where(render => render.IsSick || render.ErrorUsers.Count > 0).ToList();
        return ask.Done(
            sick.Count, $"{Answers.Counted(sick.Count, "render is", "renders are")} taken for well",
            [.. sick.Select(render => new Change.RenderHealed(render.Id) { At = ask.View.Now })]);
    }

    private static Decision<ActionAnswer> Launch(Ask ask)
    {
        var problems = new List<FieldProblem>();
        return RenderSettingsRequests.ReadLaunch(ask.Action, problems) is { } launch
            ? Instruct(ask, launch.Instruction, launch.Command, $"told to start: {launch.Command}")
            : ActionAnswer.Refuse(problems);
    }

    private static Decision<ActionAnswer> Instruct(Ask ask, RenderInstruction instruction, string command, string what)
    {
        var here = RendersBelow(ask.Pool).Select(ask.View.Presences.Of).Where(presence => presence.CanInstruct).ToList();
        return ask.Done(here.Count, $"{Answers.Counted(here.Count, "render is", "renders are")} {what}", [], () =>
        {
            foreach (var presence in here) RenderSettingsRequests.Tell(ask.View, presence, instruction, command);
        });
    }

    private static Decision<ActionAnswer> Eject(Ask ask)
    {
        var changes = RunStops.Ask(ask.View, RendersBelow(ask.Pool).SelectMany(render => render.All()).Distinct(), StopCause.Eject);
        var ejected = changes.Count(change => change is Change.RunStopAsked);
        return ask.Done(ejected, $"{Answers.Counted(ejected, "task is", "tasks are")} given back to the farm", changes);
    }

    private static Decision<ActionAnswer> DeleteRenders(Ask ask)
    {
        var gone = RendersBelow(ask.Pool).Where(render => RenderRequests.WhyKept(ask.View, render) is null).ToList();
        return ask.Done(
            gone.Count, $"{Answers.Counted(gone.Count, "offline render is", "offline renders are")} forgotten",
            [.. gone.Select(render => new Change.RenderDeleted(render.Id) { At = ask.View.Now })]);
    }

    private static Decision<ActionAnswer> Put(Ask ask, PoolSettings settings, string detail)
    {
        var before = SettingsProblems.Of(ask.Pool.Settings, NodeAction.FieldPath);
        var problems = SettingsProblems.Of(settings, NodeAction.FieldPath).Where(problem => !before.Contains(problem)).ToList();
        if (problems.Count > 0) return ActionAnswer.Refuse(problems);
        return ask.Done(1, detail, [new Change.PoolSet(ask.Pool.Path, settings) { At = ask.View.Now }]);
    }

    /// <summary>One operation with all that it looks at.</summary>
    private sealed record Ask(FarmView View, Pool Pool, NodeAction Action, Asker Asker)
    {
        public Decision<ActionAnswer> Done(int changed, string detail, IReadOnlyList<Change> changes, Action? then = null) =>
            Answers.Done(View, Asker, Action, Pool.Path, changed, detail, changes, then);
    }
}

namespace AfCmd.Commands;

/// <summary>All that can be done to renders, pools, branches and users: the one table.</summary>
internal static class NodeKinds
{
    private static readonly NodeOperation _set = new("set", "set", "Changes settings.") { TakesFields = true, NeedsFields = true };
    private static readonly NodeOperation _pause = new("pause", "set", "Nothing new starts; running tasks go on.") { Fixed = """{"paused":true}""" };
    private static readonly NodeOperation _resume = new("resume", "set", "Goes on after a pause.") { Fixed = """{"paused":false}""" };
    private static readonly NodeOperation _heal = new("heal", "heal_sick", "Takes sick renders for well.");
    private static readonly NodeOperation _eject = new("eject", "eject_tasks", "Gives running tasks back to the farm.");
    private static readonly NodeOperation _launch = new("launch", "launch_cmd", "Runs a command on the machine, outside of the farm; exit=true ends the render then.") { Places = ["cmd", "exit"], PlacesNeeded = 1 };

    private static readonly NodeOperation[] _services =
    [
        new("service add", "farm", "Allows a service here.") { Fixed = """{"mode":"service_add"}""", Places = ["name"], PlacesNeeded = 1 },
        new("service remove", "farm", "Takes services from the lists.") { Fixed = """{"mode":"service_remove"}""", Places = ["mask"], PlacesNeeded = 1 },
        new("service enable", "farm", "Services are disabled here no longer.") { Fixed = """{"mode":"service_enable"}""", Places = ["mask"], PlacesNeeded = 1 },
        new("service disable", "farm", "Disables services.") { Fixed = """{"mode":"service_disable"}""", Places = ["mask"], PlacesNeeded = 1 },
        new("service clear", "farm", "Empties both lists of services.") { Fixed = """{"mode":"clear_services"}""" },
    ];

    private static readonly NodeOperation _hostTicket = new("host-ticket", "tickets", "How many of a ticket each host has; -1 takes it away.")
    {
        Fixed = """{"host":true}""",
        Places = ["name", "count"],
        PlacesNeeded = 2,
    };

    public static NodeKind Render { get; } = new("render", "renders", "Shows one render, or does something with it.")
    {
        Example = "box7",
        Operations =
        [
            _set,
            new("nimby", "set", "Takes tasks of its own user only.") { Fixed = """{"nimby":true}""" },
            new("NIMBY", "set", "Takes no tasks.") { Fixed = """{"NIMBY":true}""" },
            new("free", "set", "Takes all tasks again.") { Fixed = """{"nimby":false}""" },
            _pause, _resume, _eject,
            new("eject-others", "eject_tasks_keep_my", "Gives back the tasks that are not of its own user."),
            _heal,
            new("pool", "set_pool", "Moves it to a pool.") { Places = ["name"], PlacesNeeded = 1 },
            new("reassign-pool", "reassign_pool", "Moves it to the pool whose pattern its name matches."),
            .. _services,
            _hostTicket with { Name = "ticket" },
            new("exit", "exit", "Its afrender ends."),
            new("reboot", "reboot", "Its machine starts anew.") { Asks = true },
            new("shutdown", "shutdown", "Its machine is switched off.") { Asks = true },
            new("sleep", "wol_sleep", "Its machine sleeps until it is woken."),
            new("wake", "wol_wake", "Another render wakes its machine."),
            _launch,
            new("delete", "delete", "Forgets a render that is offline."),
        ],
        Examples =
        [
            "afcmd render box7", "afcmd render box7 nimby", "afcmd render box7 set priority=120 capacity_host=2000", "afcmd render box7 pool /fast",
            "afcmd render box7 service disable houdini", "afcmd render box7 heal",
        ],
    };

    public static NodeKind Pool { get; } = new("pool", "pools", "Shows one pool, makes it, or does something with it or with all renders below it.")
    {
        Key = "PATH",
        Example = "/fast",
        Operations =
        [
            new(NodeOperation.Create, "", "Makes the pool.") { TakesFields = true },
            _set, _pause, _resume,
            .. _services,
            new("ticket", "tickets", "How many of a ticket all hosts of the pool share, on how many of them at most; -1 takes it away.") { Places = ["name", "count", "max_hosts"], PlacesNeeded = 2 },
            _hostTicket,
            _heal,
            _eject with { Asks = true },
            _launch with { Asks = true },
            new("exit", "exit", "The afrenders of all its renders end.") { Asks = true },
            new("delete-renders", "delete_renders", "Forgets its renders that are offline.") { Asks = true },
            new("delete", "delete", "Deletes the pool when it is empty."),
        ],
        Examples =
        [
            "afcmd pool /", "afcmd pool /fast create pattern='fast.*'", "afcmd pool /fast set max_tasks_host=2 sick_errors_count=5", "afcmd pool / ticket nuke 12",
            "afcmd pool /fast eject --yes",
        ],
    };

    public static NodeKind Branch { get; } = new("branch", "branches", "Shows one branch, makes it, or does something with it.")
    {
        Key = "PATH",
        Example = "/film",
        Operations =
        [
            new(NodeOperation.Create, "", "Makes the branch, and those above it.") { TakesFields = true },
            _set, _pause, _resume,
            new("delete-done-jobs", "delete_done_jobs", "Deletes the jobs below it that are done.") { Asks = true },
            new("delete", "delete", "Deletes the branch when it is empty."),
        ],
        Examples = ["afcmd branch /", "afcmd branch /film create max_running_tasks=40 budget_hours=2000", "afcmd branch /film set solve_method=solve_order", "afcmd branch /film pause"],
    };

    public static NodeKind User { get; } = new("user", "users", "Shows one user, or does something with the user or the order of the user's jobs.")
    {
        Example = "anna",
        Operations =
        [
            _set, _pause, _resume,
            .. new[] { "up", "down", "top", "bottom" }.Select(move => new NodeOperation($"move {move}", $"move_jobs_{move}", $"Moves jobs among the user's jobs of the same priority: {move}.")
            {
                Places = ["jobs"], PlacesNeeded = 1,
            }),
            new("delete", "delete", "Forgets a user without jobs."),
        ],
        Examples = ["afcmd user anna", "afcmd user anna set priority=150 max_running_tasks=20", "afcmd user anna set role=coordinator", "afcmd user anna move top 12,15"],
    };

    public static IReadOnlyList<NodeKind> All { get; } = [Render, Pool, Branch, User];
}

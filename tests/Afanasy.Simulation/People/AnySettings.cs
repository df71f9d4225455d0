using System.Text.Json;
using Afanasy.Simulation.Stage;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Simulation.People;

/// <summary>What people set of jobs, blocks, renders, pools, branches and users; as the doors send it.</summary>
internal sealed class AnySettings(SimulatedFarm farm, Random random)
{
    public JsonElement OfJob(Job job) => random.Next(14) switch
    {
        0 => Chance.Json(new { priority = random.Next(6) * 30 }),
        1 => Chance.Json(new { max_running_tasks = random.Next(-1, 4) }),
        2 => Chance.Json(new { max_running_tasks_per_host = random.Next(-1, 3) }),
        3 => Chance.Json(new { max_tasks_per_second = random.Next(-1, 3) }),
        4 => Chance.Json(new { hosts_mask = random.OneOf(["", "r1|r2", "r"]) }),
        5 => Chance.Json(new { depend_mask = random.OneOf(["", "walk", "w.*|run"]) }),
        6 => Chance.Json(new { user_name = random.OneOf(AnyJob.Users) }),
        7 => Chance.Json(new { branch = random.OneOf(["/", "/film", "/ad"]) }),
        8 => Chance.Json(new { time_wait = random.OnceIn(2) ? 0 : farm.Clock.Now.ToUnixTimeSeconds() + 20 }),
        9 => Chance.Json(new { ppa = random.OnceIn(2) }),
        10 => Chance.Json(new { depend_jobs = farm.Farm.Jobs.Keys.Where(id => id != job.Id).Order().Take(random.Next(2)).Select(id => new { job = id.Value, frames = random.OnceIn(2), on = "any" }) }),
        11 => Chance.Json(new { ignorenimby = random.OnceIn(2), ignorepaused = random.OnceIn(2) }),
        12 => Chance.Json(new { time_life = random.Next(-1, 3) * 200 }),
        _ => Chance.Json(new { need_memory = random.OneOf([-1, 1024, 8192]), limits = new { lic = random.OneOf([-1, 1]) } }),
    };

    public JsonElement OfBlock() => random.Next(11) switch
    {
        0 => Chance.Json(new { max_running_tasks = random.Next(-1, 3) }),
        1 => Chance.Json(new { max_running_tasks_per_host = random.Next(-1, 3) }),
        2 => Chance.Json(new { capacity = random.Next(1, 12) * 100 }),
        3 => Chance.Json(new { service = random.OneOf(["generic", "nuke"]) }),
        4 => Chance.Json(new { sequential = random.OneOf([1, -1, 0, 3]) }),
        5 => Chance.Json(new { errors_avoid_host = random.Next(3), errors_task_same_host = random.Next(3) }),
        6 => Chance.Json(new { tasks_depend_mask = random.OneOf(["", "a"]) }),
        7 => Chance.Json(new { depend_mask = random.OneOf(["", "a", "b"]) }),
        8 => Chance.Json(new { need_memory = random.Next(-1, 8) * 1024, need_cpu_cores = random.Next(-1, 8) }),
        9 => Chance.Json(new { task_max_run_time = random.Next(3) * 8, task_progress_change_timeout = random.Next(-1, 1) }),
        _ => Chance.Json(new { name = random.OneOf(["a", "b", "c"]), need_gpus = random.Next(-1, 3) }),
    };

    public NodeAction OnRender() => random.Next(16) switch
    {
        0 => Set(new { nimby = random.OnceIn(2) }),
        1 => Set(new { NIMBY = random.OnceIn(2) }),
        2 => Set(new { paused = random.OnceIn(2) }),
        3 => Set(new { priority = random.OneOf([0, 50, 99, 99]) }),
        4 => Set(new { capacity_host = random.OneOf([-1, 500, 2000]), max_tasks_host = random.Next(-1, 4) }),
        5 => Set(new { user_name = random.OneOf(AnyJob.Users), properties_host = "fast gpu", power_host = 10 }),
        6 => new("eject_tasks"),
        7 => new("eject_tasks_keep_my"),
        8 or 9 => new("heal_sick"),
        10 => new("tickets", Chance.Json(new { name = "plug", count = random.Next(-1, 3), host = true })),
        11 or 12 => new("set_pool", Chance.Json(new { name = random.OneOf(["/", "/left", "/right"]) })),
        13 => new(random.OneOf(["exit", "reboot", "wol_sleep", "wol_wake", "delete"])),
        14 => new("farm", Chance.Json(new { mode = random.OneOf(["service_disable", "service_enable"]), mask = "nuke" })),
        _ => Set(new { NIMBY = false, paused = false }),
    };

    public NodeAction OnPool() => random.Next(12) switch
    {
        0 or 1 => new("add_pool", Chance.Json(new { name = random.OneOf(["left", "right"]) })),
        2 => new("delete"),
        3 => Set(new { paused = random.OnceIn(3) }),
        4 or 5 => new("tickets", Chance.Json(new { name = "lic", count = random.Next(-1, 4), max_hosts = random.Next(-1, 3) })),
        6 => new("tickets", Chance.Json(new { name = "plug", count = random.Next(-1, 3), host = true })),
        7 => Set(new { sick_errors_count = random.Next(3), capacity_host = random.OneOf([-1, -1, 3000]) }),
        8 => new("heal_sick"),
        9 => farm.IsStrict ? new("heal_sick") : Set(new { priority = random.OneOf([90, 99, 120]) }),
        10 => Set(new { pattern = random.OneOf(["", "r[0-3]"]), zombie_time = random.OneOf([-1, 4]), new_nimby = random.OnceIn(4) }),
        _ => Set(new { busy_nimby_time = random.OneOf([-1, 2]), idle_free_time = random.OneOf([-1, 2]), busy_cpu = 50, idle_cpu = 60 }),
    };

    public NodeAction OnBranch() => random.Next(10) switch
    {
        0 => new("pause"),
        1 or 2 => new("start"),
        3 => new("delete_done_jobs"),
        4 => new("delete"),
        5 => Set(new { max_running_tasks = random.OneOf([-1, -1, 0, 3]), max_running_tasks_per_host = random.Next(-1, 3) }),
        6 => Set(new { max_tasks_per_second = random.OneOf([-1, -1, 1, 2]) }),
        7 => Set(new { priority = random.OneOf([0, 50, 99, 99]), budget_hours = random.OneOf([-1, -1, 0, 1]) }),
        8 => farm.IsStrict ? Set(new { solve_jobs = random.OnceIn(2) }) : Set(new { solve_jobs = random.OnceIn(2), solve_method = random.OneOf(["solve_order", "solve_priority"]), usage_half_life = random.OneOf([0, 60]), min_running_tasks = random.Next(3) }),
        _ => Set(new { pools = random.OnceIn(2) ? new Dictionary<string, int>() : new Dictionary<string, int> { ["/left"] = random.OneOf(farm.IsStrict ? [100, -100, -100] : new[] { 100, -100, 20 }) } }),
    };

    public NodeAction OnUser() => random.Next(8) switch
    {
        0 => Set(new { max_running_tasks = random.OneOf([-1, -1, 0, 3]) }),
        1 => Set(new { max_running_tasks_per_host = random.Next(-1, 3), max_tasks_per_second = random.OneOf([-1, 1]) }),
        2 => Set(new { priority = random.OneOf([0, 60, 99, 99]) }),
        3 => Set(new { paused = random.OnceIn(3) }),
        4 => Set(new { errors_retries = random.Next(4), errors_avoid_host = random.Next(3), errors_forgive_time = 20 }),
        5 => farm.IsStrict ? Set(new { jobs_life_time = 0 }) : Set(new { solve_method = random.OneOf(["solve_order", "solve_priority"]), usage_half_life = random.OneOf([0, 30]), min_running_tasks = random.Next(2) }),
        6 => new("delete"),
        _ => Set(new { hosts_mask = random.OneOf(["", "", "r"]), need_memory = random.OneOf([-1, 1024]), jobs_life_time = random.OneOf([0, 0, 900]) }),
    };

    public static NodeAction Set(object settings) => new(NodeAction.Set, Chance.Json(settings));
}

namespace Afanasy.Model;

/// <summary>Judges whether the settings of a user, a branch, a pool or a render make sense; the one place for all doors.</summary>
public static class SettingsProblems
{
    /// <summary>Each is compared when a host is fitted to a block.</summary>
    public const int ServicesMax = 1000;

    /// <summary>Processes that one machine can be asked for at a time.</summary>
    public const int TasksHostMax = 10_000;

    /// <summary>An hour: a render that says nothing for longer is not a part of the farm.</summary>
    public const int HeartbeatMax = 3600;

    /// <summary>Shorter silences are those of a busy network.</summary>
    public const int ZombieTimeMin = 5;

    public static IReadOnlyList<FieldProblem> Of(UserSettings user, string path = "")
    {
        var (judge, problems) = Begin(path);
        WorkProblems.Judge(judge, user);
        judge.Within("errors_retries", user.ErrorsRetries, 0, BlockProblems.ErrorsMax);
        judge.Within("errors_avoid_host", user.ErrorsAvoidHost, 0, BlockProblems.ErrorsMax);
        judge.Within("errors_task_same_host", user.ErrorsTaskSameHost, 0, BlockProblems.ErrorsMax);
        judge.AtLeast("errors_forgive_time", user.ErrorsForgiveTime, 0, "never");
        judge.AtLeast("jobs_life_time", user.JobsLifeTime, 0, "for ever");
        return problems;
    }

    public static IReadOnlyList<FieldProblem> Of(BranchSettings branch, string path = "")
    {
        var (judge, problems) = Begin(path);
        WorkProblems.Judge(judge, branch);
        judge.AtLeast("budget_hours", branch.BudgetHours, -1, "no budget");
        return problems;
    }

    public static IReadOnlyList<FieldProblem> Of(RenderSettings render, string path = "")
    {
        var (judge, problems) = Begin(path);
        Host(judge, render);
        judge.Label("user_name", render.UserName);
        return problems;
    }

    public static IReadOnlyList<FieldProblem> Of(PoolSettings pool, string path = "")
    {
        var (judge, problems) = Begin(path);
        Host(judge, pool);
        judge.Mask("pattern", pool.Pattern, MaskDialect.Regex);
        judge.Entries("tickets_pool", pool.TicketsPool.Keys, JobProblems.TicketsMax);
        foreach (var (name, ticket) in pool.TicketsPool)
        {
            judge.Within($"tickets_pool.{name}[0]", ticket.Count, -1, JobProblems.TicketCountMax, "only counted");
            judge.AtLeast($"tickets_pool.{name}[1]", ticket.MaxHosts, -1, "any number of hosts");
        }

        FromOrServers(judge, "heartbeat_sec", pool.HeartbeatSec, 1);
        judge.AtMost("heartbeat_sec", pool.HeartbeatSec, HeartbeatMax);
        FromOrServers(judge, "resources_update_period", pool.ResourcesUpdatePeriod, 1);
        FromOrServers(judge, "zombie_time", pool.ZombieTime, ZombieTimeMin);
        judge.AtLeast("exit_no_task_time", pool.ExitNoTaskTime, -1, "never");
        judge.Within("sick_errors_count", pool.SickErrorsCount, 0, BlockProblems.ErrorsMax, "never");
        judge.AtLeast("idle_wolsleep_time", pool.IdleWolsleepTime, -1, "never");
        judge.AtLeast("idle_free_time", pool.IdleFreeTime, -1, "never");
        judge.AtLeast("busy_nimby_time", pool.BusyNimbyTime, -1, "never");
        Thresholds(judge, "idle", pool.Idle);
        Thresholds(judge, "busy", pool.Busy);
        return problems;
    }

    private static (FieldJudge Judge, List<FieldProblem> Problems) Begin(string path)
    {
        var problems = new List<FieldProblem>();
        return (new FieldJudge(path, problems), problems);
    }

    private static void Host(FieldJudge judge, HostSettings host)
    {
        judge.Within("priority", host.Priority, 0, WorkSettings.PriorityMax);
        judge.AtMostBytes("annotation", host.Annotation, WorkProblems.TextBytesMax);
        judge.AtMostBytes("custom_data", host.CustomData, WorkProblems.TextBytesMax);
        judge.AtLeast("capacity_host", host.CapacityHost, -1, "the pool's");
        judge.Within("max_tasks_host", host.MaxTasksHost, -1, TasksHostMax, "the pool's");
        judge.AtLeast("power_host", host.PowerHost, -1, "the pool's");
        judge.Mask("properties_host", host.PropertiesHost, MaskDialect.Contain);
        judge.Entries("services", host.Services, ServicesMax);
        judge.Entries("services_disabled", host.ServicesDisabled, ServicesMax);
        judge.Counts("tickets_host", host.TicketsHost, -1, JobProblems.TicketCountMax, JobProblems.TicketsMax, "only counted");
    }

    private static void FromOrServers(FieldJudge judge, string name, int value, int least)
    {
        if (value != -1 && value < least) judge.Problem(name, $"must be at least {least}, or -1 (what the server has set), was {value}");
    }

    private static void Thresholds(FieldJudge judge, string prefix, LoadThresholds thresholds)
    {
        const string Off = "off";
        judge.Within($"{prefix}_cpu", thresholds.Cpu, -1, 100, Off);
        judge.Within($"{prefix}_mem", thresholds.Mem, -1, 100, Off);
        judge.Within($"{prefix}_swp", thresholds.Swp, -1, 100, Off);
        judge.AtLeast($"{prefix}_hddgb", thresholds.HddGb, -1, Off);
        judge.Within($"{prefix}_hddio", thresholds.HddIo, -1, 100, Off);
        judge.AtLeast($"{prefix}_netmbs", thresholds.NetMbs, -1, Off);
    }
}

using System.Text.Json;

namespace Afanasy.Model;

/// <summary>Reads what an edit says of a user, a branch, a pool or a render, over what is set.</summary>
internal static class SettingsFields
{
    public static UserSettings User(FieldReader fields, UserSettings now) => WorkFields.Read(fields, now) with
    {
        Paused = fields.Flag("paused", now.Paused),
        ErrorsRetries = fields.Whole("errors_retries", now.ErrorsRetries),
        ErrorsAvoidHost = fields.Whole("errors_avoid_host", now.ErrorsAvoidHost),
        ErrorsTaskSameHost = fields.Whole("errors_task_same_host", now.ErrorsTaskSameHost),
        ErrorsForgiveTime = fields.Whole("errors_forgive_time", now.ErrorsForgiveTime),
        JobsLifeTime = fields.Whole("jobs_life_time", now.JobsLifeTime),
        Role = fields.Word("role", now.Role),
    };

    public static BranchSettings Branch(FieldReader fields, BranchSettings now) => WorkFields.Read(fields, now) with
    {
        Paused = fields.Flag("paused", now.Paused),
        CreateChilds = fields.Flag("create_childs", now.CreateChilds),
        SolveJobs = fields.Flag("solve_jobs", now.SolveJobs),
        BudgetHours = fields.Whole("budget_hours", now.BudgetHours),
    };

    public static RenderSettings Render(FieldReader fields, RenderSettings now) => Nimby(fields, Host(fields, now)) with
    {
        UserName = fields.Text("user_name", now.UserName),
    };

    public static PoolSettings Pool(FieldReader fields, PoolSettings now) => Host(fields, now) with
    {
        Pattern = fields.Text("pattern", now.Pattern),
        TicketsPool = PoolTickets(fields, now.TicketsPool),
        HeartbeatSec = fields.Whole("heartbeat_sec", now.HeartbeatSec),
        ResourcesUpdatePeriod = fields.Whole("resources_update_period", now.ResourcesUpdatePeriod),
        ZombieTime = fields.Whole("zombie_time", now.ZombieTime),
        ExitNoTaskTime = fields.Whole("exit_no_task_time", now.ExitNoTaskTime),
        NewNimby = fields.Flag("new_nimby", now.NewNimby),
        NewPaused = fields.Flag("new_paused", now.NewPaused),
        SickErrorsCount = fields.Whole("sick_errors_count", now.SickErrorsCount),
        IdleWolsleepTime = fields.Whole("idle_wolsleep_time", now.IdleWolsleepTime),
        IdleFreeTime = fields.Whole("idle_free_time", now.IdleFreeTime),
        BusyNimbyTime = fields.Whole("busy_nimby_time", now.BusyNimbyTime),
        Idle = Thresholds(fields, "idle", now.Idle),
        Busy = Thresholds(fields, "busy", now.Busy),
    };

    private static T Host<T>(FieldReader fields, T now)
        where T : HostSettings
    {
        HostSettings read = now;
        read = read with
        {
            Priority = fields.Whole("priority", now.Priority),
            Annotation = fields.Text("annotation", now.Annotation),
            CustomData = fields.Text("custom_data", now.CustomData),
            Hidden = fields.Flag("hidden", now.Hidden),
            Paused = fields.Flag("paused", now.Paused),
            CapacityHost = fields.Whole("capacity_host", now.CapacityHost),
            MaxTasksHost = fields.Whole("max_tasks_host", now.MaxTasksHost),
            PowerHost = fields.Whole("power_host", now.PowerHost),
            PropertiesHost = fields.Text("properties_host", now.PropertiesHost),
            Services = fields.Texts("services", now.Services),
            ServicesDisabled = fields.Texts("services_disabled", now.ServicesDisabled),
            TicketsHost = HostTickets(fields, now.TicketsHost),
        };
        return (T)read;
    }

    /// <summary>One of the two at most; false for either frees the render, unless the other is asked for.</summary>
    private static RenderSettings Nimby(FieldReader fields, RenderSettings now)
    {
        var given = fields.Has("nimby") || fields.Has("NIMBY");
        var others = fields.Flag("nimby");
        var all = fields.Flag("NIMBY");
        return given ? now with { NimbyOthers = others && !all, NimbyAll = all } : now;
    }

    /// <summary>Here 0 and -1 are counts like others (none to have, and only counted), so null takes a name away.</summary>
    private static IReadOnlyDictionary<string, int> HostTickets(FieldReader fields, IReadOnlyDictionary<string, int> now) =>
        fields.Map("tickets_host", "an object of whole numbers", now, (map, name, value, path) =>
        {
            if (value.ValueKind == JsonValueKind.Null) map.Remove(name);
            else if (fields.WholeOf(value, path) is { } count) map[name] = count;
        });

    private static IReadOnlyDictionary<string, PoolTicket> PoolTickets(FieldReader fields, IReadOnlyDictionary<string, PoolTicket> now) =>
        fields.Map("tickets_pool", "an object of tickets", now, (map, name, value, path) =>
        {
            if (value.ValueKind == JsonValueKind.Null) map.Remove(name);
            else if (PoolTicketOf(fields, value, path) is { } ticket) map[name] = ticket;
        });

    private static PoolTicket? PoolTicketOf(FieldReader fields, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number) return fields.WholeOf(value, path) is { } only ? new PoolTicket(only) : null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2)
        {
            fields.Mistyped(path, "a count, or a list of the count and the most hosts", value);
            return null;
        }

        var count = fields.WholeOf(value[0], $"{path}[0]");
        var hosts = fields.WholeOf(value[1], $"{path}[1]");
        return count is null || hosts is null ? null : new PoolTicket(count.Value, hosts.Value);
    }

    private static LoadThresholds Thresholds(FieldReader fields, string prefix, LoadThresholds now) => new()
    {
        Cpu = fields.Whole($"{prefix}_cpu", now.Cpu),
        Mem = fields.Whole($"{prefix}_mem", now.Mem),
        Swp = fields.Whole($"{prefix}_swp", now.Swp),
        HddGb = fields.Whole($"{prefix}_hddgb", now.HddGb),
        HddIo = fields.Whole($"{prefix}_hddio", now.HddIo),
        NetMbs = fields.Whole($"{prefix}_netmbs", now.NetMbs),
    };
}

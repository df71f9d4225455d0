namespace Afanasy.Model;

/// <summary>Reads what a branch, a user and a job say alike, and what jobs and blocks share.</summary>
internal static class WorkFields
{
    /// <summary>A preference for a pool: this much and more restricts, the same below 0 forbids.</summary>
    public const int PoolMax = 100;

    /// <summary>The present settings with what the fields say.</summary>
    public static T Read<T>(FieldReader fields, T now)
        where T : WorkSettings
    {
        WorkSettings read = now;
        read = read with
        {
            Priority = fields.Whole("priority", now.Priority),
            Annotation = fields.Text("annotation", now.Annotation),
            CustomData = fields.Text("custom_data", now.CustomData),
            Hidden = fields.Flag("hidden", now.Hidden),
            MaxRunningTasks = fields.Whole("max_running_tasks", now.MaxRunningTasks),
            MaxRunningTasksPerHost = fields.Whole("max_running_tasks_per_host", now.MaxRunningTasksPerHost),
            MaxTasksPerSecond = fields.Whole("max_tasks_per_second", now.MaxTasksPerSecond),
            MinRunningTasks = fields.Whole("min_running_tasks", now.MinRunningTasks),
            HostsMask = fields.Text("hosts_mask", now.HostsMask),
            HostsMaskExclude = fields.Text("hosts_mask_exclude", now.HostsMaskExclude),
            HostsMaskType = fields.Text("hosts_mask_type", now.HostsMaskType),
            NeedOs = fields.Text("need_os", now.NeedOs),
            NeedProperties = fields.Text("need_properties", now.NeedProperties),
            NeedPower = fields.Whole("need_power", now.NeedPower),
            NeedMemory = fields.Whole("need_memory", now.NeedMemory),
            NeedHdd = fields.Whole("need_hdd", now.NeedHdd),
            Pools = Pools(fields, now.Pools),
            SolveMethod = fields.Word("solve_method", now.SolveMethod),
            SolveNeed = fields.Word("solve_need", now.SolveNeed),
            UsageHalfLife = fields.Whole("usage_half_life", now.UsageHalfLife),
        };
        return (T)read;
    }

    /// <summary>Replaced as a whole, unlike other maps.</summary>
    private static IReadOnlyDictionary<string, int> Pools(FieldReader fields, IReadOnlyDictionary<string, int> now)
    {
        var given = fields.Map<int>("pools", "an object of whole numbers", null, (map, path, value, at) =>
        {
            if (fields.WholeOf(value, at) is not { } preference) return;
            if (preference != 0 && path.Length > 0) map[path] = Math.Clamp(preference, -PoolMax, PoolMax);
        });
        return fields.Has("pools") ? given : now;
    }
}

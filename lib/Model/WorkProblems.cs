namespace Afanasy.Model;

/// <summary>Judges what a branch, a user and a job say alike.</summary>
internal static class WorkProblems
{
    /// <summary>Free texts go to every monitor that shows the node.</summary>
    public const int TextBytesMax = 64 * 1024;

    /// <summary>Each is compared with the pool of every render that a job is fitted to.</summary>
    public const int PoolsMax = 100;

    /// <summary>Beyond a year the share of the present is lost in the past.</summary>
    public const int UsageHalfLifeMax = 366 * 24 * 3600;

    public static void Judge(FieldJudge judge, WorkSettings work)
    {
        judge.Within("priority", work.Priority, 0, WorkSettings.PriorityMax);
        judge.AtMostBytes("annotation", work.Annotation, TextBytesMax);
        judge.AtMostBytes("custom_data", work.CustomData, TextBytesMax);
        judge.AtLeast("max_running_tasks", work.MaxRunningTasks, -1, "no limit");
        judge.AtLeast("max_running_tasks_per_host", work.MaxRunningTasksPerHost, -1, "no limit");
        judge.Within("max_tasks_per_second", work.MaxTasksPerSecond, -1, WorkSettings.TasksPerSecondMax, "no limit");
        judge.AtLeast("min_running_tasks", work.MinRunningTasks, 0);
        judge.HostsMask("hosts_mask", work.HostsMask, work.HostsMaskType);
        judge.HostsMask("hosts_mask_exclude", work.HostsMaskExclude, work.HostsMaskType);
        if (work.HostsMaskType is not ("" or "find" or "regex")) judge.Problem("hosts_mask_type", $"must be find, regex or empty, was '{work.HostsMaskType}'");
        judge.Mask("need_os", work.NeedOs, MaskDialect.Contain);
        judge.Mask("need_properties", work.NeedProperties, MaskDialect.Contain);
        judge.AtLeast("need_power", work.NeedPower, -1, "does not matter");
        judge.AtLeast("need_memory", work.NeedMemory, -1, "does not matter");
        judge.AtLeast("need_hdd", work.NeedHdd, -1, "does not matter");
        judge.Counts("pools", work.Pools, -WorkFields.PoolMax, WorkFields.PoolMax, PoolsMax);
        judge.Within("usage_half_life", work.UsageHalfLife, 0, UsageHalfLifeMax);
    }
}

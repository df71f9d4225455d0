using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Why a branch, a user, a job or a block starts nothing now, whatever renders there are; in the order in which it is tested.</summary>
internal enum Hold
{
    None,
    Deleted,
    Paused,
    NoPriority,
    BudgetSpent,
    WaitsForJobs,
    WaitsForTime,
    LimitZero,
    MaxRunning,
    PerSecond,
    NoLicence,
    PreviewApproval,
    NothingReady,
}

/// <summary>Judges what holds work back by itself; solving asks it, and so does the explanation.</summary>
internal static class Holds
{
    public static Hold Of(Branch branch, Throttle throttle) =>
        branch.Settings.Paused ? Hold.Paused
        : branch.IsBudgetSpent ? Hold.BudgetSpent
        : OfLimits(branch.Settings, branch.Share, branch, throttle);

    public static Hold Of(User user, Throttle throttle) =>
        user.Settings.Paused ? Hold.Paused : OfLimits(user.Settings, user.Share, user, throttle);

    public static Hold Of(Job job, Throttle throttle) =>
        job.IsDeletionAsked ? Hold.Deleted
        : job.IsPaused ? Hold.Paused
        : job.Description.Priority == 0 ? Hold.NoPriority
        : job.IsHeld ? Hold.WaitsForJobs
        : job.IsBeforeItsTime ? Hold.WaitsForTime
        : OfLimits(job.Description, job.Share, job, throttle);

    public static Hold Of(Block block)
    {
        var limit = block.Description.MaxRunningTasks;
        if (block.SleepsUntil is not null) return Hold.NoLicence;
        if (limit == 0 || block.Description.MaxRunningTasksPerHost == 0) return Hold.LimitZero;
        if (limit > 0 && block.States.Count(TaskState.Running) >= limit) return Hold.MaxRunning;
        if (block.States.Count(TaskState.Ready) == 0) return Hold.NothingReady;
        foreach (var task in block.States.ReadyInOrder()) return block.IsApproved(task) ? Hold.None : Hold.PreviewApproval;
        return Hold.NothingReady;
    }

    private static Hold OfLimits(WorkSettings settings, Share share, object owner, Throttle throttle)
    {
        if (settings.Priority == 0) return Hold.NoPriority;
        if (settings.MaxRunningTasks == 0 || settings.MaxRunningTasksPerHost == 0 || settings.MaxTasksPerSecond == 0) return Hold.LimitZero;
        if (settings.MaxRunningTasks > 0 && share.Running >= settings.MaxRunningTasks) return Hold.MaxRunning;
        return settings.MaxTasksPerSecond > 0 && throttle.StartsOf(owner) >= settings.MaxTasksPerSecond ? Hold.PerSecond : Hold.None;
    }
}

/// <summary>Starts within the present second, of those that limit them.</summary>
internal sealed class Throttle
{
    private readonly Dictionary<object, int> _starts = [];
    private long _second;

    public int StartsOf(object owner) => _starts.GetValueOrDefault(owner);

    public void Count(object owner, WorkSettings settings)
    {
        if (settings.MaxTasksPerSecond > 0) _starts[owner] = StartsOf(owner) + 1;
    }

    /// <summary>Those whose count begins anew, when a new second has begun.</summary>
    public IReadOnlyCollection<object> Turn(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        if (second == _second) return [];
        _second = second;
        if (_starts.Count == 0) return [];
        object[] counted = [.. _starts.Keys];
        _starts.Clear();
        return counted;
    }
}

using System.Collections.Frozen;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>
/// Who may do what: a user acts on own jobs, a coordinator on all jobs, an admin on everything. Open by default: names are not
/// proven by a login, so enforcing keeps from mistakes, not from malice.
/// </summary>
internal sealed class Rights(bool isEnforced, IEnumerable<string> admins)
{
    private readonly bool _isEnforced = isEnforced;
    private readonly FrozenSet<string> _admins = admins.ToFrozenSet();

    /// <summary>Everybody may do everything.</summary>
    public static Rights Open { get; } = new(false, []);

    /// <summary>Why the asker may not act on this job; null when it may be done.</summary>
    public static string? Refusal(FarmView view, Asker asker, Job job) => Refusal(view, asker, job.Description.UserName);

    /// <summary>The same for jobs of a user, present and to come.</summary>
    public static string? Refusal(FarmView view, Asker asker, string owner)
    {
        if (asker.UserName == owner && owner != SystemJobs.UserName) return null;
        return Refusal(view, asker, UserRole.Coordinator) is null ? null
            : asker.UserName.Length == 0 ? Nameless
            : $"'{asker.UserName}' may act on own jobs only, and this one is of '{owner}'. Ask '{owner}', a coordinator or an admin.";
    }

    /// <summary>Why the asker may not do what needs a role; null when it may be done.</summary>
    public static string? Refusal(FarmView view, Asker asker, UserRole needed)
    {
        if (!view.Rights._isEnforced || view.Rights.RoleOf(view.Farm, asker.UserName) >= needed) return null;
        return asker.UserName.Length == 0 ? Nameless : $"'{asker.UserName}' may not do this: it takes the role {needed.ToString().ToLowerInvariant()}. Ask an admin.";
    }

    /// <summary>What takes from others is not for everybody's own jobs: ending runs of others, and a guaranteed number of tasks.</summary>
    public static string? RefusalOfFavours(FarmView view, Asker asker, JobDescription now, JobDescription wanted) =>
        (wanted.Preempts && !now.Preempts) || wanted.MinRunningTasks > now.MinRunningTasks
            ? Refusal(view, asker, UserRole.Coordinator) is { } refusal ? $"preempts and min_running_tasks: {refusal}" : null
            : null;

    private const string Nameless = "This farm enforces rights: say who you are (user_name).";

    private UserRole RoleOf(Farm farm, string name) =>
        _admins.Contains(name) ? UserRole.Admin
        : farm.Users.TryGetValue(name, out var user) ? user.Settings.Role
        : UserRole.User;
}

using System.Text.Json.Nodes;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>What a user or a branch has of the farm, now and in all.</summary>
internal abstract record ShareView
{
    public int TasksRunning { get; init; }
    public long CapacityRunning { get; init; }
    public int JobsTotal { get; init; }

    /// <summary>Jobs with running tasks, paused ones too.</summary>
    public int JobsRunning { get; init; }

    /// <summary>How many jobs are in each state; states without jobs are left out.</summary>
    public IReadOnlyDictionary<string, int> JobStates { get; init; } = new Dictionary<string, int>();

    /// <summary>Runs that ended well, in all, those of deleted jobs too.</summary>
    public long RunsDone { get; init; }

    public long RunsFailed { get; init; }
    public double RunHours { get; init; }

    public static double Hours(Share share) => Math.Round(share.Totals.RunSeconds / 3600, 3);

    protected static IReadOnlyDictionary<string, int> StatesOf(IEnumerable<Job> jobs) =>
        jobs.GroupBy(job => job.State).OrderBy(group => group.Key).ToDictionary(group => group.Key.Word(), group => group.Count());
}

/// <summary>A user as the doors show it.</summary>
internal sealed record UserView : ShareView
{
    private readonly UserSettings _settings;

    public string Name { get; init; } = "";
    public DateTimeOffset Registered { get; init; }

    /// <summary>By the names that <c>set</c> takes; written outside the turn.</summary>
    public JsonObject Settings => SettingsJson.Write(_settings);

    private UserView(UserSettings settings) => _settings = settings;

    public static UserView Of(User user) => new(user.Settings)
    {
        Name = user.Name,
        Registered = user.Registered,
        TasksRunning = user.Share.Running,
        CapacityRunning = user.Share.Capacity,
        JobsTotal = user.Jobs.Count,
        JobsRunning = user.Jobs.Count(job => job.RunningTasks > 0),
        JobStates = StatesOf(user.Jobs),
        RunsDone = user.Share.Totals.TasksDone,
        RunsFailed = user.Share.Totals.Errors,
        RunHours = Hours(user.Share),
    };
}

/// <summary>A branch as the doors show it; what it counts is of all branches below as well.</summary>
internal sealed record BranchView : ShareView
{
    private readonly BranchSettings _settings;

    public string Path { get; init; } = "";

    /// <summary>Null for the branch that everything hangs on.</summary>
    public string? Parent { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>Branches directly below.</summary>
    public int Branches { get; init; }

    /// <summary>Users with jobs directly in it.</summary>
    public int Users { get; init; }

    /// <summary>Hours of running tasks after which nothing more starts; null is no budget.</summary>
    public int? BudgetHours { get; init; }

    public bool BudgetSpent { get; init; }

    /// <summary>By the names that <c>set</c> takes; written outside the turn.</summary>
    public JsonObject Settings => SettingsJson.Write(_settings);

    private BranchView(BranchSettings settings) => _settings = settings;

    public static BranchView Of(Branch branch)
    {
        var jobs = BranchRequests.JobsBelow(branch).ToList();
        return new BranchView(branch.Settings)
        {
            Path = branch.Path,
            Parent = branch.Parent?.Path,
            Created = branch.Parent is null ? null : branch.Created,
            Branches = branch.Children.Count,
            Users = branch.Users.Count,
            BudgetHours = branch.Settings.BudgetHours < 0 ? null : branch.Settings.BudgetHours,
            BudgetSpent = branch.IsBudgetSpent,
            TasksRunning = branch.Share.Running,
            CapacityRunning = branch.Share.Capacity,
            JobsTotal = jobs.Count,
            JobsRunning = jobs.Count(job => job.RunningTasks > 0),
            JobStates = StatesOf(jobs),
            RunsDone = branch.Share.Totals.TasksDone,
            RunsFailed = branch.Share.Totals.Errors,
            RunHours = Hours(branch.Share),
        };
    }
}

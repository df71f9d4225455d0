using Afanasy.Model;

namespace AfServer.Model;

/// <summary>A branch of the tree of jobs: jobs directly or by their users, and branches below.</summary>
internal sealed class Branch(string path, Branch? parent, BranchSettings settings, DateTimeOffset created)
{
    /// <summary>The branch that everything hangs on.</summary>
    public const string RootPath = "/";

    private readonly Dictionary<string, BranchUser> _users = [];
    private readonly HashSet<Branch> _children = [];
    private readonly HashSet<Job> _jobs = [];

    public string Path { get; } = path;

    public Branch? Parent { get; } = parent;

    public BranchSettings Settings { get; set; } = settings;

    public DateTimeOffset Created { get; } = created;

    public Share Share { get; } = new();

    public IReadOnlyCollection<Branch> Children => _children;

    public IReadOnlyCollection<Job> Jobs => _jobs;

    public IReadOnlyDictionary<string, BranchUser> Users => _users;

    /// <summary>More hours than its budget were spent; nothing starts any more.</summary>
    public bool IsBudgetSpent => Settings.BudgetHours >= 0 && Share.Totals.RunSeconds >= Settings.BudgetHours * 3600.0;

    /// <summary>This branch and those above it, up to the root.</summary>
    public IEnumerable<Branch> Chain()
    {
        for (var branch = this; branch is not null; branch = branch.Parent) yield return branch;
    }

    public void Add(Branch child) => _children.Add(child);

    public void Remove(Branch child) => _children.Remove(child);

    public BranchUser Add(Job job, User user)
    {
        _jobs.Add(job);
        if (!_users.TryGetValue(user.Name, out var present)) _users.Add(user.Name, present = new BranchUser(this, user));
        present.Add(job);
        return present;
    }

    public void Remove(Job job)
    {
        _jobs.Remove(job);
        job.Owner.Remove(job);
        if (job.Owner.Jobs.Count == 0) _users.Remove(job.Owner.User.Name);
    }
}

/// <summary>The jobs of one user in one branch, which are solved together.</summary>
internal sealed class BranchUser(Branch branch, User user)
{
    private readonly HashSet<Job> _jobs = [];

    public Branch Branch { get; } = branch;

    public User User { get; } = user;

    /// <summary>Of this branch alone: a user that is busy elsewhere is not behind here.</summary>
    public Share Share { get; } = new();

    public IReadOnlyCollection<Job> Jobs => _jobs;

    public void Add(Job job) => _jobs.Add(job);

    public void Remove(Job job) => _jobs.Remove(job);
}

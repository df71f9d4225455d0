namespace Afanasy.Model;

/// <summary>What is set of a branch of the tree of jobs. A project is a branch with limits and totals.</summary>
public sealed record BranchSettings : WorkSettings
{
    /// <summary>Below a branch users are compared by need, so that shares are fair unless somebody wants a strict order.</summary>
    public BranchSettings() => SolveMethod = SolveMethod.Priority;

    public bool Paused { get; init; }

    /// <summary>A job that names a branch below this one makes it.</summary>
    public bool CreateChilds { get; init; }

    /// <summary>Jobs directly, not users, are compared with the branches below.</summary>
    public bool SolveJobs { get; init; }

    /// <summary>Hours of running tasks after which nothing more starts; -1 is no budget.</summary>
    public int BudgetHours { get; init; } = -1;

    /// <summary>The branch that everything hangs on: jobs may make branches below it.</summary>
    public static BranchSettings Root { get; } = new() { CreateChilds = true };
}

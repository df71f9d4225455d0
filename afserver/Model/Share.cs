using Afanasy.Model;

namespace AfServer.Model;

/// <summary>What a branch, a user or a job has of the farm now, and had lately.</summary>
internal sealed class Share
{
    public int Running { get; private set; }

    /// <summary>The sum of capacities of what runs.</summary>
    public long Capacity { get; private set; }

    /// <summary>The number of the farm's start that was the last here; of equals, the one solved longest ago is served first.</summary>
    public long LastSolved { get; set; }

    public Totals Totals { get; set; }

    /// <summary>Seconds of past runs, each weighed with its age as of <see cref="UsedAt"/>.</summary>
    public double Usage { get; set; }

    public DateTimeOffset UsedAt { get; set; }

    public bool IsWorthTelling => LastSolved > 0 || Usage > 0 || Running > 0 || Totals != default;

    public void Start(int capacity, long number)
    {
        Running++;
        Capacity += capacity;
        LastSolved = number;
    }

    /// <summary>Running tasks come here, or go, with a job that changes its place.</summary>
    public void Take(int running, long capacity)
    {
        Running += running;
        Capacity += capacity;
    }

    /// <summary><paramref name="weight"/> is what a second of the run counts: tasks, or thousands of capacity.</summary>
    public void End(int capacity, double seconds, double weight, int halfLife, DateTimeOffset at)
    {
        Running--;
        Capacity -= capacity;
        Totals = Totals with { RunSeconds = Totals.RunSeconds + seconds };
        if (halfLife <= 0) return;
        Usage = Decayed(halfLife, at) + (seconds * weight);
        UsedAt = at;
    }

    public void Count(bool isDone) =>
        Totals = isDone ? Totals with { TasksDone = Totals.TasksDone + 1 } : Totals with { Errors = Totals.Errors + 1 };

    /// <summary>How many tasks past use is worth at a moment: what ran steadily for long counts as much as it had running.</summary>
    public double Past(int halfLife, DateTimeOffset at) => halfLife <= 0 ? 0 : Decayed(halfLife, at) * Math.Log(2) / halfLife;

    private double Decayed(int halfLife, DateTimeOffset at) =>
        Usage == 0 ? 0 : Usage * Math.Pow(0.5, Math.Max(0, (at - UsedAt).TotalSeconds) / halfLife);
}

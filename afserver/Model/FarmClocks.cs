namespace AfServer.Model;

/// <summary>Everything that waits for a moment, so that a tick of the clock looks at nothing else.</summary>
internal sealed class FarmClocks
{
    /// <summary>Jobs that do not start before a moment.</summary>
    public HashSet<Job> BeforeTheirTime { get; } = [];

    /// <summary>Jobs that end at a certain age.</summary>
    public HashSet<Job> Mortal { get; } = [];

    /// <summary>Blocks that rest for want of a licence.</summary>
    public HashSet<Block> Asleep { get; } = [];

    /// <summary>Blocks with errors that will be forgiven.</summary>
    public HashSet<Block> Unforgiven { get; } = [];

    /// <summary>Runs whose block limits how long they run, or stand still; and those that are to make room.</summary>
    public HashSet<TaskRun> Timed { get; } = [];

    /// <summary>Sorts a job in by what it is now.</summary>
    public void Place(Job job)
    {
        Put(BeforeTheirTime, job, job.IsBeforeItsTime);
        Put(Mortal, job, LifeOf(job) > 0);
    }

    public void Place(Block block)
    {
        Put(Asleep, block, block.SleepsUntil is not null);
        Put(Unforgiven, block, block.ErrorHosts.Count > 0);
    }

    public void Place(TaskRun run)
    {
        var block = run.Block.Description;
        Put(Timed, run, block.TaskMaxRunTime > 0 || block.TaskProgressChangeTimeout > 0 || run.PreemptedAt is not null);
    }

    public void Remove(Job job)
    {
        BeforeTheirTime.Remove(job);
        Mortal.Remove(job);
        Asleep.ExceptWith(job.Blocks);
        Unforgiven.ExceptWith(job.Blocks);
    }

    public void Remove(TaskRun run) => Timed.Remove(run);

    /// <summary>Seconds that a job lives after its creation; 0 or less is for ever.</summary>
    public static int LifeOf(Job job) => job.Description.TimeLife >= 0 ? job.Description.TimeLife : job.User.Settings.JobsLifeTime;

    private static void Put<T>(HashSet<T> set, T item, bool belongs)
    {
        if (belongs) set.Add(item);
        else set.Remove(item);
    }
}

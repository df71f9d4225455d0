using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Explains what waits, by the judgement that solves. Remembers the needs it has judged: make one for each answer.</summary>
internal sealed class WhyNot(Farm farm, Solver solver, DateTimeOffset now)
{
    private const int NamesMax = 5;

    private readonly Dictionary<string, (SortedDictionary<Misfit, int> Counts, List<Render> Fitting)> _judged = [];

    public Explanation Explain(Job job)
    {
        if (job.IsFinished) return Explanation.Nothing;
        if (job.RunningTasks > 0 && !job.IsDeletionAsked && !job.IsPaused) return Explanation.Nothing;
        if (HoldOf(job) is { } held) return held;
        if (job.State == JobState.Error) return Explanation.Only($"{job.Count(TaskState.Error)} tasks failed more often than their block allows.", "Restart or skip them.");
        var waits = job.Blocks.Where(block => !block.States.AllFinished).Select(block => (Block: block, Hold: Holds.Of(block))).ToList();
        return waits.FirstOrDefault(wait => wait.Hold == Hold.None).Block is { } ready ? Judge(ready) : Explain(waits[0].Block);
    }

    /// <summary>Of what waits in one block; its running tasks are no reason to be silent.</summary>
    public Explanation Explain(Block block)
    {
        if (block.States.AllFinished) return Explanation.Nothing;
        if (HoldOf(block.Job) is { } held) return held;
        return Holds.Of(block) switch
        {
            Hold.None => Judge(block),
            Hold.NoLicence => Explanation.Only($"It got no licence and tries again at {block.SleepsUntil:HH:mm:ss} UTC.", "Free a licence, or give its tickets a count."),
            Hold.LimitZero => Explanation.Only("max_running_tasks or max_running_tasks_per_host of the block is 0, which starts nothing.", "Raise it."),
            Hold.MaxRunning => Explanation.Only($"It runs {block.States.Count(TaskState.Running)} tasks, as many as its max_running_tasks allows.", "Raise the limit, or wait."),
            Hold.PreviewApproval => Explanation.Only("Its previews are rendered and wait for approval.", "Look at them, then set ppa to false."),
            _ => NothingReady(block),
        };
    }

    public Explanation Explain(Block block, int task) => block.States.Of(task) switch
    {
        TaskState.Done or TaskState.Skipped => Explanation.Nothing,
        TaskState.Running => Explanation.Nothing,
        TaskState.Error => Explanation.Only($"It failed {Times(block.Find(task)?.Errors ?? 0)}, more often than its block allows.", "Read its log, then restart or skip it."),
        TaskState.Suspended => Explanation.Only("A person suspended it.", "Continue it."),
        TaskState.Waiting => Explanation.Only($"Waits for {Named(Producers(block, task))}."),
        _ => Ready(block, task),
    };

    /// <summary>Why a render takes nothing of what waits: what holds the render itself, else the waiting blocks by the reason that keeps each away.</summary>
    public Explanation Explain(Render render)
    {
        var lots = Waiting().ToList();
        if (lots.Count == 0) return Explanation.Only("Nothing waits that may start.");
        var judged = lots.Select(lot => (Lot: lot, Reason: solver.Judge(lot, render, now))).ToList();
        var excluded = judged.Where(one => one.Reason != Misfit.None).GroupBy(one => one.Reason).OrderBy(group => group.Key)
            .Select(group => new Exclusion(group.Key, group.Count(), Reasons.OfRender(group.Key, render, group.First().Lot), Reasons.Advice(group.Key))).ToList();
        var fitting = judged.Count(one => one.Reason == Misfit.None);
        var first = excluded.FirstOrDefault();
        return new Explanation(
            fitting > 0 ? null : excluded.Count == 1 ? $"{first!.Detail}." : $"None of {lots.Count} waiting blocks fits it.",   // nothing fits, so there is a first reason
            fitting > 0 ? null : first!.Advice, lots.Count, fitting, excluded);
    }

    private IEnumerable<Lot> Waiting() => farm.Jobs.Values
        .Where(job => job.Done is null && HoldOf(job) is null).OrderBy(job => job.Id)
        .SelectMany(job => job.Blocks).Where(block => Holds.Of(block) == Hold.None).SelectMany(solver.LotsOf).Where(lot => lot.MayStart);

    /// <summary>What holds the job, or the user or a branch above it.</summary>
    private Explanation? HoldOf(Job job)
    {
        if (Holds.Of(job, solver.Throttle) is not Hold.None and var hold) return OfJob(job, hold);
        if (Holds.Of(job.User, solver.Throttle) is not Hold.None and var users) return OfLevel($"User '{job.User.Name}'", users, job.User.Share);
        foreach (var branch in job.Branch.Chain())
        {
            if (Holds.Of(branch, solver.Throttle) is not Hold.None and var branchs) return OfLevel($"Branch '{branch.Path}'", branchs, branch.Share);
        }

        return null;
    }

    private static Explanation OfJob(Job job, Hold hold) => hold switch
    {
        Hold.Deleted => Explanation.Only($"The job is being deleted; {job.RunningTasks} running tasks are being ended first."),
        Hold.Paused => Explanation.Only("The job is paused.", "Resume it to go on."),
        Hold.WaitsForJobs => Explanation.Only($"Waits for {Named(Producers(job))}."),
        Hold.WaitsForTime => Explanation.Only($"Waits until {DateTimeOffset.FromUnixTimeSeconds(job.Description.TimeWait):yyyy-MM-dd HH:mm:ss} UTC.", "Set time_wait to 0 to start at once."),
        _ => OfLevel("The job", hold, job.Share),
    };

    private static Explanation OfLevel(string level, Hold hold, Share share) => hold switch
    {
        Hold.Paused => Explanation.Only($"{level} is paused.", "Resume it to go on."),
        Hold.NoPriority => Explanation.Only($"{level} has priority 0, which starts nothing.", "Give it a priority."),
        Hold.BudgetSpent => Explanation.Only($"{level} has spent its budget: {share.Totals.RunSeconds / 3600:0.0} hours.", "Raise budget_hours."),
        Hold.LimitZero => Explanation.Only($"{level} has a limit of 0 tasks, which starts nothing.", "Raise max_running_tasks, max_running_tasks_per_host or max_tasks_per_second."),
        Hold.MaxRunning => Explanation.Only($"{level} runs {share.Running} tasks, as many as its max_running_tasks allows.", "Raise the limit, or wait."),
        Hold.PerSecond => Explanation.Only($"{level} has started as many tasks this second as its max_tasks_per_second allows.", "It goes on within a second."),
        _ => throw new ArgumentOutOfRangeException(nameof(hold), hold, "Holds nothing at this level."),
    };

    private Explanation NothingReady(Block block) =>
        block.States.Count(TaskState.Running) > 0 ? Explanation.Nothing
        : block.States.Count(TaskState.Waiting) > 0 ? Explanation.Only($"Waits for {Named(Producers(block, block.States.First(TaskState.Waiting)))}.")
        : block.States.Count(TaskState.Error) > 0 ? Explanation.Only($"{block.States.Count(TaskState.Error)} tasks failed more often than the block allows.", "Restart or skip them.")
        : Explanation.Only($"{block.States.Count(TaskState.Suspended)} tasks are suspended.", "Continue them.");

    private Explanation Ready(Block block, int task)
    {
        if (Explain(block) is { Reason: not null, Renders: 0 } held) return held;
        if (!block.IsApproved(task)) return Explanation.Only("The previews of its block wait for approval.", "Look at them, then set ppa to false.");
        var memory = block.Find(task)?.Memory ?? 0;
        return solver.LotsOf(block).FirstOrDefault(lot => lot.Memory == memory) is { } lot
            ? Judge(lot, render => lot.Avoids(task, render) ? Misfit.AvoidedByTask : Misfit.None)
            : Explanation.Nothing;
    }

    private Explanation Judge(Block block) =>
        solver.LotsOf(block).FirstOrDefault(lot => lot.MayStart) is { } lot ? Judge(lot, _ => Misfit.None) : Explanation.Nothing;

    private Explanation Judge(Lot lot, Func<Render, Misfit> last)
    {
        var (counts, fitting) = Judged(lot.Need);
        var all = new SortedDictionary<Misfit, int>(counts);
        var (fits, together) = (0, new Gathering(lot.Need));
        foreach (var render in fitting)
        {
            var misfit = solver.Judge(lot, render, now);
            if (misfit == Misfit.None) misfit = last(render);
            if (misfit == Misfit.None) fits++;
            else all[misfit] = all.GetValueOrDefault(misfit) + 1;
            if (misfit == Misfit.None) together.TryAdd(render);
        }

        if (fits > 0 && lot.Block.Description is { IsMultihost: true } block)
        {
            if (together.Hosts.Count >= block.MultihostMin)
                return Explanation.Only($"{together.Hosts.Count} hosts are free for it, and it waits up to {block.MultihostMaxWait} s for {block.MultihostMax}.", "Wait, or lower multihost_max.");
            all[Misfit.TooFewHosts] = fits;
            fits = 0;
        }

        var excluded = all.Select(entry => new Exclusion(entry.Key, entry.Value, Reasons.OfTask(entry.Key, lot), Reasons.Advice(entry.Key))).ToList();
        var (reason, advice) = Reasons.Sum(farm.Renders.Count, fits, excluded);
        return new Explanation(reason, advice, farm.Renders.Count, fits, excluded);
    }

    private (SortedDictionary<Misfit, int> Counts, List<Render> Fitting) Judged(Need need)
    {
        if (_judged.TryGetValue(need.Key, out var known)) return known;
        var (counts, fitting) = (new SortedDictionary<Misfit, int>(), new List<Render>());
        foreach (var render in farm.Renders.Values)
        {
            var misfit = Fit.Judge(need, render, solver.IsOnline(render.Id));
            if (misfit == Misfit.None) fitting.Add(render);
            else counts[misfit] = counts.GetValueOrDefault(misfit) + 1;
        }

        return _judged[need.Key] = (counts, fitting);
    }

    private static IEnumerable<string> Producers(Job job) =>
        job.HeldBy.OrderBy(held => held.Id).Select(held => $"job {held.Id} '{held.Description.Name}'")
            .Concat(job.Listed.Where(listed => !Job.IsMet(listed.Producer, listed.On)).Select(listed => $"job {listed.Producer.Id} '{listed.Producer.Description.Name}' to be {Reasons.Word(listed.On)}"))
            .Distinct();

    private static IEnumerable<string> Producers(Block block, int task)
    {
        foreach (var producer in block.Edges.WaitsFor.Where(producer => !producer.States.AllFinished)) yield return $"block '{producer.Description.Name}'";
        foreach (var edge in block.Edges.Frames)
        {
            var (first, last) = FrameProjection.Project(block.Description, task, edge.Producer.Description, edge.Offset);
            if (edge.Producer.States.Ended(first, last, edge.On)) continue;
            var job = edge.Producer.Job == block.Job ? "" : $" of job {edge.Producer.Job.Id}";
            yield return $"{(first == last ? $"task {first}" : $"tasks {first}-{last}")} of block '{edge.Producer.Description.Name}'{job}";
        }

        foreach (var (producer, number) in block.Edges.Tasks.GetValueOrDefault(task, []))
        {
            if (!TaskStates.Satisfies(producer.States.Of(number), DependOutcome.Done)) yield return $"task {number} of block '{producer.Description.Name}'";
        }
    }

    private static string Named(IEnumerable<string> names)
    {
        var some = names.Take(NamesMax + 1).ToList();
        return some.Count > NamesMax ? string.Join(", ", some.Take(NamesMax)) + " and more" : string.Join(", ", some);
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>Renders left out for one reason.</summary>
internal sealed record Exclusion(Misfit Reason, int Count, string Detail);

/// <summary>Why a job does not start anything now: one sentence, and the renders that each reason excludes.</summary>
internal sealed record Explanation(string? Reason, int Renders, IReadOnlyList<Exclusion> Excluded);

/// <summary>Explains what waits, by the judgement that solves. Remembers a need it has judged: make one for each answer.</summary>
internal sealed class WhyNot(Farm farm, Solver solver)
{
    private readonly Dictionary<Need, Explanation> _judged = [];

    /// <summary>The reason is null when the job needs none: it runs or is done.</summary>
    public Explanation Explain(Job job)
    {
        if (job.IsDeletionAsked) return Only($"The job is being deleted; {job.RunningTasks} running tasks are being ended first.");
        return job.State switch
        {
            JobState.Done => Only(null),
            JobState.Paused => Only("The job is paused. Resume it to go on."),
            JobState.Error => Only($"{job.Count(TaskState.Error)} tasks failed more often than their block allows. Restart or skip them."),
            JobState.Waiting => Only(Dependencies(job)),
            JobState.Running => Only(null),
            _ => Ready(job),
        };
    }

    private Explanation Ready(Job job)
    {
        if (job.Description.Priority == 0) return Only("The job's priority is 0, which starts nothing.");
        if (job.Description.MaxRunningTasks == 0) return Only("max_running_tasks of the job is 0, which starts nothing.");
        var block = job.Blocks.FirstOrDefault(block => block.States.Count(TaskState.Ready) > 0 && block.MayStartMore);
        return block is null ? Only("max_running_tasks of its blocks is 0, which starts nothing.") : Judge(Need.Of(block));
    }

    private Explanation Judge(Need need)
    {
        if (_judged.TryGetValue(need, out var known)) return known;
        var counts = farm.Renders.Values
            .Select(render => Fit.Judge(need, render, solver.IsOnline(render.Id)))
            .GroupBy(misfit => misfit).ToDictionary(group => group.Key, group => group.Count());
        var excluded = counts.Where(count => count.Key != Misfit.None).OrderBy(count => count.Key)
            .Select(count => new Exclusion(count.Key, count.Value, Detail(count.Key, need))).ToList();
        var explanation = new Explanation(Sentence(need, counts), farm.Renders.Count, excluded);
        _judged.Add(need, explanation);
        return explanation;
    }

    private string Sentence(Need need, Dictionary<Misfit, int> counts)
    {
        int Of(Misfit misfit) => counts.GetValueOrDefault(misfit);
        var online = farm.Renders.Count - Of(Misfit.Offline);
        if (farm.Renders.Count == 0) return "No render has joined the farm yet.";
        if (online == 0) return $"All {farm.Renders.Count} renders are offline.";
        if (Of(Misfit.None) > 0) return "A render can take it now.";
        if (Of(Misfit.Service) == online) return $"No render that is online offers the service '{need.Service}'.";
        if (Of(Misfit.Service) + Of(Misfit.TooSmall) == online) return $"Every render that offers '{need.Service}' is too small: a task needs capacity {need.Capacity}.";
        return $"All {Of(Misfit.Busy) + Of(Misfit.NoSlot)} renders that could take it are busy.";
    }

    private static string Detail(Misfit misfit, Need need) => misfit switch
    {
        Misfit.Offline => "not connected",
        Misfit.Service => $"do not offer '{need.Service}'",
        Misfit.TooSmall => $"have less than capacity {need.Capacity} in all",
        Misfit.Busy => $"have less than capacity {need.Capacity} free",
        Misfit.NoSlot => "run as many tasks as they may",
        _ => "",
    };

    private static string Dependencies(Job job)
    {
        var names = job.Blocks
            .Where(block => block.States.Count(TaskState.Waiting) > 0)
            .SelectMany(block => block.WaitsFor.Concat(block.WaitsFrameByFrameFor))
            .Where(block => !block.States.AllFinished)
            .Select(block => $"'{block.Description.Name}'").Distinct();
        return $"Waits for {string.Join(", ", names)}.";
    }

    private static Explanation Only(string? reason) => new(reason, 0, []);
}

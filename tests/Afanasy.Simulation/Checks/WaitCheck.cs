using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Who waits for whom, and for what moment: found by looking at everything.</summary>
internal static class WaitCheck
{
    public static IEnumerable<string> Now(SimulatedFarm stage) => Jobs(stage.Farm).Concat(Clocks(stage));

    private static IEnumerable<string> Jobs(Farm farm)
    {
        foreach (var job in farm.Jobs.Values)
        {
            var holders = DependencyRule.Holders(farm, job).ToHashSet();
            if (!job.HeldBy.SetEquals(holders)) yield return $"{job.Id} is held by {Ids(job.HeldBy)}, its masks match {Ids(holders)}";
            foreach (var lost in job.HeldBy.Where(holder => !holder.Holds.Contains(job))) yield return $"{lost.Id} does not know that it holds {job.Id}";
            var (listed, meant) = (job.Listed.Select(entry => (entry.Producer.Id, entry.On)).Order(), DependencyRule.Listed(farm, job).Select(entry => (entry.Producer.Id, entry.On)).Order());
            if (!listed.SequenceEqual(meant)) yield return $"{job.Id} waits for the listed {string.Join(' ', listed)}, it says {string.Join(' ', meant)}";
            if (job.IsFinished != DependencyRule.IsFinished(job) || job.IsFinished != job.Done is not null) yield return $"{job.Id} does not know whether it is finished";
        }
    }

    private static IEnumerable<string> Clocks(SimulatedFarm stage)
    {
        var (farm, clocks) = (stage.Farm, stage.Farm.Clocks);
        var blocks = farm.Jobs.Values.SelectMany(job => job.Blocks).ToList();
        if (!clocks.BeforeTheirTime.SetEquals(farm.Jobs.Values.Where(job => job.IsBeforeItsTime))) yield return "the clock of time_wait has other jobs";
        if (!clocks.Mortal.SetEquals(farm.Jobs.Values.Where(job => Life(job) > 0))) yield return "the clock of time_life has other jobs";
        if (!clocks.Asleep.Select(block => block.Id).ToHashSet().SetEquals(stage.Books.Asleep.Where(id => farm.Find(id) is not null))) yield return "the clock of licences has other blocks";
        if (!clocks.Unforgiven.SetEquals(blocks.Where(block => stage.Books.BlockErrors.Keys.Any(key => key.Block == block.Id)))) yield return "the clock of errors has other blocks";
        var timed = farm.Running.Values.Where(run => run.PreemptedAt is not null || run.Block.Description.TaskMaxRunTime > 0 || run.Block.Description.TaskProgressChangeTimeout > 0);
        if (!clocks.Timed.SetEquals(timed)) yield return "the clock of runs has other runs";
    }

    private static int Life(Job job) => job.Description.TimeLife >= 0 ? job.Description.TimeLife : job.User.Settings.JobsLifeTime;

    private static string Ids(IEnumerable<Job> jobs) => string.Join(' ', jobs.Select(job => job.Id.ToString()).Order(StringComparer.Ordinal));
}

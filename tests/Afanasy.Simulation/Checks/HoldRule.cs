using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>Work that is held, paused, before its time, going, unapproved or asleep starts nothing.</summary>
internal sealed class HoldRule : IRule
{
    public bool IsOfHost => false;

    public IEnumerable<string> Against(Candidate start)
    {
        var (job, block, task) = (start.Job, start.Block, start.Task);
        if (block.States.Of(task) != TaskState.Ready) yield return $"a task that is {block.States.Of(task)}";
        if (job.IsDeletionAsked) yield return "its job is going";
        if (job.IsPaused) yield return "its job is paused";
        if (job.IsBeforeItsTime) yield return "before its time";
        if (job.User.Settings.Paused) yield return "its user is paused";
        if (start.Levels.Any(level => level.Priority == 0)) yield return "something above it has priority 0";
        if (start.Books.Asleep.Contains(block.Id)) yield return "its block got no licence and sleeps";
        foreach (var branch in start.Branches)
        {
            if (branch.Settings.Paused) yield return $"branch {branch.Path} is paused";
            var spent = start.Books.Seconds.GetValueOrDefault(branch.Path);
            if (branch.Settings.BudgetHours >= 0 && spent >= branch.Settings.BudgetHours * 3600.0) yield return $"branch {branch.Path} has spent its budget";
        }

        if (job.Description.Ppa && Math.Abs(start.Own.Sequential) > 1 && !IsPreview(block, task)) yield return "its previews are not approved";
    }

    /// <summary>The first task, the last, and those that hold a multiple of the step.</summary>
    private static bool IsPreview(Block block, int task)
    {
        var (own, step) = (block.Description, Math.Abs(block.Description.Sequential));
        if (task == 0 || task == block.States.Size - 1) return true;
        if (!own.IsNumeric) return task / own.TasksPerFrame % step == 0;
        var span = own.Frames.Of(task);
        for (var frame = span.First; frame <= span.Last; frame += own.FramesInc)
        {
            if (frame % step == 0) return true;
        }

        return false;
    }
}

using System.Text;
using System.Text.Json;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Model;

/// <summary>Everything that a farm knows, as text: two farms that read the same are the same.</summary>
internal static class FarmText
{
    public static string Of(Farm farm)
    {
        var text = new StringBuilder();
        text.AppendLine($"next {farm.NextJob} {farm.NextRender}");
        foreach (var user in farm.Users.Values.OrderBy(user => user.Name, StringComparer.Ordinal)) text.AppendLine($"user {user.Name} {user.Registered:O}");
        foreach (var render in farm.Renders.Values.OrderBy(render => render.Id)) Add(text, farm, render);
        foreach (var job in farm.Jobs.Values.OrderBy(job => job.Id)) Add(text, job);
        text.AppendLine($"leaving {string.Join(' ', farm.Leaving.Select(job => job.Id).Order())}");
        foreach (var run in farm.Running.Values.OrderBy(run => run.Id.ToString(), StringComparer.Ordinal))
            text.AppendLine($"running {run.Id} {run.Block.Id} {run.Render.Id} {run.Started:O} {run.StopThen} {ReferenceEquals(run.Block.Find(run.Id.Task)?.Run, run)}");
        return text.ToString();
    }

    /// <summary>Where two farms differ first, or nothing.</summary>
    public static IEnumerable<string> Differences(Farm farm, Farm other)
    {
        var (mine, its) = (Of(farm).Split('\n'), Of(other).Split('\n'));
        if (mine.SequenceEqual(its)) yield break;
        var line = mine.Zip(its).TakeWhile(pair => pair.First == pair.Second).Count();
        yield return $"'{mine.ElementAtOrDefault(line)?.Trim()}' and not '{its.ElementAtOrDefault(line)?.Trim()}'";
    }

    private static void Add(StringBuilder text, Farm farm, Render render) =>
        text.AppendLine($"{render.Id} {render.Name} {farm.FindRender(render.Name) == render} {JsonSerializer.Serialize(render.Offer)} {render.Registered:O} used {render.CapacityUsed} runs {string.Join(' ', render.Runs.Select(run => run.Id.ToString()).Order())}");

    private static void Add(StringBuilder text, Job job)
    {
        text.AppendLine($"{job.Id} {Encoding.UTF8.GetString(JobDescriptionJson.Write(job.Description))}");
        text.AppendLine($"  {job.State} created {job.Created:O} started {job.Started:O} done {job.Done:O} paused {job.IsPaused} deleting {job.IsDeletionAsked} running {job.RunningTasks}");
        foreach (var block in job.Blocks)
        {
            text.AppendLine($"  {block.Id} {string.Join(' ', Enum.GetValues<TaskState>().Select(block.States.Count))} waits for {Numbers(block.WaitsFor)} by frames {Numbers(block.WaitsFrameByFrameFor)} holds {Numbers(block.HeldBack)} by frames {Numbers(block.HeldBackFrameByFrame)}");
            for (var task = 0; task < block.States.Size; task++)
            {
                var known = block.Find(task);
                text.AppendLine($"    {task} {block.States.Of(task)} runs {block.RunsOf(task)} errors {known?.Errors ?? 0} last {known?.LastRender} now {known?.Run?.Id}");
            }
        }
    }

    private static string Numbers(IEnumerable<Block> blocks) => string.Join(',', blocks.Select(block => block.Number));
}

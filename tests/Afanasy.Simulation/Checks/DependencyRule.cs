using System.Text.RegularExpressions;
using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>What tasks and jobs wait for, found by reading the descriptions: masks, frames, single edges, other jobs and how they end.</summary>
internal sealed class DependencyRule : IRule
{
    public bool IsOfHost => false;

    public IEnumerable<string> Against(Candidate start)
    {
        if (Unmet(start.Stage, start.Block, start.Task) is { } unmet) yield return $"before {unmet}";
        foreach (var producer in Holders(start.Stage.Farm, start.Job)) yield return $"before {producer.Id}, whose name its mask matches, is finished";
        foreach (var (producer, on) in Listed(start.Stage.Farm, start.Job))
        {
            if (!IsMet(producer, on)) yield return $"before {producer.Id}, which it lists, is {on}";
        }
    }

    /// <summary>The first thing that a task waits for; null when it waits for nothing.</summary>
    public static string? Unmet(SimulatedFarm stage, Block block, int task)
    {
        var (job, own) = (block.Job, block.Description);
        foreach (var other in job.Blocks.Where(other => other != block))
        {
            if (Matches(own.DependMask, other.Description.Name) && !Ended(other, DependOutcome.Done)) return $"block {other.Id} is finished";
            if (Matches(own.TasksDependMask, other.Description.Name) && Frames(stage, block, task, other, 0, DependOutcome.Done) is { } frames) return frames;
        }

        foreach (var text in own.IsNumeric ? [] : own.Tasks[task].DependsOn)
        {
            var colon = text.IndexOf(':');
            foreach (var other in colon < 0 ? [block] : job.Blocks.Where(other => other.Description.Name == text[..colon]))
            {
                var number = int.Parse(text[(colon + 1)..]);
                if (number < other.States.Size && !Satisfies(other.States.Of(number), DependOutcome.Done)) return $"{other.Id}[{number}] is done";
            }
        }

        foreach (var dependency in job.Description.DependJobs.Where(dependency => dependency.Frames))
        {
            if (!stage.Farm.Jobs.TryGetValue(new JobId(int.Parse(dependency.Job)), out var producer)) continue;
            foreach (var other in Namesakes(producer, own.Name))
            {
                if (Frames(stage, block, task, other, dependency.Offset, dependency.On) is { } frames) return frames;
            }
        }

        return null;
    }

    public static IEnumerable<Job> Holders(Farm farm, Job job) => farm.Jobs.Values.Where(other => other != job && !IsFinished(other)
        && (Matches(job.Description.DependMaskGlobal, other.Description.Name)
            || (other.Description.UserName == job.Description.UserName && Matches(job.Description.DependMask, other.Description.Name))));

    public static IEnumerable<(Job Producer, DependOutcome On)> Listed(Farm farm, Job job) =>
        from dependency in job.Description.DependJobs
        where !dependency.Frames && farm.Jobs.ContainsKey(new JobId(int.Parse(dependency.Job)))
        select (farm.Jobs[new JobId(int.Parse(dependency.Job))], dependency.On);

    public static bool IsFinished(Job job) => job.Blocks.All(block => Ended(block, DependOutcome.Done));

    public static bool IsMet(Job producer, DependOutcome on)
    {
        if (IsFinished(producer)) return on != DependOutcome.Failed;
        var states = producer.Blocks.SelectMany(block => Enumerable.Range(0, block.States.Size).Select(block.States.Of)).ToList();
        return on != DependOutcome.Done && states.Contains(TaskState.Error) && !states.Contains(TaskState.Running) && !states.Contains(TaskState.Ready);
    }

    public static bool Matches(string mask, string name) => mask.Length > 0 && Regex.IsMatch(name, $@"\A(?:{mask})\z");

    private static IReadOnlyList<Block> Namesakes(Job producer, string name)
    {
        var named = producer.Blocks.Where(block => block.Description.Name == name).ToList();
        if (named.Count == 0) named = [.. producer.Blocks.Where(block => block.Description.IsNumeric)];
        return named.Count > 0 ? named : producer.Blocks;
    }

    private static bool Ended(Block block, DependOutcome on) => Enumerable.Range(0, block.States.Size).All(task => Satisfies(block.States.Of(task), on));

    private static bool Satisfies(TaskState state, DependOutcome on) => state switch
    {
        TaskState.Done or TaskState.Skipped => on is DependOutcome.Done or DependOutcome.Any,
        TaskState.Error => on is DependOutcome.Failed or DependOutcome.Any,
        _ => false,
    };

    private static string? Frames(SimulatedFarm stage, Block consumer, int task, Block producer, long offset, DependOutcome on)
    {
        var (from, to) = (consumer.Description, producer.Description);
        var (first, last) = from.IsNumeric ? (from.Frames.Of(task).First, from.Frames.Of(task).Last) : (task / from.TasksPerFrame, task / from.TasksPerFrame);
        var shift = offset + (from.IsNumeric == to.IsNumeric ? 0 : from.IsNumeric ? -from.FrameFirst : to.FrameFirst);
        var mayPass = on != DependOutcome.Failed && to.Flags.HasFlag(BlockTraits.DependSubTask);
        foreach (var number in Holding(to, first + shift, last + shift))
        {
            if (Satisfies(producer.States.Of(number), on) || (mayPass && IsPassed(stage, producer, number, last + shift))) continue;
            return $"{producer.Id}[{number}] is {on}, of which it needs frames";
        }

        return null;
    }

    private static bool IsPassed(SimulatedFarm stage, Block producer, int number, long frame)
    {
        if (!producer.Description.IsNumeric) return false;
        var run = stage.Books.Runs.Values.FirstOrDefault(run => run.Id.TaskId == new TaskId(producer.Job.Id, producer.Number, number));
        var span = producer.Description.Frames.Of(number);
        return run?.Passed > Math.Clamp(frame, span.First, span.Last);
    }

    /// <summary>The tasks that hold these frames; those outside are taken to the nearest end.</summary>
    private static IEnumerable<int> Holding(BlockDescription block, long first, long last)
    {
        int From(long frame) => block.IsNumeric ? Enumerable.Range(0, block.TaskCount).LastOrDefault(task => block.FrameFirst + (task * block.FramesPerTask * block.FramesInc) <= frame)
            : Enumerable.Range(0, block.TaskCount).First(task => task / block.TasksPerFrame == Math.Clamp(frame, 0, (block.TaskCount - 1) / block.TasksPerFrame));
        int To(long frame) => block.IsNumeric ? From(frame)
            : Enumerable.Range(0, block.TaskCount).Last(task => task / block.TasksPerFrame == Math.Clamp(frame, 0, (block.TaskCount - 1) / block.TasksPerFrame));
        for (var task = From(first); task <= To(last); task++) yield return task;
    }
}

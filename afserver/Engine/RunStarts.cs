using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Turns a run into the order that starts it: names, and the command with its frames filled in.</summary>
internal static class RunStarts
{
    public static RunStart Describe(TaskRun run)
    {
        var (job, block, number) = (run.Block.Job.Description, run.Block.Description, run.Id.Task);
        var start = new RunStart
        {
            Run = run.Id,
            JobName = job.Name,
            BlockName = block.Name,
            TaskName = TaskName(block, number),
            UserName = job.UserName,
            Service = block.Service,
            WorkingDirectory = block.WorkingDirectory,
            Environment = block.Environment,
            Capacity = block.Capacity,
        };
        return block.IsNumeric ? Numeric(start, block, block.Frames.Of(number)) : Listed(start, block, block.Tasks[number]);
    }

    public static string TaskName(BlockDescription block, int task)
    {
        if (!block.IsNumeric)
        {
            var name = block.Tasks[task].Name.Length > 0 ? block.Tasks[task].Name : $"task {task}";
            return block.TasksName.Length > 0 ? CommandPattern.FillTask(block.TasksName, name) : name;
        }

        var frames = block.Frames.Of(task);
        return block.TasksName.Length > 0 ? CommandPattern.FillFrames(block.TasksName, frames) : frames.ToString();
    }

    private static RunStart Numeric(RunStart start, BlockDescription block, FrameSpan frames) => start with
    {
        Command = CommandPattern.FillFrames(block.Command, frames),
        Files = [.. block.Files.Select(file => CommandPattern.FillFrames(file, frames))],
        FrameFirst = frames.First,
        FrameLast = frames.Last,
        FramesInc = frames.Increment,
    };

    private static RunStart Listed(RunStart start, BlockDescription block, TaskDescription task)
    {
        var environment = block.Environment;
        if (task.Environment.Count > 0)
        {
            var merged = new Dictionary<string, string>(block.Environment);
            foreach (var (name, value) in task.Environment) merged[name] = value;
            environment = merged;
        }

        return start with
        {
            Command = CommandPattern.FillTask(block.Command, task.Command),
            Files = block.Files.Count == 0 ? task.Files : [.. block.Files.SelectMany(file => task.Files.DefaultIfEmpty("").Select(own => CommandPattern.FillTask(file, own)))],
            Environment = environment,
        };
    }
}

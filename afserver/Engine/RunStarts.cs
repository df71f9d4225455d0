using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Turns a run into the order that starts it: names, the command with its frames filled in, and what was reserved for it.</summary>
internal static class RunStarts
{
    /// <summary>In a command it is replaced by how many times its capacity the task has.</summary>
    public const string CapacityMark = "@AF_CAPACITY@";

    /// <summary>In a command it is replaced by the names of all hosts of the task, the master first.</summary>
    public const string HostsMark = "@AF_HOSTS@";

    /// <summary>Files of one task: a film in one go has them, and the agent looks at each of them before and after.</summary>
    public const int FilesMax = 10_000;

    /// <summary>Their names in all: with everything else that a start says it must fit in one packet.</summary>
    public const int FilesBytesMax = 1024 * 1024;

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
            Capacity = run.Grant.Capacity,
            CapacityCoefficient = run.Grant.Coefficient,
            MemoryMegabytes = run.Grant.MemoryMegabytes,
            Gpus = run.Grant.Gpus,
            Hosts = block.IsMultihost ? [.. run.Hosts.Select(host => host.Name)] : [],
            Parser = block.Parser,
            ParserCoeff = block.ParserCoeff,
            BlockFlags = (long)block.Flags,
            FileSizeMin = block.FileSizeMin,
            FileSizeMax = block.FileSizeMax,
            CommandPre = block.CommandPre,
            CommandPost = block.CommandPost,
            CustomData = block.CustomData,
            TaskMaxRunTime = block.TaskMaxRunTime,
        };
        start = block.IsNumeric ? Numeric(start, block, block.Frames.Of(number)) : Listed(start, block, block.Tasks[number]);
        return WithGrant(start, run);
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

    private static RunStart Numeric(RunStart start, BlockDescription block, FrameSpan frames)
    {
        start = start with
        {
            Command = CommandPattern.FillFrames(block.Command, frames),
            FrameFirst = frames.First,
            FrameLast = frames.Last,
            FramesInc = frames.Increment,
        };
        return block.Files.Count == 0 ? start : WithFiles(start, block.Files.SelectMany(file => CommandPattern.FillFiles(file, frames)));
    }

    private static RunStart Listed(RunStart start, BlockDescription block, TaskDescription task)
    {
        var environment = block.Environment;
        if (task.Environment.Count > 0)
        {
            var merged = new Dictionary<string, string>(block.Environment);
            foreach (var (name, value) in task.Environment) merged[name] = value;
            environment = merged;
        }

        start = start with { Command = CommandPattern.FillTask(block.Command, task.Command), Environment = environment };
        return block.Files.Count == 0
            ? start with { Files = task.Files }
            : WithFiles(start, block.Files.SelectMany(file => task.Files.DefaultIfEmpty("").Select(own => CommandPattern.FillTask(file, own))));
    }

    /// <summary>As many as the limits hold. A task whose files cannot all be named is never skipped because of those that are.</summary>
    private static RunStart WithFiles(RunStart start, IEnumerable<string> files)
    {
        var (named, bytes) = (new List<string>(), 0);
        foreach (var file in files)
        {
            bytes += Encoding.UTF8.GetByteCount(file);
            if (named.Count == FilesMax || bytes > FilesBytesMax)
                return start with { Files = named, BlockFlags = start.BlockFlags & ~(long)BlockTraits.SkipExistingFiles };
            named.Add(file);
        }

        return start with { Files = named };
    }

    /// <summary>What only the solver knows; whatever a job says itself of these variables would be wrong.</summary>
    private static RunStart WithGrant(RunStart start, TaskRun run)
    {
        if (start.Command.Contains(CapacityMark, StringComparison.Ordinal))
            start = start with { Command = start.Command.Replace(CapacityMark, Math.Max(1, run.Grant.Coefficient).ToString(), StringComparison.Ordinal) };
        if (start.Command.Contains(HostsMark, StringComparison.Ordinal))
            start = start with { Command = start.Command.Replace(HostsMark, HostsOf(run), StringComparison.Ordinal) };
        var devices = Devices(run.Grant);
        if (start.Hosts.Count == 0 && devices.Length == 0) return start;

        var given = new List<(string Name, string Value)>();
        if (start.Hosts.Count > 0) given.Add(("AF_HOSTS", HostsOf(run)));
        if (devices.Length > 0) given.AddRange([("AF_GPUS", devices), ("CUDA_VISIBLE_DEVICES", devices)]);
        var environment = new Dictionary<string, string>(start.Environment);
        foreach (var (name, value) in given) environment[name] = value;
        return start with { Environment = environment };
    }

    public static string HostsOf(TaskRun run) => string.Join(',', run.Hosts.Select(host => host.Name));

    private static string Devices(RunGrant grant) =>
        grant.Gpus.Count > 0 ? string.Join(',', grant.Gpus) : grant.SharedGpu >= 0 ? grant.SharedGpu.ToString() : "";
}

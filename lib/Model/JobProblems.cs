using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>Judges whether a job makes sense; the one place for all doors.</summary>
public static class JobProblems
{
    /// <summary>Names go into tables, file names of logs and screens.</summary>
    public const int NameLengthMax = 255;

    /// <summary>Bytes of a command with its frames filled in: a shell takes an argument of less than 128 KiB on Linux.</summary>
    public const int CommandBytesMax = 120 * 1024;

    /// <summary>Bytes of all variables of a task, or of all its file patterns: one text of an order holds no more.</summary>
    public const int ListBytesMax = CommandBytesMax;

    /// <summary>The longest path of Linux.</summary>
    public const int PathBytesMax = 4096;

    /// <summary>Dependencies between blocks are compared pairwise by name.</summary>
    public const int BlocksMax = 1000;

    /// <summary>An action on a whole block takes its tasks one by one, within a turn: a few seconds at this size.</summary>
    public const int TasksPerBlockMax = 2_000_000;

    /// <summary>A bit per task and state, and the same reason.</summary>
    public const int TasksPerJobMax = 10_000_000;

    /// <summary>Masks are compiled for each block of a job; the names of a job's blocks are matched by a few words.</summary>
    public const int MaskLengthMax = 1024;

    /// <summary>Files of a listed task: the block's patterns times its own.</summary>
    public const int FilesMax = 1000;

    private const BlockTraits KnownFlags = BlockTraits.Numeric;

    public static IReadOnlyList<FieldProblem> Of(JobDescription job)
    {
        var problems = new List<FieldProblem>();
        Name(problems, "name", job.Name);
        Name(problems, "user_name", job.UserName);
        if (job.Priority is < 0 or > WorkSettings.PriorityMax) problems.Add(new("priority", $"must be 0 to {WorkSettings.PriorityMax}, was {job.Priority}"));
        if (job.MaxRunningTasks < -1) problems.Add(new("max_running_tasks", $"must be at least -1 (no limit), was {job.MaxRunningTasks}"));
        if (job.Blocks.Count == 0) problems.Add(new("blocks", "must hold at least one block"));
        if (job.Blocks.Count > BlocksMax) problems.Add(new("blocks", $"must hold at most {BlocksMax} blocks, has {job.Blocks.Count}"));

        for (var i = 0; i < job.Blocks.Count && problems.Count < FieldReader.ProblemsMax; i++) Block(problems, $"blocks[{i}]", job.Blocks[i]);
        if (problems.Count == 0 && job.Blocks.Sum(block => (long)block.TaskCount) is > TasksPerJobMax and var tasks)
            problems.Add(new("blocks", $"are {tasks} tasks in all; a job can have {TasksPerJobMax}. Submit more than one job"));
        if (problems.Count == 0) Dependencies(problems, job);
        return problems;
    }

    /// <summary>What is allowed but is probably not meant.</summary>
    public static IReadOnlyList<string> Warnings(JobDescription job)
    {
        var warnings = new List<string>();
        for (var i = 0; i < job.Blocks.Count; i++)
        {
            var block = job.Blocks[i];
            if (block.DependMask.Length > 0 && BlockDependencies.Matches(job, i, block.DependMask).Count == 0)
                warnings.Add($"blocks[{i}].depend_mask: '{block.DependMask}' matches no other block of this job, so nothing is waited for");
            if (block.TasksDependMask.Length > 0 && BlockDependencies.Matches(job, i, block.TasksDependMask).Count == 0)
                warnings.Add($"blocks[{i}].tasks_depend_mask: '{block.TasksDependMask}' matches no other block of this job, so nothing is waited for");
        }

        return warnings;
    }

    private static void Block(List<FieldProblem> problems, string path, BlockDescription block)
    {
        Name(problems, $"{path}.name", block.Name);
        Name(problems, $"{path}.service", block.Service);
        if ((block.Flags & ~KnownFlags) != 0) problems.Add(new($"{path}.flags", $"only bit 0 (numeric) is known, was {block.Flags}"));
        if (block.Capacity < 1) problems.Add(new($"{path}.capacity", $"must be at least 1, was {block.Capacity}"));
        if (block.MaxRunningTasks < -1) problems.Add(new($"{path}.max_running_tasks", $"must be at least -1 (no limit), was {block.MaxRunningTasks}"));
        if (block.ErrorsRetries is < -1 or > 127) problems.Add(new($"{path}.errors_retries", $"must be -1 (the default) to 127, was {block.ErrorsRetries}"));
        if (Bytes(block.Command) > CommandBytesMax) problems.Add(new($"{path}.command", $"must be at most {CommandBytesMax} bytes"));
        if (Bytes(block.WorkingDirectory) > PathBytesMax) problems.Add(new($"{path}.working_directory", $"must be at most {PathBytesMax} bytes"));
        Lists(problems, path, block.Environment, block.Files);
        Mask(problems, $"{path}.depend_mask", block.DependMask);
        Mask(problems, $"{path}.tasks_depend_mask", block.TasksDependMask);

        if (block.IsNumeric) Frames(problems, path, block);
        else Tasks(problems, path, block);
    }

    private static void Frames(List<FieldProblem> problems, string path, BlockDescription block)
    {
        var before = problems.Count;
        if (block.FramesInc < 1) problems.Add(new($"{path}.frames_inc", $"must be at least 1, was {block.FramesInc}"));
        if (block.FramesPerTask < 1) problems.Add(new($"{path}.frames_per_task", $"must be at least 1, was {block.FramesPerTask}"));
        if (block.FrameLast < block.FrameFirst) problems.Add(new($"{path}.frame_last", $"must not be before frame_first ({block.FrameFirst}), was {block.FrameLast}"));
        if (Math.Abs((decimal)block.FrameFirst) > int.MaxValue) problems.Add(new($"{path}.frame_first", $"must be within ±{int.MaxValue}, was {block.FrameFirst}"));
        if (Math.Abs((decimal)block.FrameLast) > int.MaxValue) problems.Add(new($"{path}.frame_last", $"must be within ±{int.MaxValue}, was {block.FrameLast}"));
        if (block.FramesInc > int.MaxValue) problems.Add(new($"{path}.frames_inc", $"must be at most {int.MaxValue}, was {block.FramesInc}"));
        if (block.FramesPerTask > int.MaxValue) problems.Add(new($"{path}.frames_per_task", $"must be at most {int.MaxValue}, was {block.FramesPerTask}"));
        if (problems.Count > before) return;

        var widest = block.FrameFirst.ToString().Length > block.FrameLast.ToString().Length ? block.FrameFirst : block.FrameLast;
        var frames = new FrameSpan(widest, widest, 1);
        if (Bytes(block.Command) <= CommandBytesMax && Bytes(CommandPattern.FillFrames(block.Command, frames)) > CommandBytesMax) problems.Add(new($"{path}.command", $"must be at most {CommandBytesMax} bytes with its frames filled in"));
        if (block.Files.Sum(Bytes) <= ListBytesMax && block.Files.Sum(file => Bytes(CommandPattern.FillFrames(file, frames))) > ListBytesMax) problems.Add(new($"{path}.files", $"must be at most {ListBytesMax} bytes in all with their frames filled in"));
        if (block.Frames.TaskCount > TasksPerBlockMax) problems.Add(new(path, $"is {block.Frames.TaskCount} tasks; a block can have {TasksPerBlockMax}. Raise frames_per_task or split it"));
        if (block.Command.Length == 0) problems.Add(new($"{path}.command", "is empty"));
    }

    private static void Tasks(List<FieldProblem> problems, string path, BlockDescription block)
    {
        if (block.FramesPerTask < 1) problems.Add(new($"{path}.frames_per_task", $"must be at least 1, was {block.FramesPerTask}"));
        if (block.FramesInc < 1) problems.Add(new($"{path}.frames_inc", $"must be at least 1, was {block.FramesInc}"));
        if (Math.Abs((decimal)block.FrameFirst) > int.MaxValue) problems.Add(new($"{path}.frame_first", $"must be within ±{int.MaxValue}, was {block.FrameFirst}"));
        if (block.Tasks.Count > TasksPerBlockMax) problems.Add(new($"{path}.tasks", $"must hold at most {TasksPerBlockMax} tasks"));
        for (var i = 0; i < block.Tasks.Count && problems.Count < FieldReader.ProblemsMax; i++)
        {
            var task = block.Tasks[i];
            if (task.Name.Length > NameLengthMax) problems.Add(new($"{path}.tasks[{i}].name", $"must be at most {NameLengthMax} characters"));
            if (Bytes(CommandPattern.FillTask(block.Command, task.Command)) > CommandBytesMax) problems.Add(new($"{path}.tasks[{i}].command", $"must be at most {CommandBytesMax} bytes with the block's command"));
            Lists(problems, $"{path}.tasks[{i}]", task.Environment, task.Files);
            if ((long)block.Files.Count * task.Files.Count > FilesMax) problems.Add(new($"{path}.tasks[{i}].files", $"make more than {FilesMax} files with the block's patterns"));
            else if (FilledBytes(block.Files, task.Files) > ListBytesMax) problems.Add(new($"{path}.tasks[{i}].files", $"must be at most {ListBytesMax} bytes in all with the block's patterns filled in"));
            if (task.Command.Length == 0 && block.Command.Length == 0) problems.Add(new($"{path}.tasks[{i}].command", "is empty, and the block has no command either"));
        }
    }

    private static void Lists(List<FieldProblem> problems, string path, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> files)
    {
        if (environment.Keys.Any(name => name.Length == 0 || name.Contains('='))) problems.Add(new($"{path}.environment", "holds a variable whose name is empty or has a ="));
        if (environment.Sum(entry => Bytes(entry.Key) + Bytes(entry.Value)) > ListBytesMax) problems.Add(new($"{path}.environment", $"must be at most {ListBytesMax} bytes in all"));
        if (files.Sum(Bytes) > ListBytesMax) problems.Add(new($"{path}.files", $"must be at most {ListBytesMax} bytes in all"));
    }

    /// <summary>At least the bytes of every pattern filled with every text, without filling them: that could be gigabytes.</summary>
    private static long FilledBytes(IReadOnlyList<string> patterns, IReadOnlyList<string> texts)
    {
        long bytes = 0;
        foreach (var pattern in patterns)
        {
            var empty = Bytes(CommandPattern.FillTask(pattern, ""));
            var perByte = Bytes(CommandPattern.FillTask(pattern, "x")) - empty;
            bytes += texts.Sum(text => empty + ((long)perByte * Bytes(text)));
        }

        return bytes;
    }

    private static int Bytes(string text) => System.Text.Encoding.UTF8.GetByteCount(text);

    private static void Dependencies(List<FieldProblem> problems, JobDescription job)
    {
        var cycle = BlockDependencies.Cycle(job);
        if (cycle.Count > 0) problems.Add(new("blocks", $"dependency cycle: {string.Join(" waits for ", cycle.Select(i => $"'{job.Blocks[i].Name}'"))}"));
    }

    private static void Name(List<FieldProblem> problems, string path, string name)
    {
        if (string.IsNullOrWhiteSpace(name)) problems.Add(new(path, "is empty"));
        else if (name.Length > NameLengthMax) problems.Add(new(path, $"must be at most {NameLengthMax} characters, has {name.Length}"));
        else if (name.Any(char.IsControl)) problems.Add(new(path, "must not hold control characters"));
    }

    private static void Mask(List<FieldProblem> problems, string path, string mask)
    {
        if (mask.Length == 0) return;
        if (mask.Length > MaskLengthMax)
        {
            problems.Add(new(path, $"must be at most {MaskLengthMax} characters, has {mask.Length}"));
            return;
        }

        try
        {
            // By itself too: a mask like a)|(b would close the group that Compile puts around it.
            _ = new Regex(mask, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            BlockDependencies.Compile(mask);
        }
        catch (Exception e) when (e is RegexParseException or NotSupportedException)
        {
            problems.Add(new(path, $"is not a regular expression that can be used: {e.Message}"));
        }
    }
}

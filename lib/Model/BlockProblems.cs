namespace Afanasy.Model;

/// <summary>Judges whether a block and its tasks make sense.</summary>
internal static class BlockProblems
{
    /// <summary>A thousand usual tasks; what a host runs at a time stays within 32 bits.</summary>
    public const int CapacityMax = 1_000_000;

    /// <summary>The most times its capacity that a task may take, for the same reason.</summary>
    public const int CapacityCoeffMax = 1000;

    /// <summary>More devices than any one machine has.</summary>
    public const int GpusMax = 64;

    /// <summary>Four doublings: with more, a task that leaks would ask for more than any machine at its second error.</summary>
    public const int RetryMemoryFactorMax = 16;

    /// <summary>Errors are counted in one byte, as the contract has it.</summary>
    public const int ErrorsMax = 127;

    /// <summary>Hosts of one task, in one byte too.</summary>
    public const int HostsPerTaskMax = 127;

    /// <summary>Seconds to wait for other hosts, in two bytes; 18 hours hold hosts that do nothing for long enough.</summary>
    public const int MultihostWaitMax = ushort.MaxValue;

    /// <summary>Edges of one task; a task that waits for more waits for a block.</summary>
    public const int DependsOnMax = 1000;

    /// <summary>The name of a block and of a task, and what stands between.</summary>
    public const int DependsOnLengthMax = (2 * JobProblems.NameLengthMax) + 1;

    public const string RangeAndList = "a block is either a range of frames (flags bit 0) or a list of tasks, not both";

    private const BlockTraits KnownFlags = (BlockTraits)2047;
    private const int CommandBytesMax = JobProblems.CommandBytesMax;
    private const int ListBytesMax = JobProblems.ListBytesMax;

    public static void Judge(FieldJudge judge, BlockDescription block, string hostsMaskType)
    {
        Members(judge, block, hostsMaskType);
        Range(judge, block);
        Work(judge, block);
    }

    /// <summary>What an edit made wrong; the tasks are gone through again only when they are concerned.</summary>
    public static IReadOnlyList<FieldProblem> OfEdit(BlockDescription now, BlockDescription edited, string hostsMaskType, string path)
    {
        var before = Judged(now);
        return [.. Judged(edited).Where(problem => !before.Contains(problem))];

        List<FieldProblem> Judged(BlockDescription block)
        {
            var problems = new List<FieldProblem>();
            var judge = new FieldJudge(path, problems);
            Members(judge, block, hostsMaskType);
            if (now.Command != edited.Command || !ReferenceEquals(now.Files, edited.Files)) Work(judge, block);
            return problems;
        }
    }

    public static void HostsMasks(FieldJudge judge, BlockDescription block, string type)
    {
        judge.HostsMask("hosts_mask", block.HostsMask, type);
        judge.HostsMask("hosts_mask_exclude", block.HostsMaskExclude, type);
    }

    public static void JudgeTasks(Func<int, FieldJudge> judgeOf, BlockDescription block, IReadOnlyList<TaskDescription> tasks)
    {
        for (var i = 0; i < tasks.Count; i++)
        {
            var judge = judgeOf(i);
            if (judge.IsFull) return;
            Task(judge, block, tasks[i]);
        }
    }

    private static void Members(FieldJudge judge, BlockDescription block, string hostsMaskType)
    {
        judge.Name("name", block.Name);
        judge.Name("service", block.Service);
        judge.Label("parser", block.Parser);
        judge.Near("sequential", block.Sequential);
        judge.Label("tasks_name", block.TasksName);
        judge.AtMostBytes("command", block.Command, CommandBytesMax);
        judge.AtMostBytes("command_pre", block.CommandPre, CommandBytesMax);
        judge.AtMostBytes("command_post", block.CommandPost, CommandBytesMax);
        judge.AtMostBytes("working_directory", block.WorkingDirectory, JobProblems.PathBytesMax);
        Lists(judge, block.Environment, block.Files);
        judge.AtMostBytes("custom_data", block.CustomData, WorkProblems.TextBytesMax);
        judge.AtMostBytes("srv_info", block.SrvInfo, WorkProblems.TextBytesMax);
        judge.Mask("depend_mask", block.DependMask, MaskDialect.Regex);
        judge.Mask("tasks_depend_mask", block.TasksDependMask, MaskDialect.Regex);
        Failures(judge, block);
        Needs(judge, block);
        HostsMasks(judge, block, hostsMaskType);
    }

    private static void Failures(FieldJudge judge, BlockDescription block)
    {
        judge.Within("errors_retries", block.ErrorsRetries, -1, ErrorsMax, "the default");
        judge.Within("errors_avoid_host", block.ErrorsAvoidHost, -1, ErrorsMax, "the default");
        judge.Within("errors_task_same_host", block.ErrorsTaskSameHost, -1, ErrorsMax, "the default");
        judge.AtLeast("errors_forgive_time", block.ErrorsForgiveTime, -1, "the default");
        judge.AtLeast("task_max_run_time", block.TaskMaxRunTime, 0, "no limit");
        judge.AtLeast("task_min_run_time", block.TaskMinRunTime, 0, "no limit");
        judge.AtLeast("task_progress_change_timeout", block.TaskProgressChangeTimeout, -1, "never");
        judge.AtLeast("parser_coeff", block.ParserCoeff, 1);
    }

    private static void Needs(FieldJudge judge, BlockDescription block)
    {
        const string Any = "does not matter";
        judge.AtLeast("capacity", block.Capacity, 1);
        judge.AtMost("capacity", block.Capacity, CapacityMax);
        judge.AtLeast("max_running_tasks", block.MaxRunningTasks, -1, "no limit");
        judge.AtLeast("max_running_tasks_per_host", block.MaxRunningTasksPerHost, -1, "no limit");
        judge.Mask("need_properties", block.NeedProperties, MaskDialect.Contain);
        judge.AtLeast("need_power", block.NeedPower, -1, Any);
        judge.AtLeast("need_memory", block.NeedMemory, -1, Any);
        judge.Within("retry_memory_factor", block.RetryMemoryFactor, 1, RetryMemoryFactorMax);
        judge.AtLeast("need_hdd", block.NeedHdd, -1, Any);
        judge.Within("need_gpus", block.NeedGpus, -1, GpusMax, Any);
        judge.AtLeast("need_gpu_mem_mb", block.NeedGpuMemMb, -1, Any);
        judge.AtLeast("need_cpu_freq_mgz", block.NeedCpuFreqMgz, -1, Any);
        judge.AtLeast("need_cpu_cores", block.NeedCpuCores, -1, Any);
        judge.AtLeast("need_cpu_freq_cores", block.NeedCpuFreqCores, -1, Any);
        judge.Counts("tickets", block.Tickets, 1, JobProblems.TicketCountMax, JobProblems.TicketsMax);
    }

    /// <summary>What is given at submission only.</summary>
    private static void Range(FieldJudge judge, BlockDescription block)
    {
        if ((block.Flags & ~KnownFlags) != 0) judge.Problem("flags", $"only bits 0 to 10 are known, was {(long)block.Flags}");
        judge.Within("capacity_coeff_min", block.CapacityCoeffMin, 0, CapacityCoeffMax);
        judge.Within("capacity_coeff_max", block.CapacityCoeffMax, 0, CapacityCoeffMax);
        Ordered(judge, "capacity_coeff", block.CapacityCoeffMin, block.CapacityCoeffMax);
        judge.AtLeast("file_size_min", block.FileSizeMin, -1, "any");
        judge.AtLeast("file_size_max", block.FileSizeMax, -1, "any");
        if (block.FileSizeMax >= 0) Ordered(judge, "file_size", block.FileSizeMin, block.FileSizeMax);
        judge.Within("multihost_min", block.MultihostMin, 0, HostsPerTaskMax);
        judge.Within("multihost_max", block.MultihostMax, 0, HostsPerTaskMax);
        Ordered(judge, "multihost", block.MultihostMin, block.MultihostMax);
        if (block.MultihostMin == 0 && block.MultihostMax > 0) judge.Problem("multihost_min", "must be at least 1 when there is a multihost_max, was 0");
        judge.Within("multihost_max_wait", block.MultihostMaxWait, 0, MultihostWaitMax);
        judge.Within("multihost_service_wait", block.MultihostServiceWait, 0, MultihostWaitMax);
        judge.AtMostBytes("multihost_service", block.MultihostService, CommandBytesMax);
    }

    private static void Ordered(FieldJudge judge, string name, long least, long most)
    {
        if (most < least) judge.Problem($"{name}_max", $"must be at least {name}_min ({least}), was {most}");
    }

    private static void Work(FieldJudge judge, BlockDescription block)
    {
        if (block.IsNumeric) Frames(judge, block);
        else Listed(judge, block);
    }

    private static void Frames(FieldJudge judge, BlockDescription block)
    {
        var problems = new List<FieldProblem>();
        var range = new FieldJudge("", problems);
        range.AtLeast("frames_inc", block.FramesInc, 1);
        range.AtLeast("frames_per_task", block.FramesPerTask, 1);
        range.Near("frame_first", block.FrameFirst);
        range.Near("frame_last", block.FrameLast);
        if (block.FrameLast < block.FrameFirst) range.Problem("frame_last", $"must not be before frame_first ({block.FrameFirst}), was {block.FrameLast}");
        range.AtMost("frames_inc", block.FramesInc, int.MaxValue);
        range.AtMost("frames_per_task", block.FramesPerTask, int.MaxValue);
        foreach (var problem in problems) judge.Problem(problem.Path, problem.Text);
        if (problems.Count > 0) return;

        var widest = block.FrameFirst.ToString().Length > block.FrameLast.ToString().Length ? block.FrameFirst : block.FrameLast;
        var frames = new FrameSpan(widest, widest, 1);
        if (FieldJudge.Bytes(block.Command) <= CommandBytesMax && FieldJudge.Bytes(CommandPattern.FillFrames(block.Command, frames)) > CommandBytesMax) judge.Problem("command", $"must be at most {CommandBytesMax} bytes with its frames filled in");
        if (block.Files.Sum(FieldJudge.Bytes) <= ListBytesMax && block.Files.Sum(file => FieldJudge.Bytes(CommandPattern.FillFrames(file, frames))) > ListBytesMax) judge.Problem("files", $"must be at most {ListBytesMax} bytes in all with their frames filled in");
        if (block.Frames.TaskCount > JobProblems.TasksPerBlockMax) judge.Problem("", $"is {block.Frames.TaskCount} tasks; a block can have {JobProblems.TasksPerBlockMax}. Raise frames_per_task or split it");
        if (block.Command.Length == 0) judge.Problem("command", "is empty");
        if (block.Tasks.Count > 0) judge.Problem("tasks", RangeAndList);
    }

    private static void Listed(FieldJudge judge, BlockDescription block)
    {
        if (block.FramesPerTask == 0) judge.Problem("frames_per_task", "must be at least 1, or -N for N tasks of one frame, was 0");
        judge.Near("frames_per_task", block.FramesPerTask);
        judge.AtLeast("frames_inc", block.FramesInc, 1);
        judge.AtMost("frames_inc", block.FramesInc, int.MaxValue);
        judge.Near("frame_first", block.FrameFirst);
        judge.Near("frame_last", block.FrameLast);
        if (block.Tasks.Count == 0) judge.Problem("tasks", "must hold at least one task");
        if (block.Tasks.Count > JobProblems.TasksPerBlockMax) judge.Problem("tasks", $"must hold at most {JobProblems.TasksPerBlockMax} tasks");
        JudgeTasks(i => judge.Inner($"tasks[{i}]"), block, block.Tasks);
    }

    private static void Task(FieldJudge judge, BlockDescription block, TaskDescription task)
    {
        judge.Label("name", task.Name);
        if (FieldJudge.Bytes(CommandPattern.FillTask(block.Command, task.Command)) > CommandBytesMax) judge.Problem("command", $"must be at most {CommandBytesMax} bytes with the block's command");
        Lists(judge, task.Environment, task.Files);
        if ((long)block.Files.Count * task.Files.Count > JobProblems.FilesMax) judge.Problem("files", $"make more than {JobProblems.FilesMax} files with the block's patterns");
        else if (FilledBytes(block.Files, task.Files) > ListBytesMax) judge.Problem("files", $"must be at most {ListBytesMax} bytes in all with the block's patterns filled in");
        if (task.Command.Length == 0 && block.Command.Length == 0) judge.Problem("command", "is empty, and the block has no command either");
        if (task.DependsOn.Count > DependsOnMax) judge.Problem("depends_on", $"must name at most {DependsOnMax} tasks, names {task.DependsOn.Count}; give them a block of their own and a depend_mask");
        for (var i = 0; i < task.DependsOn.Count && i < DependsOnMax; i++)
        {
            if (string.IsNullOrWhiteSpace(task.DependsOn[i])) judge.Problem($"depends_on[{i}]", "is empty");
            else if (task.DependsOn[i].Length > DependsOnLengthMax) judge.Problem($"depends_on[{i}]", $"must be at most {DependsOnLengthMax} characters");
        }
    }

    private static void Lists(FieldJudge judge, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> files)
    {
        if (environment.Keys.Any(name => name.Length == 0 || name.Contains('='))) judge.Problem("environment", "holds a variable whose name is empty or has a =");
        if (environment.Sum(entry => FieldJudge.Bytes(entry.Key) + FieldJudge.Bytes(entry.Value)) > ListBytesMax) judge.Problem("environment", $"must be at most {ListBytesMax} bytes in all");
        if (files.Sum(FieldJudge.Bytes) > ListBytesMax) judge.Problem("files", $"must be at most {ListBytesMax} bytes in all");
    }

    /// <summary>At least the bytes of every pattern filled with every text, without filling them: that could be gigabytes.</summary>
    private static long FilledBytes(IReadOnlyList<string> patterns, IReadOnlyList<string> texts)
    {
        long bytes = 0;
        foreach (var pattern in patterns)
        {
            var empty = FieldJudge.Bytes(CommandPattern.FillTask(pattern, ""));
            var perByte = FieldJudge.Bytes(CommandPattern.FillTask(pattern, "x")) - empty;
            bytes += texts.Sum(text => empty + ((long)perByte * FieldJudge.Bytes(text)));
        }

        return bytes;
    }
}

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

    /// <summary>Files of a listed task: the block's patterns times its own.</summary>
    public const int FilesMax = 1000;

    /// <summary>Folders are for people to choose from.</summary>
    public const int FoldersMax = 100;

    /// <summary>Each is looked up whenever one of them ends.</summary>
    public const int DependJobsMax = 1000;

    /// <summary>Tasks to run first are looked at one by one whenever a host is free.</summary>
    public const int TryThisMax = 10_000;

    /// <summary>Tickets are compared one by one with those of each host.</summary>
    public const int TicketsMax = 100;

    /// <summary>The sum of the tickets of all tasks of a farm stays within 32 bits.</summary>
    public const int TicketCountMax = 1_000_000;

    /// <summary>A day: whoever waits longer for a run to end does not want to preempt it.</summary>
    public const int PreemptionGraceMax = 24 * 3600;

    /// <summary>The last second of the year 9999, beyond which there is no date.</summary>
    public const long TimeMax = 253_402_300_799;

    public static IReadOnlyList<FieldProblem> Of(JobDescription job)
    {
        var problems = OfParts(job);
        if (problems.Count == 0) TryThis(new FieldJudge("", problems), job);
        return problems.Count > 0 ? problems : OfDependencies(job);
    }

    /// <summary>What is wrong with members by themselves, whatever they mean to one another.</summary>
    internal static List<FieldProblem> OfParts(JobDescription job)
    {
        var problems = new List<FieldProblem>();
        var judge = new FieldJudge("", problems);
        Members(judge, job);
        if (job.Blocks.Count == 0) judge.Problem("blocks", "must hold at least one block");
        if (job.Blocks.Count > BlocksMax) judge.Problem("blocks", $"must hold at most {BlocksMax} blocks, has {job.Blocks.Count}");
        for (var i = 0; i < job.Blocks.Count && !judge.IsFull; i++) BlockProblems.Judge(judge.Inner($"blocks[{i}]"), job.Blocks[i], job.HostsMaskType);
        if (problems.Count == 0 && job.Blocks.Sum(block => (long)block.TaskCount) is > TasksPerJobMax and var tasks)
            judge.Problem("blocks", $"are {tasks} tasks in all; a job can have {TasksPerJobMax}. Submit more than one job");
        return problems;
    }

    /// <summary>What only the whole of a usable job shows: what its blocks and tasks wait for, and whether it can ever end.</summary>
    public static IReadOnlyList<FieldProblem> OfDependencies(JobDescription job) => TaskEdges.Of(job).Problems;

    /// <summary>What is allowed but is probably not meant.</summary>
    public static IReadOnlyList<string> Warnings(JobDescription job)
    {
        var warnings = new List<string>();
        for (var i = 0; i < job.Blocks.Count; i++)
        {
            var block = job.Blocks[i];
            var path = $"blocks[{i}]";
            if (block.DependMask.Length > 0 && BlockDependencies.Matches(job, i, block.DependMask).Count == 0)
                warnings.Add($"{path}.depend_mask: '{block.DependMask}' matches no other block of this job, so nothing is waited for");
            if (block.TasksDependMask.Length > 0 && BlockDependencies.Matches(job, i, block.TasksDependMask).Count == 0)
                warnings.Add($"{path}.tasks_depend_mask: '{block.TasksDependMask}' matches no other block of this job, so nothing is waited for");
            if (block.Flags.HasFlag(BlockTraits.Multihost) && !block.IsMultihost)
                warnings.Add($"{path}.flags: says multi-host (bit 2), but multihost_max is 0, so a task takes one host");
            if (block.TaskMaxRunTime > 0 && block.TaskMaxRunTime < block.TaskMinRunTime)
                warnings.Add($"{path}.task_max_run_time: is less than task_min_run_time, so every run is an error");
        }

        return warnings;
    }

    /// <summary>What an edit made wrong. What was wrong before, as another door may have let it in, does not stop other edits.</summary>
    internal static IReadOnlyList<FieldProblem> OfEdit(JobDescription now, JobDescription edited, string path)
    {
        var before = Judged(now);
        return [.. Judged(edited).Where(problem => !before.Contains(problem))];

        List<FieldProblem> Judged(JobDescription job)
        {
            var problems = new List<FieldProblem>();
            var judge = new FieldJudge(path, problems);
            Members(judge, job);
            if (now.HostsMaskType == edited.HostsMaskType) return problems;
            for (var i = 0; i < job.Blocks.Count; i++) BlockProblems.HostsMasks(judge.Inner($"blocks[{i}]"), job.Blocks[i], job.HostsMaskType);
            return problems;
        }
    }

    private static void Members(FieldJudge judge, JobDescription job)
    {
        judge.Name("name", job.Name);
        judge.Name("user_name", job.UserName);
        WorkProblems.Judge(judge, job);
        judge.Label("host_name", job.HostName);
        judge.AtMostBytes("description", job.Description, WorkProblems.TextBytesMax);
        judge.AtMostBytes("srv_info", job.SrvInfo, WorkProblems.TextBytesMax);
        judge.AtMostBytes("branch", job.Branch, PathBytesMax);
        judge.Label("project", job.Project);
        judge.Label("department", job.Department);
        judge.Entries("folders", job.Folders.Keys, FoldersMax);
        foreach (var (name, folder) in job.Folders) judge.AtMostBytes($"folders.{name}", folder, PathBytesMax);
        judge.AtMostBytes("command_pre", job.CommandPre, CommandBytesMax);
        judge.AtMostBytes("command_post", job.CommandPost, CommandBytesMax);
        judge.Within("time_creation", job.TimeCreation, 0, TimeMax);
        judge.Within("time_wait", job.TimeWait, 0, TimeMax);
        judge.AtLeast("time_life", job.TimeLife, -1, "the user's");
        judge.Mask("depend_mask", job.DependMask, MaskDialect.Regex);
        judge.Mask("depend_mask_global", job.DependMaskGlobal, MaskDialect.Regex);
        DependJobs(judge, job.DependJobs);
        judge.Counts("limits", job.Limits, 1, TicketCountMax, TicketsMax);
        judge.Within("preemption_grace", job.PreemptionGrace, 0, PreemptionGraceMax);
    }

    private static void DependJobs(FieldJudge judge, IReadOnlyList<JobDependency> jobs)
    {
        if (jobs.Count > DependJobsMax) judge.Problem("depend_jobs", $"must name at most {DependJobsMax} jobs, names {jobs.Count}");
        for (var i = 0; i < jobs.Count && !judge.IsFull; i++)
        {
            var inner = judge.Inner($"depend_jobs[{i}]");
            inner.Name("job", jobs[i].Job);
            inner.Near("offset", jobs[i].Offset);
        }
    }

    private static void TryThis(FieldJudge judge, JobDescription job)
    {
        var blocks = job.TryThisBlocksNum;
        var tasks = job.TryThisTasksNum;
        if (blocks.Count != tasks.Count) judge.Problem("try_this_tasks_num", $"must be as long as try_this_blocks_num ({blocks.Count}), has {tasks.Count}");
        else if (blocks.Count > TryThisMax) judge.Problem("try_this_tasks_num", $"must name at most {TryThisMax} tasks, names {tasks.Count}");
        else
        {
            for (var i = 0; i < blocks.Count; i++)
            {
                if (blocks[i] < 0 || blocks[i] >= job.Blocks.Count) judge.Problem($"try_this_blocks_num[{i}]", $"there is no block {blocks[i]}");
                else if (tasks[i] < 0 || tasks[i] >= job.Blocks[blocks[i]].TaskCount) judge.Problem($"try_this_tasks_num[{i}]", $"block {blocks[i]} has no task {tasks[i]}");
            }
        }
    }
}

using System.Text.Json;

namespace Afanasy.Model;

/// <summary>Reads the members of a job, a block and a task over what is there: a submission begins with a new one, an edit with the present.</summary>
internal static class JobFields
{
    public const string GivenByServer = "is given by the server";
    public const string GivenAtSubmission = "is given at submission";

    public static JobDescription Job(FieldReader fields, JobDescription now)
    {
        fields.Refuse(GivenByServer, "st", "id", "serial", "user_list_order", "time_started", "time_done", "locked");
        if (fields.IsEdit)
            fields.Refuse(GivenAtSubmission, "name", "host_name", "time_creation", "project", "department", "try_this_blocks_num", "try_this_tasks_num", "blocks");

        var job = WorkFields.Read(fields, now) with
        {
            Name = fields.Text("name", now.Name, required: true),
            UserName = fields.Text("user_name", now.UserName, required: true),
            HostName = fields.Text("host_name", now.HostName),
            Description = fields.Text("description", now.Description),
            SrvInfo = fields.Text("srv_info", now.SrvInfo),
            Branch = fields.Text("branch", now.Branch),
            Project = fields.Text("project", now.Project),
            Department = fields.Text("department", now.Department),
            Folders = fields.TextMap("folders", now.Folders),
            CommandPre = fields.Text("command_pre", now.CommandPre),
            CommandPost = fields.Text("command_post", now.CommandPost),
            TimeCreation = fields.Long("time_creation", now.TimeCreation),
            TimeWait = fields.Long("time_wait", now.TimeWait),
            TimeLife = fields.Whole("time_life", now.TimeLife),
            DependMask = fields.Text("depend_mask", now.DependMask),
            DependMaskGlobal = fields.Text("depend_mask_global", now.DependMaskGlobal),
            DependJobs = fields.List("depend_jobs", now.DependJobs, (item, path) => Dependency(fields, item, path)),
            Offline = fields.Flag("offline", now.Offline),
            Ppa = fields.Flag("ppa", now.Ppa),
            Maintenance = fields.Flag("maintenance", now.Maintenance),
            IgnoreNimby = fields.Flag("ignorenimby", now.IgnoreNimby),
            IgnorePaused = fields.Flag("ignorepaused", now.IgnorePaused),
            Limits = fields.CountMap("limits", now.Limits),
            Preempts = fields.Flag("preempts", now.Preempts),
            PreemptionGrace = fields.Whole("preemption_grace", now.PreemptionGrace),
            TryThisBlocksNum = fields.Wholes("try_this_blocks_num", now.TryThisBlocksNum),
            TryThisTasksNum = fields.Wholes("try_this_tasks_num", now.TryThisTasksNum),
            Blocks = fields.Objects("blocks", now.Blocks, block => Block(block, new()), required: true),
        };
        fields.RefuseUnknown();
        return job;
    }

    public static BlockDescription Block(FieldReader fields, BlockDescription now)
    {
        fields.Refuse(GivenByServer, "st", "time_started", "time_done", "tasks_num");
        if (fields.IsEdit) RefuseGivenAtSubmission(fields);

        var hasTasks = fields.Has("tasks");
        var hasFrames = fields.Has("frame_first") || fields.Has("frame_last");
        var block = ReadNeeds(fields, ReadWork(fields, ReadRange(fields, now)));
        block = block with { Tasks = fields.Objects("tasks", now.Tasks, Task) };
        fields.RefuseUnknown();
        return fields.IsEdit ? block : Kind(fields, block, hasTasks, hasFrames);
    }

    public static TaskDescription Task(FieldReader fields)
    {
        var task = new TaskDescription
        {
            Name = fields.Text("name"),
            Command = fields.Text("command"),
            Files = fields.Texts("files"),
            Environment = fields.TextMap("environment"),
            DependsOn = fields.TextsOrWholes("depends_on"),
        };
        fields.RefuseUnknown();
        return task;
    }

    private static void RefuseGivenAtSubmission(FieldReader fields) =>
        fields.Refuse(GivenAtSubmission, "flags", "frame_first", "frame_last", "frames_per_task", "frames_inc", "tasks", "capacity_coeff_min", "capacity_coeff_max",
            "file_size_min", "file_size_max", "multihost_min", "multihost_max", "multihost_max_wait", "multihost_service_wait", "multihost_service");

    private static JobDependency? Dependency(FieldReader job, JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return job.TextOrWholeOf(item, path) is { } named ? new JobDependency { Job = named } : null;

        var fields = job.Inner(item, path);
        var usual = new JobDependency();
        var dependency = new JobDependency
        {
            Job = fields.TextOrWhole("job", required: true),
            Frames = fields.Flag("frames", usual.Frames),
            Offset = fields.Long("offset", usual.Offset),
            On = fields.Word("on", usual.On),
        };
        fields.RefuseUnknown();
        return dependency;
    }

    private static BlockDescription ReadRange(FieldReader fields, BlockDescription now)
    {
        var hasFirst = fields.Has("frame_first");
        var first = fields.Long("frame_first", now.FrameFirst);
        return now with
        {
            Name = fields.Text("name", now.Name),
            Service = fields.Text("service", now.Service),
            Parser = fields.Text("parser", now.Parser),
            Flags = (BlockTraits)fields.Long("flags", (long)now.Flags),
            FrameFirst = first,
            FrameLast = fields.Long("frame_last", hasFirst ? first : now.FrameLast),
            FramesPerTask = fields.Long("frames_per_task", now.FramesPerTask),
            FramesInc = fields.Long("frames_inc", now.FramesInc),
            Sequential = fields.Long("sequential", now.Sequential),
            CapacityCoeffMin = fields.Whole("capacity_coeff_min", now.CapacityCoeffMin),
            CapacityCoeffMax = fields.Whole("capacity_coeff_max", now.CapacityCoeffMax),
            FileSizeMin = fields.Long("file_size_min", now.FileSizeMin),
            FileSizeMax = fields.Long("file_size_max", now.FileSizeMax),
            MultihostMin = fields.Whole("multihost_min", now.MultihostMin),
            MultihostMax = fields.Whole("multihost_max", now.MultihostMax),
            MultihostMaxWait = fields.Whole("multihost_max_wait", now.MultihostMaxWait),
            MultihostServiceWait = fields.Whole("multihost_service_wait", now.MultihostServiceWait),
            MultihostService = fields.Text("multihost_service", now.MultihostService),
        };
    }

    private static BlockDescription ReadWork(FieldReader fields, BlockDescription now) => now with
    {
        TasksName = fields.Text("tasks_name", now.TasksName),
        Command = fields.Text("command", now.Command),
        CommandPre = fields.Text("command_pre", now.CommandPre),
        CommandPost = fields.Text("command_post", now.CommandPost),
        WorkingDirectory = fields.Text("working_directory", now.WorkingDirectory),
        Environment = fields.TextMap("environment", now.Environment),
        Files = fields.Texts("files", now.Files),
        CustomData = fields.Text("custom_data", now.CustomData),
        SrvInfo = fields.Text("srv_info", now.SrvInfo),
        DependMask = fields.Text("depend_mask", now.DependMask),
        TasksDependMask = fields.Text("tasks_depend_mask", now.TasksDependMask),
        ErrorsRetries = fields.Whole("errors_retries", now.ErrorsRetries),
        ErrorsAvoidHost = fields.Whole("errors_avoid_host", now.ErrorsAvoidHost),
        ErrorsTaskSameHost = fields.Whole("errors_task_same_host", now.ErrorsTaskSameHost),
        ErrorsForgiveTime = fields.Whole("errors_forgive_time", now.ErrorsForgiveTime),
        TaskMaxRunTime = fields.Whole("task_max_run_time", now.TaskMaxRunTime),
        TaskMinRunTime = fields.Whole("task_min_run_time", now.TaskMinRunTime),
        TaskProgressChangeTimeout = fields.Whole("task_progress_change_timeout", now.TaskProgressChangeTimeout),
        ParserCoeff = fields.Whole("parser_coeff", now.ParserCoeff),
    };

    private static BlockDescription ReadNeeds(FieldReader fields, BlockDescription now) => now with
    {
        Capacity = fields.Whole("capacity", now.Capacity),
        MaxRunningTasks = fields.Whole("max_running_tasks", now.MaxRunningTasks),
        MaxRunningTasksPerHost = fields.Whole("max_running_tasks_per_host", now.MaxRunningTasksPerHost),
        HostsMask = fields.Text("hosts_mask", now.HostsMask),
        HostsMaskExclude = fields.Text("hosts_mask_exclude", now.HostsMaskExclude),
        NeedProperties = fields.Text("need_properties", now.NeedProperties),
        NeedPower = fields.Whole("need_power", now.NeedPower),
        NeedMemory = fields.Whole("need_memory", now.NeedMemory),
        RetryMemoryFactor = fields.Number("retry_memory_factor", now.RetryMemoryFactor),
        NeedHdd = fields.Whole("need_hdd", now.NeedHdd),
        NeedGpus = fields.Whole("need_gpus", now.NeedGpus),
        NeedGpuMemMb = fields.Whole("need_gpu_mem_mb", now.NeedGpuMemMb),
        NeedCpuFreqMgz = fields.Whole("need_cpu_freq_mgz", now.NeedCpuFreqMgz),
        NeedCpuCores = fields.Whole("need_cpu_cores", now.NeedCpuCores),
        NeedCpuFreqCores = fields.Whole("need_cpu_freq_cores", now.NeedCpuFreqCores),
        Tickets = fields.CountMap("tickets", now.Tickets),
    };

    /// <summary>A range of frames or a list, and the bits that follow from what is given.</summary>
    private static BlockDescription Kind(FieldReader fields, BlockDescription block, bool hasTasks, bool hasFrames)
    {
        var saysNumeric = block.IsNumeric;
        if (block.Tasks.Count == 0 && saysNumeric) hasTasks = false;   // an exported range has an empty list
        if (block.Tasks.Count > 0 && saysNumeric) fields.Problem("tasks", BlockProblems.RangeAndList);
        else if (hasTasks && block.Tasks.Count == 0 && !saysNumeric) fields.Problem("tasks", "must hold at least one task");
        else if (fields.IsObject && !hasTasks && !hasFrames && !saysNumeric) fields.Problem("", "needs tasks, or frame_first and frame_last");

        var flags = block.Flags & ~BlockTraits.AppendedTasks;
        if (block.Tasks.Count == 0) flags |= BlockTraits.Numeric;
        if (fields.Has("capacity_coeff_min") || fields.Has("capacity_coeff_max")) flags |= BlockTraits.VarCapacity;
        if (block.MultihostMin > 0 || block.MultihostMax > 0) flags |= BlockTraits.Multihost;
        return block with { Flags = flags };
    }
}

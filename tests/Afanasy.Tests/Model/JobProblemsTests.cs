using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class JobProblemsTests
{
    private static readonly string _over = new('x', JobProblems.NameLengthMax + 1);

    private static IEnumerable<TestCaseData> Table()
    {
        yield return Case("An empty name", job => job with { Name = " " }, "name: is empty");
        yield return Case("A long name", job => job with { Name = _over }, "name: must be at most 255 characters, has 256");
        yield return Case("A line break in a name", job => job with { UserName = "a\nb" }, "user_name: must not hold control characters");
        yield return Case("A priority below 0", job => job with { Priority = -1 }, "priority: must be 0 to 255, was -1");
        yield return Case("A priority above 255", job => job with { Priority = 256 }, "priority: must be 0 to 255, was 256");
        yield return Case("A limit below -1", job => job with { MaxRunningTasks = -2 }, "max_running_tasks: must be at least -1 (no limit), was -2");
        yield return Case("No blocks", job => job with { Blocks = [] }, "blocks: must hold at least one block");
        yield return Case("Too many blocks", job => job with { Blocks = [.. Enumerable.Repeat(Block, 1001)] }, "blocks: must hold at most 1000 blocks, has 1001");

        yield return BlockCase("No service", b => b with { Service = "" }, "blocks[1].service: is empty");
        yield return BlockCase("No command", b => b with { Command = "" }, "blocks[1].command: is empty");
        yield return BlockCase("No capacity", b => b with { Capacity = 0 }, "blocks[1].capacity: must be at least 1, was 0");
        yield return BlockCase("A limit of a block", b => b with { MaxRunningTasks = -2 }, "blocks[1].max_running_tasks: must be at least -1 (no limit), was -2");
        yield return BlockCase("Too many retries", b => b with { ErrorsRetries = 128 }, "blocks[1].errors_retries: must be -1 (the default) to 127, was 128");
        yield return BlockCase("A flag that is not known", b => b with { Flags = (BlockTraits)2049 }, "blocks[1].flags: only bits 0 to 10 are known, was 2049");
        yield return BlockCase("A long command", b => b with { Command = new string('ä', 61441) }, "blocks[1].command: must be at most 122880 bytes");
        yield return BlockCase("A long folder", b => b with { WorkingDirectory = new string('x', 4097) }, "blocks[1].working_directory: must be at most 4096 bytes");
        yield return BlockCase("A variable without a name", b => b with { Environment = Map("", "x") }, "blocks[1].environment: holds a variable whose name is empty or has a =");
        yield return BlockCase("A variable with a =", b => b with { Environment = Map("A=B", "x") }, "blocks[1].environment: holds a variable whose name is empty or has a =");
        yield return BlockCase("Long variables", b => b with { Environment = Map("A", new string('x', 122880)) }, "blocks[1].environment: must be at most 122880 bytes in all");
        yield return BlockCase("Long files", b => b with { Files = [new string('x', 122881)] }, "blocks[1].files: must be at most 122880 bytes in all");

        yield return BlockCase("No increment", b => b with { FramesInc = 0 }, "blocks[1].frames_inc: must be at least 1, was 0");
        yield return BlockCase("Sub-frames of a range", b => b with { FramesPerTask = -1 }, "blocks[1].frames_per_task: must be at least 1, was -1");
        yield return BlockCase("A last frame far away", b => b with { FrameLast = long.MaxValue }, "blocks[1].frame_last: must be within ±2147483647, was 9223372036854775807");
        yield return BlockCase("A first frame far away", b => b with { FrameFirst = long.MinValue }, "blocks[1].frame_first: must be within ±2147483647, was -9223372036854775808");
        yield return BlockCase("A huge increment", b => b with { FramesInc = long.MaxValue }, "blocks[1].frames_inc: must be at most 2147483647, was 9223372036854775807");
        yield return BlockCase("A long mask", b => b with { DependMask = new string('a', 1025) }, "blocks[1].depend_mask: must be at most 1024 characters, has 1025");
        yield return BlockCase("Too many tasks", b => b with { FrameFirst = 0, FrameLast = 2_000_000 }, "blocks[1]: is 2000001 tasks; a block can have 2000000. Raise frames_per_task or split it");

        yield return BlockCase("A command that is long with its frames", b => b with { FrameLast = 1000, Command = new string('x', 122877) + "@#@" }, "blocks[1].command: must be at most 122880 bytes with its frames filled in");
        yield return BlockCase("Files that are long with their frames", b => b with { FrameLast = 1000, Files = [new string('x', 122877) + "@#@"] }, "blocks[1].files: must be at most 122880 bytes in all with their frames filled in");

        yield return BlockCase("No tasks in a list", _ => Listed with { Tasks = [] }, "blocks[1].tasks: must hold at least one task");
        yield return BlockCase("A range with a list", _ => Listed with { Flags = BlockTraits.Numeric }, "blocks[1].tasks: a block is either a range of frames (flags bit 0) or a list of tasks, not both");
        yield return BlockCase("No frames per task of a list", _ => Listed with { FramesPerTask = 0 }, "blocks[1].frames_per_task: must be at least 1, or -N for N tasks of one frame, was 0");
        yield return BlockCase("A task without a command", _ => Listed with { Command = "", Tasks = [new() { Command = "c" }, new()] }, "blocks[1].tasks[1].command: is empty, and the block has no command either");
        yield return BlockCase("A long task name", _ => Listed with { Tasks = [new() { Name = _over }] }, "blocks[1].tasks[0].name: must be at most 255 characters, has 256");
        yield return BlockCase("Too many files of a task", _ => Listed with { Files = [.. Enumerable.Repeat("f", 101)], Tasks = [new() { Files = [.. Enumerable.Repeat("g", 10)] }] }, "blocks[1].tasks[0].files: make more than 1000 files with the block's patterns");
        yield return BlockCase("A long command with the block's", _ => Listed with { Command = new string('x', 61441), Tasks = [new() { Command = new string('x', 61441) }] }, "blocks[1].tasks[0].command: must be at most 122880 bytes with the block's command");
    }

    private static IEnumerable<TestCaseData> JobLimits()
    {
        const string Regex = "is not a regular expression that can be used: Invalid pattern '(' at offset 1. Not enough )'s.";
        yield return Case("max_running_tasks_per_host", job => job with { MaxRunningTasksPerHost = -2 }, "max_running_tasks_per_host: must be at least -1 (no limit), was -2");
        yield return Case("max_tasks_per_second", job => job with { MaxTasksPerSecond = 10001 }, "max_tasks_per_second: must be -1 (no limit) to 10000, was 10001");
        yield return Case("min_running_tasks", job => job with { MinRunningTasks = -1 }, "min_running_tasks: must be at least 0, was -1");
        yield return Case("annotation", job => job with { Annotation = new string('x', 65537) }, "annotation: must be at most 65536 bytes");
        yield return Case("custom_data", job => job with { CustomData = new string('x', 65537) }, "custom_data: must be at most 65536 bytes");
        yield return Case("description", job => job with { Description = new string('x', 65537) }, "description: must be at most 65536 bytes");
        yield return Case("srv_info", job => job with { SrvInfo = new string('x', 65537) }, "srv_info: must be at most 65536 bytes");
        yield return Case("host_name", job => job with { HostName = _over }, "host_name: must be at most 255 characters, has 256");
        yield return Case("branch", job => job with { Branch = new string('/', 4097) }, "branch: must be at most 4096 bytes");
        yield return Case("project", job => job with { Project = "a\tb" }, "project: must not hold control characters");
        yield return Case("department", job => job with { Department = _over }, "department: must be at most 255 characters, has 256");
        yield return Case("folders", job => job with { Folders = Map("output", new string('x', 4097)) }, "folders.output: must be at most 4096 bytes");
        yield return Case("Too many folders", job => job with { Folders = Enumerable.Range(0, 101).ToDictionary(i => $"f{i}", _ => "x") }, "folders: must hold at most 100 entries, holds 101");
        yield return Case("command_pre", job => job with { CommandPre = new string('x', 122881) }, "command_pre: must be at most 122880 bytes");
        yield return Case("command_post", job => job with { CommandPost = new string('x', 122881) }, "command_post: must be at most 122880 bytes");
        yield return Case("time_creation", job => job with { TimeCreation = -1 }, "time_creation: must be 0 to 253402300799, was -1");
        yield return Case("time_wait", job => job with { TimeWait = 253402300800 }, "time_wait: must be 0 to 253402300799, was 253402300800");
        yield return Case("time_life", job => job with { TimeLife = -2 }, "time_life: must be at least -1 (the user's), was -2");
        yield return Case("depend_mask", job => job with { DependMask = "(" }, $"depend_mask: {Regex}");
        yield return Case("depend_mask_global", job => job with { DependMaskGlobal = "(" }, $"depend_mask_global: {Regex}");
        yield return Case("depend_jobs", job => job with { DependJobs = [.. Enumerable.Repeat(new JobDependency { Job = "1" }, 1001)] }, "depend_jobs: must name at most 1000 jobs, names 1001");
        yield return Case("hosts_mask", job => job with { HostsMask = "(", HostsMaskType = "regex" }, $"hosts_mask: {Regex}");
        yield return Case("hosts_mask of words", job => job with { HostsMask = new string('x', 1025) }, "hosts_mask: must be at most 1024 characters, has 1025");
        yield return Case("hosts_mask_exclude", job => job with { HostsMaskExclude = "(", HostsMaskType = "regex" }, $"hosts_mask_exclude: {Regex}");
        yield return Case("hosts_mask of a block", job => job with { HostsMaskType = "regex", Blocks = [Block with { HostsMask = "(" }] }, $"blocks[0].hosts_mask: {Regex}");
        yield return Case("hosts_mask_type", job => job with { HostsMaskType = "Find" }, "hosts_mask_type: must be find, regex or empty, was 'Find'");
        yield return Case("need_os", job => job with { NeedOs = new string('x', 1025) }, "need_os: must be at most 1024 characters, has 1025");
        yield return Case("need_properties", job => job with { NeedProperties = new string('x', 1025) }, "need_properties: must be at most 1024 characters, has 1025");
        yield return Case("need_power", job => job with { NeedPower = -2 }, "need_power: must be at least -1 (does not matter), was -2");
        yield return Case("need_memory", job => job with { NeedMemory = -2 }, "need_memory: must be at least -1 (does not matter), was -2");
        yield return Case("need_hdd", job => job with { NeedHdd = -2 }, "need_hdd: must be at least -1 (does not matter), was -2");
        yield return Case("pools", job => job with { Pools = new Dictionary<string, int> { ["/a"] = 101 } }, "pools./a: must be -100 to 100, was 101");
        yield return Case("Too many pools", job => job with { Pools = Enumerable.Range(0, 101).ToDictionary(i => $"/{i}", _ => 1) }, "pools: must hold at most 100 entries, holds 101");
        yield return Case("usage_half_life", job => job with { UsageHalfLife = 31622401 }, "usage_half_life: must be 0 to 31622400, was 31622401");
        yield return Case("limits", job => job with { Limits = new Dictionary<string, int> { [" "] = 1 } }, "limits: holds an empty name");
        yield return Case("preemption_grace", job => job with { PreemptionGrace = 86401 }, "preemption_grace: must be 0 to 86400, was 86401");
        yield return Case("try_this of unequal length", job => job with { TryThisBlocksNum = [0] }, "try_this_tasks_num: must be as long as try_this_blocks_num (1), has 0");
        yield return Case("try_this_blocks_num", job => job with { TryThisBlocksNum = [0, 2], TryThisTasksNum = [0, 0] }, "try_this_blocks_num[1]: there is no block 2");
        yield return Case("try_this_tasks_num", job => job with { TryThisBlocksNum = [1], TryThisTasksNum = [1] }, "try_this_tasks_num[0]: block 1 has no task 1");
        yield return Case("Too many to try", job => job with { TryThisBlocksNum = new int[10001], TryThisTasksNum = new int[10001] }, "try_this_tasks_num: must name at most 10000 tasks, names 10001");
    }

    private static IEnumerable<TestCaseData> BlockLimits()
    {
        yield return BlockCase("parser", b => b with { Parser = _over }, "blocks[1].parser: must be at most 255 characters, has 256");
        yield return BlockCase("sequential", b => b with { Sequential = 3_000_000_000 }, "blocks[1].sequential: must be within ±2147483647, was 3000000000");
        yield return BlockCase("tasks_name", b => b with { TasksName = _over }, "blocks[1].tasks_name: must be at most 255 characters, has 256");
        yield return BlockCase("command_pre", b => b with { CommandPre = new string('x', 122881) }, "blocks[1].command_pre: must be at most 122880 bytes");
        yield return BlockCase("command_post", b => b with { CommandPost = new string('x', 122881) }, "blocks[1].command_post: must be at most 122880 bytes");
        yield return BlockCase("custom_data", b => b with { CustomData = new string('x', 65537) }, "blocks[1].custom_data: must be at most 65536 bytes");
        yield return BlockCase("srv_info", b => b with { SrvInfo = new string('x', 65537) }, "blocks[1].srv_info: must be at most 65536 bytes");
        yield return BlockCase("capacity", b => b with { Capacity = 1_000_001 }, "blocks[1].capacity: must be at most 1000000, was 1000001");
        yield return BlockCase("capacity_coeff_min", b => b with { CapacityCoeffMin = -1 }, "blocks[1].capacity_coeff_min: must be 0 to 1000, was -1");
        yield return BlockCase("capacity_coeff_max", b => b with { CapacityCoeffMin = 3, CapacityCoeffMax = 2 }, "blocks[1].capacity_coeff_max: must be at least capacity_coeff_min (3), was 2");
        yield return BlockCase("max_running_tasks_per_host", b => b with { MaxRunningTasksPerHost = -2 }, "blocks[1].max_running_tasks_per_host: must be at least -1 (no limit), was -2");
        yield return BlockCase("errors_avoid_host", b => b with { ErrorsAvoidHost = 128 }, "blocks[1].errors_avoid_host: must be -1 (the default) to 127, was 128");
        yield return BlockCase("errors_task_same_host", b => b with { ErrorsTaskSameHost = -2 }, "blocks[1].errors_task_same_host: must be -1 (the default) to 127, was -2");
        yield return BlockCase("errors_forgive_time", b => b with { ErrorsForgiveTime = -2 }, "blocks[1].errors_forgive_time: must be at least -1 (the default), was -2");
        yield return BlockCase("task_max_run_time", b => b with { TaskMaxRunTime = -1 }, "blocks[1].task_max_run_time: must be at least 0 (no limit), was -1");
        yield return BlockCase("task_min_run_time", b => b with { TaskMinRunTime = -1 }, "blocks[1].task_min_run_time: must be at least 0 (no limit), was -1");
        yield return BlockCase("task_progress_change_timeout", b => b with { TaskProgressChangeTimeout = -2 }, "blocks[1].task_progress_change_timeout: must be at least -1 (never), was -2");
        yield return BlockCase("parser_coeff", b => b with { ParserCoeff = 0 }, "blocks[1].parser_coeff: must be at least 1, was 0");
        yield return BlockCase("hosts_mask", b => b with { HostsMask = new string('x', 1025) }, "blocks[1].hosts_mask: must be at most 1024 characters, has 1025");
        yield return BlockCase("hosts_mask_exclude", b => b with { HostsMaskExclude = new string('x', 1025) }, "blocks[1].hosts_mask_exclude: must be at most 1024 characters, has 1025");
        yield return BlockCase("need_properties", b => b with { NeedProperties = new string('x', 1025) }, "blocks[1].need_properties: must be at most 1024 characters, has 1025");
        yield return BlockCase("need_power", b => b with { NeedPower = -2 }, "blocks[1].need_power: must be at least -1 (does not matter), was -2");
        yield return BlockCase("need_memory", b => b with { NeedMemory = -2 }, "blocks[1].need_memory: must be at least -1 (does not matter), was -2");
        yield return BlockCase("retry_memory_factor below 1", b => b with { RetryMemoryFactor = 0.5 }, "blocks[1].retry_memory_factor: must be 1 to 16, was 0.5");
        yield return BlockCase("retry_memory_factor that is no number", b => b with { RetryMemoryFactor = double.NaN }, "blocks[1].retry_memory_factor: must be 1 to 16, was NaN");
        yield return BlockCase("need_hdd", b => b with { NeedHdd = -2 }, "blocks[1].need_hdd: must be at least -1 (does not matter), was -2");
        yield return BlockCase("need_gpus", b => b with { NeedGpus = 65 }, "blocks[1].need_gpus: must be -1 (does not matter) to 64, was 65");
        yield return BlockCase("need_gpu_mem_mb", b => b with { NeedGpuMemMb = -2 }, "blocks[1].need_gpu_mem_mb: must be at least -1 (does not matter), was -2");
        yield return BlockCase("need_cpu_freq_mgz", b => b with { NeedCpuFreqMgz = -2 }, "blocks[1].need_cpu_freq_mgz: must be at least -1 (does not matter), was -2");
        yield return BlockCase("need_cpu_cores", b => b with { NeedCpuCores = -2 }, "blocks[1].need_cpu_cores: must be at least -1 (does not matter), was -2");
        yield return BlockCase("need_cpu_freq_cores", b => b with { NeedCpuFreqCores = -2 }, "blocks[1].need_cpu_freq_cores: must be at least -1 (does not matter), was -2");
        yield return BlockCase("tickets", b => b with { Tickets = new Dictionary<string, int> { ["a"] = 1_000_001 } }, "blocks[1].tickets.a: must be 1 to 1000000, was 1000001");
        yield return BlockCase("Too many tickets", b => b with { Tickets = Enumerable.Range(0, 101).ToDictionary(i => $"t{i}", _ => 1) }, "blocks[1].tickets: must hold at most 100 entries, holds 101");
        yield return BlockCase("A long name of a ticket", b => b with { Tickets = new Dictionary<string, int> { ["a\nb"] = 1 } }, "blocks[1].tickets.a\nb: must not hold control characters");
        yield return BlockCase("file_size_min", b => b with { FileSizeMin = -2 }, "blocks[1].file_size_min: must be at least -1 (any), was -2");
        yield return BlockCase("file_size_max", b => b with { FileSizeMin = 10, FileSizeMax = 9 }, "blocks[1].file_size_max: must be at least file_size_min (10), was 9");
        yield return BlockCase("multihost_min", b => b with { MultihostMax = 2 }, "blocks[1].multihost_min: must be at least 1 when there is a multihost_max, was 0");
        yield return BlockCase("multihost_max", b => b with { MultihostMin = 1, MultihostMax = 128 }, "blocks[1].multihost_max: must be 0 to 127, was 128");
        yield return BlockCase("multihost_max below the least", b => b with { MultihostMin = 3, MultihostMax = 2 }, "blocks[1].multihost_max: must be at least multihost_min (3), was 2");
        yield return BlockCase("multihost_max_wait", b => b with { MultihostMaxWait = 65536 }, "blocks[1].multihost_max_wait: must be 0 to 65535, was 65536");
        yield return BlockCase("multihost_service_wait", b => b with { MultihostServiceWait = -1 }, "blocks[1].multihost_service_wait: must be 0 to 65535, was -1");
        yield return BlockCase("multihost_service", b => b with { MultihostService = new string('x', 122881) }, "blocks[1].multihost_service: must be at most 122880 bytes");
        yield return BlockCase("depends_on", _ => Listed with { Tasks = [new() { DependsOn = [""] }] }, "blocks[1].tasks[0].depends_on[0]: is empty");
        yield return BlockCase("A long name in depends_on", _ => Listed with { Tasks = [new() { DependsOn = [new string('x', 512)] }] }, "blocks[1].tasks[0].depends_on[0]: must be at most 511 characters");
        yield return BlockCase("Too many in depends_on", _ => Listed with { Tasks = [new() { DependsOn = [.. Enumerable.Repeat("t", 1001)] }] }, "blocks[1].tasks[0].depends_on: must name at most 1000 tasks, names 1001; give them a block of their own and a depend_mask");
    }

    private static BlockDescription Block => new() { Name = "b", Command = "c", Flags = BlockTraits.Numeric };

    private static BlockDescription Listed => Block with { Flags = BlockTraits.None, Tasks = [new() { Name = "t" }] };

    private static JobDescription Job => new() { Name = "n", UserName = "u", Blocks = [Block with { Name = "a" }, Block] };

    [TestCaseSource(nameof(Table))]
    [TestCaseSource(nameof(JobLimits))]
    [TestCaseSource(nameof(BlockLimits))]
    public void What_makes_no_sense_is_refused_with_its_path_and_limit(JobDescription job, string problem) =>
        Assert.That(JobProblems.Of(job).Select(found => found.ToString()), Is.EqualTo(new[] { problem }));

    [TestCase("", ExpectedResult = "is empty")]
    [TestCase("a\u007fb", ExpectedResult = "must not hold control characters")]
    [TestCase("Schön & gut / 1", ExpectedResult = "")]
    public string A_name_is_what_can_be_shown(string name) => string.Join(';', JobProblems.Of(Job with { Name = name }).Select(found => found.Text));

    [Test]
    public void All_that_is_allowed_at_most_is_allowed()
    {
        var job = Job with
        {
            Priority = 255,
            Blocks =
            [
                Block with { FrameFirst = 1, FrameLast = 2_000_000, ErrorsRetries = 127 },
                Block with { Name = "far", FrameFirst = -int.MaxValue, FrameLast = int.MaxValue, FramesPerTask = int.MaxValue, FramesInc = 1 },
                .. Enumerable.Repeat(Block, 998),
            ],
        };

        Assert.That(JobProblems.Of(job), Is.Empty);
    }

    [TestCase(@"(a)\1", "backreference")]
    [TestCase("(?=a)b", "lookahead")]
    [TestCase("(", "Not enough )")]
    [TestCase("a)|(b", "Too many )")]
    [TestCase("[", "Unterminated")]
    public void A_mask_that_cannot_be_matched_in_the_time_of_its_name_is_refused(string mask, string reason)
    {
        var whole = JobProblems.Of(Job with { Blocks = [Block with { DependMask = mask }] });
        var byFrames = JobProblems.Of(Job with { Blocks = [Block with { TasksDependMask = mask }] });

        Assert.That(whole.Single().Path, Is.EqualTo("blocks[0].depend_mask"));
        Assert.That(byFrames.Single().Path, Is.EqualTo("blocks[0].tasks_depend_mask"));
        Assert.That(whole.Single().Text, Does.StartWith("is not a regular expression that can be used: ").And.Contains(reason).IgnoreCase);
    }

    [Test]
    public void Blocks_of_more_tasks_in_all_than_a_job_can_have_are_refused()
    {
        var block = new BlockDescription { Name = "b", Service = "s", Command = "c", Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = JobProblems.TasksPerBlockMax };
        var job = new JobDescription { Name = "job", UserName = "anna", Blocks = [.. Enumerable.Range(0, 300).Select(i => block with { Name = $"b{i}" })] };

        Assert.That(JobProblems.Of(job).Single().ToString(), Does.Contain("600000000 tasks in all"));
        Assert.That(JobProblems.Of(job with { Blocks = [.. job.Blocks.Take(5)] }), Is.Empty);
    }

    [Test]
    public void A_cycle_names_its_blocks()
    {
        var job = Job with
        {
            Blocks = [Block with { Name = "free" }, Block with { Name = "x", DependMask = "z" }, Block with { Name = "y", TasksDependMask = "x" }, Block with { Name = "z", DependMask = "y" }],
        };

        Assert.That(JobProblems.Of(job).Single().ToString(), Is.EqualTo("blocks: dependency cycle: 'x' waits for 'z' waits for 'y' waits for 'x'"));
    }

    [Test]
    public void A_range_that_ends_before_it_begins_is_refused_and_would_be_its_first_frame()
    {
        var job = Job with { Blocks = [Block with { FrameFirst = 5, FrameLast = 4 }] };

        Assert.That(JobProblems.Of(job).Single().ToString(), Is.EqualTo("blocks[0].frame_last: must not be before frame_first (5), was 4"));
        Assert.That(job.Blocks[0].TaskCount, Is.EqualTo(1), "a door that lets it in, as Afanasy does, takes the first frame");
    }

    [Test]
    public void What_contradicts_itself_is_a_warning()
    {
        var job = Job with { Blocks = [Block with { Flags = BlockTraits.Numeric | BlockTraits.Multihost }, Block with { TaskMinRunTime = 9, TaskMaxRunTime = 8 }] };

        Assert.That(JobProblems.Of(job), Is.Empty);
        Assert.That(JobProblems.Warnings(job), Is.EqualTo(new[]
        {
            "blocks[0].flags: says multi-host (bit 2), but multihost_max is 0, so a task takes one host",
            "blocks[1].task_max_run_time: is less than task_min_run_time, so every run is an error",
        }));
    }

    [Test]
    public void A_mask_that_matches_nothing_is_a_warning()
    {
        var job = Job with { Blocks = [Block with { Name = "a", DependMask = "a" }, Block with { TasksDependMask = "no.*" }, Block with { DependMask = "a" }] };

        Assert.That(JobProblems.Of(job), Is.Empty);
        Assert.That(JobProblems.Warnings(job), Is.EqualTo(new[]
        {
            "blocks[0].depend_mask: 'a' matches no other block of this job, so nothing is waited for",
            "blocks[1].tasks_depend_mask: 'no.*' matches no other block of this job, so nothing is waited for",
        }));
    }

    private static TestCaseData Case(string name, Func<JobDescription, JobDescription> change, string problem) =>
        new TestCaseData(change(Job), problem).SetName("{m}: " + name);

    private static TestCaseData BlockCase(string name, Func<BlockDescription, BlockDescription> change, string problem) =>
        Case(name, job => job with { Blocks = [job.Blocks[0], change(job.Blocks[1])] }, problem);

    private static Dictionary<string, string> Map(string name, string value) => new() { [name] = value };
}

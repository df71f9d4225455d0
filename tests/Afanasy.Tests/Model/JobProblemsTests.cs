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

    private static BlockDescription Block => new() { Name = "b", Command = "c", Flags = BlockTraits.Numeric };

    private static BlockDescription Listed => Block with { Flags = BlockTraits.None, Tasks = [new() { Name = "t" }] };

    private static JobDescription Job => new() { Name = "n", UserName = "u", Blocks = [Block with { Name = "a" }, Block] };

    [TestCaseSource(nameof(Table))]
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

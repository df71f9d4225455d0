using Afanasy.Model;
using static Afanasy.Tests.Model.AttributeRow;

namespace Afanasy.Tests.Model;

public sealed class JobEditTests
{
    private static readonly JobDescription _job = new()
    {
        Name = "n",
        UserName = "u",
        Hidden = true,
        Folders = new Dictionary<string, string> { ["input"] = "/i", ["output"] = "/o" },
        Pools = new Dictionary<string, int> { ["/a"] = 5 },
        Limits = new Dictionary<string, int> { ["nuke"] = 2, ["maya"] = 1 },
        DependJobs = [new() { Job = "7" }],
        Blocks = [new() { Command = "c", Flags = BlockTraits.Numeric, HostsMask = "(" }],
    };

    private static readonly BlockDescription _block = new()
    {
        Command = "c",
        Flags = BlockTraits.Numeric,
        FrameLast = 9,
        Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" },
        Tickets = new Dictionary<string, int> { ["nuke"] = 2, ["maya"] = 1 },
    };

    [Test]
    public void An_edit_that_lacks_hidden_leaves_it_alone()
    {
        Assert.That(Edited("""{"priority":1}""").Hidden, Is.True);
        Assert.That(Edited("""{"hidden":false}""").Hidden, Is.False);
    }

    [Test]
    public void Texts_are_merged_by_name_and_an_empty_one_takes_its_name_away()
    {
        var folders = Edited("""{"folders":{"output":"/new","input":"","plates":"/p","none":""}}""").Folders;
        var (block, problems) = JobJson.EditBlock(_block, Parsed("""{"environment":{"A":"","C":"3"}}"""));

        Assert.That(folders, Is.EquivalentTo(new Dictionary<string, string> { ["output"] = "/new", ["plates"] = "/p" }));
        Assert.That(Texts(problems), Is.Empty);
        Assert.That(block.Environment, Is.EquivalentTo(new Dictionary<string, string> { ["B"] = "2", ["C"] = "3" }));
        Assert.That(_block.Environment, Has.Count.EqualTo(2), "what was there is not touched");
    }

    [TestCase("0")]
    [TestCase("-1")]
    public void Counts_are_merged_by_name_and_none_takes_its_name_away(string none)
    {
        var limits = Edited($"{{\"limits\":{{\"nuke\":{none},\"hou\":3,\"other\":{none}}}}}").Limits;
        var (block, _) = JobJson.EditBlock(_block, Parsed($"{{\"tickets\":{{\"maya\":{none},\"nuke\":5}}}}"));

        Assert.That(limits, Is.EquivalentTo(new Dictionary<string, int> { ["maya"] = 1, ["hou"] = 3 }));
        Assert.That(block.Tickets, Is.EquivalentTo(new Dictionary<string, int> { ["nuke"] = 5 }));
    }

    [Test]
    public void A_submission_says_what_counts_and_texts_are()
    {
        var (job, problems) = JobJson.Read(Parsed("""{"name":"n","user_name":"u","limits":{"nuke":0},"folders":{"output":""},"blocks":[{"frame_first":1,"command":"c","environment":{"A":""}}]}"""));

        Assert.That(Texts(problems), Is.EqualTo(new[] { "limits.nuke: must be 1 to 1000000, was 0" }));
        Assert.That(job.Folders, Contains.Key("output"));
        Assert.That(job.Blocks[0].Environment["A"], Is.Empty);
    }

    [Test]
    public void Pools_are_replaced_and_held_within_their_bounds()
    {
        const string Pools = """{"/b":250,"/c":-999,"":7,"/d":0,"e":1}""";
        var expected = new Dictionary<string, int> { ["/b"] = 100, ["/c"] = -100, ["e"] = 1 };

        var submitted = JobJson.Read(Parsed($$"""{"name":"n","user_name":"u","pools":{{Pools}},"blocks":[{"frame_first":1,"command":"c"}]}""")).Description;

        Assert.That(Edited($"{{\"pools\":{Pools}}}").Pools, Is.EquivalentTo(expected));
        Assert.That(submitted.Pools, Is.EquivalentTo(expected));
        Assert.That(Edited("""{"pools":{}}""").Pools, Is.Empty);
    }

    [TestCase("[12]", "12", false, 0, DependOutcome.Done)]
    [TestCase("[\"plates\"]", "plates", false, 0, DependOutcome.Done)]
    [TestCase("[{\"job\":12,\"frames\":true}]", "12", true, 0, DependOutcome.Done)]
    [TestCase("[{\"job\":\"plates\",\"offset\":-3,\"on\":\"failed\"}]", "plates", false, -3, DependOutcome.Failed)]
    public void A_job_to_wait_for_is_a_name_a_serial_or_more(string json, string job, bool frames, int offset, DependOutcome on) =>
        Assert.That(Edited($"{{\"depend_jobs\":{json}}}").DependJobs, Is.EqualTo(new[] { new JobDependency { Job = job, Frames = frames, Offset = offset, On = on } }));

    [TestCase("[true]", "depend_jobs[0]: must be a text or a whole number, was true")]
    [TestCase("[1,1.5]", "depend_jobs[1]: must be a text or a whole number, was 1.5")]
    [TestCase("[{}]", "depend_jobs[0].job: is missing")]
    [TestCase("[{\"job\":1,\"on\":\"maybe\"}]", "depend_jobs[0].on: must be done or failed or any, was the text \"maybe\"")]
    [TestCase("[{\"job\":1,\"frame\":true}]", "depend_jobs[0].frame: unknown field; did you mean frames?")]
    [TestCase("[\"\"]", "depend_jobs[0].job: is empty")]
    [TestCase("[{\"job\":1,\"offset\":3000000000}]", "depend_jobs[0].offset: must be within ±2147483647, was 3000000000")]
    public void A_job_to_wait_for_that_makes_no_sense_is_refused(string json, string problem) =>
        Assert.That(Texts(JobJson.EditJob(_job, Parsed($"{{\"depend_jobs\":{json}}}")).Problems), Is.EqualTo(new[] { problem }));

    [TestCase("{\"priority\":300}", "params.priority: must be 0 to 255, was 300")]
    [TestCase("{\"user_name\":\"\"}", "params.user_name: is empty")]
    [TestCase("{\"prioriti\":3}", "params.prioriti: unknown field; did you mean priority?")]
    [TestCase("{\"solve_method\":\"order\"}", "params.solve_method: must be solve_order or solve_priority, was the text \"order\"")]
    [TestCase("{\"hosts_mask\":\"(\",\"hosts_mask_type\":\"find\"}", "")]
    [TestCase("{\"hosts_mask_type\":\"glob\"}", "params.hosts_mask_type: must be find, regex or empty, was 'glob'")]
    [TestCase("{\"limits\":{\"nuke\":-2}}", "params.limits.nuke: must be 1 to 1000000, was -2")]
    [TestCase("5", "params: must be an object, was 5")]
    [TestCase("{}", "")]
    public void An_edit_is_judged_with_its_path(string json, string problem) =>
        Assert.That(string.Join(';', Texts(JobJson.EditJob(_job, Parsed(json), "params").Problems)), Is.EqualTo(problem));

    [Test]
    public void Masks_of_hosts_that_were_words_must_be_expressions_when_their_type_becomes_that()
    {
        var (_, problems) = JobJson.EditJob(_job with { HostsMask = "[" }, Parsed("""{"hosts_mask_type":"regex"}"""));

        Assert.That(problems.Select(problem => problem.Path), Is.EqualTo(new[] { "hosts_mask", "blocks[0].hosts_mask" }));
    }

    [Test]
    public void What_another_door_let_in_does_not_stop_other_edits()
    {
        var job = _job with { Name = "" };
        var block = _block with { Service = "" };

        Assert.That(Texts(JobJson.EditJob(job, Parsed("""{"priority":1}""")).Problems), Is.Empty);
        Assert.That(Texts(JobJson.EditBlock(block, Parsed("""{"capacity":1}""")).Problems), Is.Empty);
    }

    [Test]
    public void A_block_is_judged_with_its_tasks_when_their_command_changes()
    {
        var listed = _block with { Flags = BlockTraits.None, Tasks = [new() { Name = "t" }] };

        var (_, problems) = JobJson.EditBlock(listed, Parsed("""{"command":""}"""), path: "params");

        Assert.That(Texts(problems), Is.EqualTo(new[] { "params.tasks[0].command: is empty, and the block has no command either" }));
    }

    [Test]
    public void The_hosts_of_a_block_are_read_as_its_job_says()
    {
        var mask = Parsed("""{"hosts_mask":"("}""");

        Assert.That(JobJson.EditBlock(_block, mask).Problems, Is.Empty);
        Assert.That(JobJson.EditBlock(_block, mask, "regex").Problems.Single().Path, Is.EqualTo("hosts_mask"));
    }

    [Test]
    public void Appended_blocks_and_tasks_are_read_and_judged_by_their_place_in_the_list()
    {
        var (blocks, blockProblems) = JobJson.ReadBlocks(Parsed("""[{"frame_first":1,"command":"c"},{"tasks":[{}]},7]"""), path: "params.blocks");
        var (tasks, taskProblems) = JobJson.ReadTasks(Parsed("""[{"name":"t"},{"nme":"t"}]"""), new BlockDescription { Command = "c" });

        Assert.That(blocks[0].FrameFirst, Is.EqualTo(1));
        Assert.That(Texts(blockProblems), Is.EqualTo(new[]
        {
            "params.blocks[2]: must be an object, was 7", "params.blocks[1].tasks[0].command: is empty, and the block has no command either",
        }));
        Assert.That(tasks[0].Name, Is.EqualTo("t"));
        Assert.That(Texts(taskProblems), Is.EqualTo(new[] { "tasks[1].nme: unknown field; did you mean name?" }));
    }

    [TestCase("{}", "tasks: must be a list")]
    [TestCase("[]", "tasks: is an empty list")]
    [TestCase("[{\"command\":\"c\"}]", "tasks: cannot be appended: the block is a range of frames")]
    public void What_cannot_be_appended_is_refused(string json, string problem) =>
        Assert.That(Texts(JobJson.ReadTasks(Parsed(json), _block).Problems).First(), Is.EqualTo(problem));

    private static JobDescription Edited(string json)
    {
        var (job, problems) = JobJson.EditJob(_job, Parsed(json));
        Assert.That(Texts(problems), Is.Empty);
        return job;
    }
}

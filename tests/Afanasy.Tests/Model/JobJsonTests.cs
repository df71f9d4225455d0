using System.Text.Json;
using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class JobJsonTests
{
    private const string Head = "\"name\":\"n\",\"user_name\":\"u\"";
    private const string Good = "\"frame_first\":1,\"frame_last\":2,\"command\":\"c\"";

    private static TestCaseData Case(string name, string json, params string[] problems) => new TestCaseData(json, problems).SetName("{m}: " + name);

    private static TestCaseData InJob(string name, string members, params string[] problems) =>
        Case(name, $"{{{Head},{members},\"blocks\":[{{{Good}}}]}}", problems);

    private static TestCaseData InBlock(string name, string members, params string[] problems) =>
        Case(name, $"{{{Head},\"blocks\":[{{{members}}}]}}", problems);

    private static TestCaseData InTask(string name, string task, params string[] problems) =>
        Case(name, $"{{{Head},\"blocks\":[{{{Good}}},{{\"tasks\":[{{\"command\":\"a\"}},{{\"command\":\"b\"}},{{\"command\":\"c\"}},{task}]}}]}}", problems);

    private static IEnumerable<TestCaseData> Shapes() =>
    [
        Case("A number", "5", "must be an object, was 5"),
        Case("A list", "[]", "must be an object, was a list"),
        Case("Null", "null", "must be an object, was null"),
        Case("A text", "\"job\"", "must be an object, was the text \"job\""),
        Case("An empty object", "{}", "name: is missing", "user_name: is missing", "blocks: is missing"),
        Case("An empty job", "{\"job\":{}}", "name: is missing", "user_name: is missing", "blocks: is missing"),
        Case("A job that is none", "{\"job\":5}", "must be an object, was 5"),
        Case("A job beside something", $"{{\"job\":{{}},{Head},\"blocks\":[{{{Good}}}]}}", "job: unknown field"),
        Case("No blocks", $"{{{Head},\"blocks\":[]}}", "blocks: must hold at least one block"),
        Case("Blocks that are none", $"{{{Head},\"blocks\":{{}}}}", "blocks: must be a list, was an object"),
        Case("A block that is none", $"{{{Head},\"blocks\":[7]}}", "blocks[0]: must be an object, was 7"),
        Case("A member twice", $"{{{Head},\"name\":\"m\",\"blocks\":[{{{Good}}}]}}", "name: stands here twice"),
        Case("Half a surrogate pair", $"{{{Head},\"annotation\":\"\\ud800\",\"blocks\":[{{{Good}}}]}}", "annotation: holds half of a surrogate pair, which is no text"),
        Case("Half a surrogate pair for a name", $"{{{Head},\"\\ud800\":1,\"blocks\":[{{{Good}}}]}}", "a field name holds half of a surrogate pair, which is no text"),
        Case("Half a surrogate pair alone", "{\"\\udc00o\":1}", "a field name holds half of a surrogate pair, which is no text", "name: is missing", "user_name: is missing", "blocks: is missing"),
        Case("Half a surrogate pair for a number", $"{{{Head},\"priority\":\"\\ud800\",\"blocks\":[{{{Good}}}]}}", "priority: must be a whole number, was the text \"\"\\ud800\"\""),
    ];

    private static IEnumerable<TestCaseData> Types() =>
    [
        InJob("A number for a text", "\"annotation\":5", "annotation: must be a text, was 5"),
        InJob("Null for a text", "\"annotation\":null", "annotation: must be a text, was null"),
        InJob("A text for a number", "\"priority\":\"high\"", "priority: must be a whole number, was the text \"high\""),
        InJob("A fraction", "\"priority\":1.5", "priority: must be a whole number, was 1.5"),
        InJob("A float", "\"priority\":1e400", "priority: must be a whole number, was 1e400"),
        InJob("A number beyond 32 bits", "\"priority\":4294967296", "priority: must be a whole number within ±2147483647, was 4294967296"),
        InJob("A flag for a number", "\"priority\":true", "priority: must be a whole number, was true"),
        InJob("A number for a flag", "\"offline\":1", "offline: must be true or false, was 1"),
        InJob("A list for a map", "\"folders\":[]", "folders: must be an object of texts, was a list"),
        InJob("A number in a map", "\"folders\":{\"output\":7}", "folders.output: must be a text, was 7"),
        InJob("A name twice in a map", "\"folders\":{\"output\":\"a\",\"output\":\"b\"}", "folders.output: stands here twice"),
        InJob("A long text is shortened", $"\"priority\":\"{new string('x', 100)}\"", $"priority: must be a whole number, was the text \"{new string('x', 37)}...\""),
        InBlock("A number beyond 64 bits", "\"frame_first\":99999999999999999999,\"frame_last\":2,\"command\":\"c\"",
            "blocks[0].frame_first: must be a whole number within ±9223372036854775807, was 99999999999999999999"),
        InBlock("A mistyped first frame is named once", "\"frame_first\":\"a\",\"command\":\"c\"", "blocks[0].frame_first: must be a whole number, was the text \"a\""),
        InBlock("A mistyped first frame says nothing of the last", "\"frame_first\":\"a\",\"frame_last\":-5,\"command\":\"c\"", "blocks[0].frame_first: must be a whole number, was the text \"a\""),
        InBlock("Tasks that are no list", "\"tasks\":5", "blocks[0].tasks: must be a list, was 5", "blocks[0].tasks: must hold at least one task"),
        InBlock("Files that are no list", Good + ",\"files\":\"a\"", "blocks[0].files: must be a list, was the text \"a\""),
        InBlock("A file that is no text", Good + ",\"files\":[\"a\",2]", "blocks[0].files[1]: must be a text, was 2"),
        InTask("A task that is none", "7", "blocks[1].tasks[3]: must be an object, was 7"),
        InTask("A command that is no text", "{\"command\":[]}", "blocks[1].tasks[3].command: must be a text, was a list"),
        InTask("A variable that is no text", "{\"command\":\"d\",\"environment\":{\"A\":1}}", "blocks[1].tasks[3].environment.A: must be a text, was 1"),
    ];

    private static IEnumerable<TestCaseData> UnknownFields() =>
    [
        InJob("Nothing is near", "\"nope\":1", "nope: unknown field"),
        InJob("A short word is not near for two letters", "\"mane\":1", "mane: unknown field"),
        InJob("One letter too many", "\"namee\":1", "namee: unknown field; did you mean name?"),
        InJob("Letters swapped", "\"usre_name\":1", "usre_name: unknown field; did you mean user_name?"),
        InJob("A field of a block", "\"frames_inc\":0", "frames_inc: unknown field"),
        InBlock("In a block", Good + ",\"frame_inc\":1", "blocks[0].frame_inc: unknown field; did you mean frames_inc?"),
        InBlock("With a value that makes no sense beside it", Good + ",\"frames_inc\":0,\"nope\":1", "blocks[0].nope: unknown field", "blocks[0].frames_inc: must be at least 1, was 0"),
        InTask("In a task", "{\"comand\":\"c\",\"command\":\"c\"}", "blocks[1].tasks[3].comand: unknown field; did you mean command?"),
    ];

    private static IEnumerable<TestCaseData> Kinds() =>
    [
        InBlock("Neither frames nor tasks", "\"command\":\"c\"", "blocks[0]: needs tasks, or frame_first and frame_last"),
        InBlock("No tasks in the list", "\"tasks\":[]", "blocks[0].tasks: must hold at least one task"),
        InBlock("Both", "\"flags\":1,\"tasks\":[{\"command\":\"c\"}]", "blocks[0].tasks: a block is either a range of frames (flags bit 0) or a list of tasks, not both"),
        InBlock("A flag that is not known", Good + ",\"flags\":4096", "blocks[0].flags: only bits 0 to 10 are known, was 4097"),
    ];

    [TestCaseSource(nameof(Shapes))]
    [TestCaseSource(nameof(Types))]
    [TestCaseSource(nameof(UnknownFields))]
    [TestCaseSource(nameof(Kinds))]
    public void Every_problem_is_named_with_its_path(string json, string[] problems)
    {
        var (_, found) = Read(json);

        Assert.That(found.Select(problem => problem.ToString()), Is.EqualTo(problems));
    }

    [Test]
    public void What_cannot_be_read_and_what_makes_no_sense_are_told_together()
    {
        var (_, found) = Read("""
            {"name":"","user_name":"u","priority":"x","max_running_tasks":-2,"blocks":[
              {"frame_first":5,"frame_last":1,"command":"c","capacity":0},
              {"tasks":[{"command":"c","files":3}],"depend_mask":"(","servce":"x"}]}
            """);

        Assert.That(found.Select(problem => problem.Path), Is.EquivalentTo(new[]
        {
            "name", "priority", "max_running_tasks", "blocks[0].capacity", "blocks[0].frame_last", "blocks[1].tasks[0].files", "blocks[1].depend_mask", "blocks[1].servce",
        }));
    }

    [Test]
    public void An_answer_does_not_grow_with_what_was_sent()
    {
        var mistyped = string.Join(',', Enumerable.Repeat("7", 5000));
        var senseless = string.Join(',', Enumerable.Repeat("{}", 5000));

        Assert.That(Read($"{{{Head},\"blocks\":[{{\"tasks\":[{mistyped}]}}]}}").Problems, Has.Count.EqualTo(FieldReader.ProblemsMax));
        Assert.That(Read($"{{{Head},\"blocks\":[{{\"tasks\":[{senseless}]}}]}}").Problems, Has.Count.EqualTo(FieldReader.ProblemsMax));
    }

    [Test]
    public void A_range_of_frames_may_name_its_first_frame_only()
    {
        var (job, found) = Read($"{{{Head},\"blocks\":[{{\"frame_first\":7,\"command\":\"c\"}},{{\"frame_last\":3,\"command\":\"c\"}},{{\"flags\":1,\"command\":\"c\"}}]}}");

        Assert.That(found, Is.Empty);
        Assert.That(job.Blocks.Select(block => (block.FrameFirst, block.FrameLast, block.Flags)), Is.EqualTo(new[] { (7L, 7L, BlockTraits.Numeric), (0L, 3L, BlockTraits.Numeric), (0L, 0L, BlockTraits.Numeric) }));
    }

    [Test]
    public void The_frames_of_a_listed_block_only_shift_it()
    {
        var (job, found) = Read($"{{{Head},\"blocks\":[{{\"frame_first\":7,\"tasks\":[{{\"command\":\"c\"}}]}}]}}");

        Assert.That(found, Is.Empty);
        Assert.That(job.Blocks[0].IsNumeric, Is.False);
        Assert.That((job.Blocks[0].Flags, job.Blocks[0].FrameFirst, job.Blocks[0].TaskCount), Is.EqualTo((BlockTraits.None, 7L, 1)));
    }

    [TestCase("{0}")]
    [TestCase("{{\"job\":{0}}}")]
    public void A_job_comes_back_from_what_it_is_written_as(string around)
    {
        var job = new JobDescription
        {
            Name = "Größe „1“",
            UserName = "u",
            HostName = "h",
            Priority = 0,
            Annotation = "a",
            Description = "d",
            CustomData = "{}",
            Branch = "/b",
            Project = "p",
            Department = "lit",
            Folders = new Dictionary<string, string> { ["output"] = "/o" },
            Offline = true,
            MaxRunningTasks = 3,
            Blocks =
            [
                new BlockDescription { Name = "a", Flags = BlockTraits.Numeric, FrameFirst = -5, FrameLast = 7, FramesPerTask = 2, FramesInc = 3, Command = "c @#@", TasksName = "t", Files = ["f"], Capacity = 5, MaxRunningTasks = 0, ErrorsRetries = 0 },
                new BlockDescription
                {
                    Name = "b", Service = "python", WorkingDirectory = "/w", DependMask = "a", TasksDependMask = "a|x", CustomData = "z",
                    Environment = new Dictionary<string, string> { ["A"] = "1" },
                    Tasks = [new TaskDescription { Name = "t", Command = "c", Files = ["g"], Environment = new Dictionary<string, string> { ["B"] = "2" } }],
                },
            ],
        };

        var (back, found) = Read(string.Format(around, JobJson.Write(job)), tolerateEmptyTasks: true);

        Assert.That(found, Is.Empty);
        Assert.That(JobJson.Write(back), Is.EqualTo(JobJson.Write(job)));
    }

    private static (JobDescription Description, IReadOnlyList<FieldProblem> Problems) Read(string json, bool tolerateEmptyTasks = false)
    {
        using var document = JsonDocument.Parse(tolerateEmptyTasks ? json.Replace(",\"tasks\":[]", "", StringComparison.Ordinal) : json);
        return JobJson.Read(document.RootElement);
    }
}

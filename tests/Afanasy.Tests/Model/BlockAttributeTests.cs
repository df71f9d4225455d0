using System.Text.Json;
using Afanasy.Model;
using static Afanasy.Tests.Model.AttributeRow;

namespace Afanasy.Tests.Model;

/// <summary>One case for each row of the table of a block's attributes.</summary>
public sealed class BlockAttributeTests
{
    private static readonly AttributeRow[] _rows =
    [
        new("name", "\"frames\"", Given.AtAnyTime),
        new("service", "\"blender\"", Given.AtAnyTime),
        new("parser", "\"none\"", Given.AtAnyTime),
        new("flags", "113", Given.AtSubmission),
        new("frame_first", "5", Given.AtSubmission),
        new("frame_last", "70", Given.AtSubmission),
        new("frames_per_task", "3", Given.AtSubmission),
        new("frames_inc", "2", Given.AtSubmission),
        new("tasks", """[{"name":"t","command":"c","files":["f"],"environment":{"A":"1"},"depends_on":[]}]""", Given.AtSubmission),
        new("sequential", "-10", Given.AtAnyTime),
        new("tasks_name", "\"frame @#@\"", Given.AtAnyTime),
        new("command", "\"render @#@\"", Given.AtAnyTime),
        new("working_directory", "\"/w\"", Given.AtAnyTime),
        new("environment", """{"A":"1"}""", Given.AtAnyTime),
        new("files", "[\"img.@####@.exr\"]", Given.AtAnyTime),
        new("command_pre", "\"pre\"", Given.AtAnyTime),
        new("command_post", "\"post\"", Given.AtAnyTime),
        new("custom_data", "\"{}\"", Given.AtAnyTime),
        new("srv_info", "\"s\"", Given.AtAnyTime),
        new("capacity", "1", Given.AtAnyTime),
        new("capacity_coeff_min", "2", Given.AtSubmission),
        new("capacity_coeff_max", "5", Given.AtSubmission),
        new("max_running_tasks", "0", Given.AtAnyTime),
        new("max_running_tasks_per_host", "1", Given.AtAnyTime),
        new("errors_retries", "0", Given.AtAnyTime),
        new("errors_avoid_host", "1", Given.AtAnyTime),
        new("errors_task_same_host", "2", Given.AtAnyTime),
        new("errors_forgive_time", "60", Given.AtAnyTime),
        new("task_max_run_time", "3600", Given.AtAnyTime),
        new("task_min_run_time", "2", Given.AtAnyTime),
        new("task_progress_change_timeout", "300", Given.AtAnyTime),
        new("parser_coeff", "2", Given.AtAnyTime),
        new("hosts_mask", "\"node\"", Given.AtAnyTime),
        new("hosts_mask_exclude", "\"ws\"", Given.AtAnyTime),
        new("need_properties", "\"ssd\"", Given.AtAnyTime),
        new("need_power", "3", Given.AtAnyTime),
        new("need_memory", "4096", Given.AtAnyTime),
        new("need_hdd", "20", Given.AtAnyTime),
        new("need_gpu_mem_mb", "8192", Given.AtAnyTime),
        new("need_cpu_freq_mgz", "3000", Given.AtAnyTime),
        new("need_cpu_cores", "8", Given.AtAnyTime),
        new("need_cpu_freq_cores", "24000", Given.AtAnyTime),
        new("depend_mask", "\"x.*\"", Given.AtAnyTime),
        new("tasks_depend_mask", "\"y.*\"", Given.AtAnyTime),
        new("tickets", """{"nuke":2}""", Given.AtAnyTime),
        new("file_size_min", "10", Given.AtSubmission),
        new("file_size_max", "5000000000", Given.AtSubmission),
        new("multihost_min", "2", Given.AtSubmission),
        new("multihost_max", "4", Given.AtSubmission),
        new("multihost_max_wait", "30", Given.AtSubmission),
        new("multihost_service_wait", "10", Given.AtSubmission),
        new("multihost_service", "\"serve\"", Given.AtSubmission),
        new("retry_memory_factor", "1.5", Given.AtAnyTime),
        new("need_gpus", "2", Given.AtAnyTime),
    ];

    private static readonly string[] _contract =
    [
        "name", "service", "parser", "flags", "frame_first", "frame_last", "frames_per_task", "frames_inc", "tasks", "sequential", "tasks_name",
        "command", "working_directory", "environment", "files", "command_pre", "command_post", "custom_data", "srv_info", "capacity",
        "capacity_coeff_min", "capacity_coeff_max", "max_running_tasks", "max_running_tasks_per_host", "errors_retries", "errors_avoid_host",
        "errors_task_same_host", "errors_forgive_time", "task_max_run_time", "task_min_run_time", "task_progress_change_timeout", "parser_coeff",
        "hosts_mask", "hosts_mask_exclude", "need_properties", "need_power", "need_memory", "need_hdd", "need_gpu_mem_mb", "need_cpu_freq_mgz",
        "need_cpu_cores", "need_cpu_freq_cores", "depend_mask", "tasks_depend_mask", "tickets", "file_size_min", "file_size_max", "multihost_min",
        "multihost_max", "multihost_max_wait", "multihost_service_wait", "multihost_service",
    ];

    private static BlockDescription Now => new() { Command = "c", Flags = BlockTraits.Numeric };

    private static IEnumerable<TestCaseData> All() => Cases(_rows);

    private static IEnumerable<TestCaseData> Later() => Cases(_rows.Where(row => row.Given == Given.AtAnyTime));

    private static IEnumerable<TestCaseData> AtSubmission() => Cases(_rows.Where(row => row.Given == Given.AtSubmission));

    [Test]
    public void Every_name_of_the_contract_and_every_member_that_is_written_has_a_row()
    {
        var variable = Now with { CapacityCoeffMin = 1, CapacityCoeffMax = 2 };

        Assert.That(_contract, Is.SubsetOf(_rows.Select(row => row.Name)));
        Assert.That(MembersOf(Written(variable)), Is.EquivalentTo(_rows.Select(row => row.Name)));
    }

    [TestCaseSource(nameof(All))]
    public void A_submission_says_it(string name, string value, string mistyped)
    {
        var (job, problems) = JobJson.Read(Submission(name, value));
        var written = JobJson.Write(job);

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Member(Written(job.Blocks[0]), name), Is.EqualTo(Compact(value)));
        Assert.That(JobJson.Write(JobJson.Read(Parsed(written)).Description), Is.EqualTo(written));
    }

    [TestCaseSource(nameof(All))]
    public void Another_type_is_a_problem_with_its_path(string name, string value, string mistyped)
    {
        var (_, problems) = JobJson.Read(Submission(name, mistyped));

        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems.Select(problem => problem.Path), Has.All.StartsWith($"blocks[0].{name}"));
        Assert.That(problems[0].Text, Does.StartWith("must be "));
    }

    [TestCaseSource(nameof(Later))]
    public void An_edit_changes_it_and_nothing_else(string name, string value, string mistyped)
    {
        var (edited, problems) = JobJson.EditBlock(Now, Parsed($"{{\"{name}\":{value}}}"));
        var written = Written(edited);

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Member(written, name), Is.EqualTo(Compact(value)).And.Not.EqualTo(Member(Written(Now), name)));
        Assert.That(Without(written, name), Is.EqualTo(Without(Written(Now), name)));
    }

    [TestCaseSource(nameof(Later))]
    public void An_edit_of_another_member_leaves_it_alone(string name, string value, string mistyped)
    {
        var now = JobJson.Read(Submission(name, value)).Description.Blocks[0];
        var other = name == "custom_data" ? "srv_info" : "custom_data";

        var (edited, problems) = JobJson.EditBlock(now, Parsed($"{{\"{other}\":\"x\"}}"));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Without(Written(edited), other), Is.EqualTo(Without(Written(now), other)));
    }

    [TestCaseSource(nameof(Later))]
    public void An_edit_of_another_type_is_a_problem(string name, string value, string mistyped)
    {
        var (_, problems) = JobJson.EditBlock(Now, Parsed($"{{\"{name}\":{mistyped}}}"), path: "params");

        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems.Select(problem => problem.Path), Has.All.StartsWith($"params.{name}"));
    }

    [TestCaseSource(nameof(AtSubmission))]
    public void An_edit_cannot_say_it(string name, string value, string mistyped)
    {
        var (edited, problems) = JobJson.EditBlock(Now, Parsed($"{{\"{name}\":{value}}}"));

        Assert.That(Texts(problems), Is.EqualTo(new[] { $"{name}: is given at submission" }));
        Assert.That(Written(edited), Is.EqualTo(Written(Now)));
    }

    [TestCase("st")]
    [TestCase("time_started")]
    [TestCase("time_done")]
    [TestCase("tasks_num")]
    public void What_the_server_gives_nobody_else_does(string name)
    {
        Assert.That(Texts(JobJson.Read(Submission(name, "1")).Problems), Is.EqualTo(new[] { $"blocks[0].{name}: is given by the server" }));
        Assert.That(Texts(JobJson.EditBlock(Now, Parsed($"{{\"{name}\":1}}")).Problems), Is.EqualTo(new[] { $"{name}: is given by the server" }));
    }

    [TestCase("cmd_pre")]
    [TestCase("cmd_post")]
    [TestCase("numeric")]
    public void Names_that_only_others_write_are_not_read(string name) =>
        Assert.That(Texts(JobJson.Read(Submission(name, "\"x\"")).Problems).Single(), Does.StartWith($"blocks[0].{name}: unknown field"));

    [TestCase("\"capacity_coeff_min\":0", BlockTraits.VarCapacity)]
    [TestCase("\"capacity_coeff_max\":3", BlockTraits.VarCapacity)]
    [TestCase("\"multihost_min\":1,\"multihost_max\":1", BlockTraits.Multihost)]
    [TestCase("\"multihost_min\":0,\"multihost_max\":0", BlockTraits.None)]
    [TestCase("\"flags\":512", BlockTraits.None)]
    public void Bits_follow_from_what_is_given(string members, BlockTraits traits)
    {
        var (job, problems) = JobJson.Read(Parsed($$"""{"name":"n","user_name":"u","blocks":[{"frame_first":1,"command":"c",{{members}}}]}"""));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(job.Blocks[0].Flags, Is.EqualTo(BlockTraits.Numeric | traits));
    }

    private static string Written(BlockDescription block) =>
        JsonDocument.Parse(JobJson.Write(new JobDescription { Blocks = [block] })).RootElement.GetProperty("blocks")[0].GetRawText();

    private static JsonElement Submission(string name, string value)
    {
        var members = new Dictionary<string, string> { ["frame_first"] = "1", ["frame_last"] = "9", ["command"] = "\"c\"" };
        if (name == "capacity_coeff_min") members["capacity_coeff_max"] = "5";
        if (name == "multihost_min") members["multihost_max"] = "5";
        if (name == "multihost_max") members["multihost_min"] = "1";
        members[name] = value;
        return Parsed($"{{\"name\":\"n\",\"user_name\":\"u\",\"blocks\":[{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}]}}");
    }
}

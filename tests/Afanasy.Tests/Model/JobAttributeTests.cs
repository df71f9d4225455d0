using Afanasy.Model;
using static Afanasy.Tests.Model.AttributeRow;

namespace Afanasy.Tests.Model;

/// <summary>One case for each row of the table of a job's attributes.</summary>
public sealed class JobAttributeTests
{
    private const string Blocks = """[{"name":"a","flags":1,"frame_last":9,"command":"c"},{"name":"b","flags":1,"frame_last":9,"command":"c"}]""";

    private static readonly AttributeRow[] _rows =
    [
        new("name", "\"shot\"", Given.AtSubmission),
        new("user_name", "\"berta\"", Given.AtAnyTime),
        new("host_name", "\"ws1\"", Given.AtSubmission),
        new("priority", "5", Given.AtAnyTime),
        new("annotation", "\"for friday\"", Given.AtAnyTime),
        new("description", "\"d\"", Given.AtAnyTime),
        new("custom_data", "\"{}\"", Given.AtAnyTime),
        new("srv_info", "\"s\"", Given.AtAnyTime),
        new("hidden", "true", Given.AtAnyTime),
        new("branch", "\"/prj\"", Given.AtAnyTime),
        new("folders", """{"output":"/o"}""", Given.AtAnyTime),
        new("command_pre", "\"pre\"", Given.AtAnyTime),
        new("command_post", "\"post\"", Given.AtAnyTime),
        new("time_creation", "1700000000", Given.AtSubmission),
        new("time_wait", "1800000000", Given.AtAnyTime),
        new("time_life", "3600", Given.AtAnyTime),
        new("depend_mask", "\"a.*\"", Given.AtAnyTime),
        new("depend_mask_global", "\"b.*\"", Given.AtAnyTime),
        new("offline", "true", Given.AtAnyTime),
        new("ppa", "true", Given.AtAnyTime),
        new("maintenance", "true", Given.AtAnyTime),
        new("ignorenimby", "true", Given.AtAnyTime),
        new("ignorepaused", "true", Given.AtAnyTime),
        new("max_running_tasks", "0", Given.AtAnyTime),
        new("max_running_tasks_per_host", "2", Given.AtAnyTime),
        new("max_tasks_per_second", "10000", Given.AtAnyTime),
        new("hosts_mask", "\"node\"", Given.AtAnyTime),
        new("hosts_mask_exclude", "\"ws\"", Given.AtAnyTime),
        new("hosts_mask_type", "\"regex\"", Given.AtAnyTime),
        new("need_os", "\"linux debian\"", Given.AtAnyTime),
        new("need_properties", "\"ssd\"", Given.AtAnyTime),
        new("need_power", "3", Given.AtAnyTime),
        new("need_memory", "4096", Given.AtAnyTime),
        new("need_hdd", "20", Given.AtAnyTime),
        new("pools", """{"/a":-100,"b":7}""", Given.AtAnyTime),
        new("solve_method", "\"solve_priority\"", Given.AtAnyTime),
        new("solve_need", "\"solve_capacity\"", Given.AtAnyTime),
        new("try_this_tasks_num", "[3,9]", Given.AtSubmission),
        new("try_this_blocks_num", "[0,1]", Given.AtSubmission),
        new("project", "\"p\"", Given.AtSubmission),
        new("department", "\"lit\"", Given.AtSubmission),
        new("blocks", Blocks, Given.AtSubmission),
        new("min_running_tasks", "4", Given.AtAnyTime),
        new("usage_half_life", "600", Given.AtAnyTime),
        new("depend_jobs", """[{"job":"12","frames":true,"offset":-2,"on":"any"}]""", Given.AtAnyTime),
        new("limits", """{"nuke":2}""", Given.AtAnyTime),
        new("preempts", "true", Given.AtAnyTime),
        new("preemption_grace", "5", Given.AtAnyTime),
    ];

    private static readonly string[] _contract =
    [
        "name", "user_name", "host_name", "priority", "annotation", "description", "custom_data", "srv_info", "hidden", "branch", "folders",
        "command_pre", "command_post", "time_creation", "time_wait", "time_life", "depend_mask", "depend_mask_global", "offline", "ppa",
        "maintenance", "ignorenimby", "ignorepaused", "max_running_tasks", "max_running_tasks_per_host", "max_tasks_per_second", "hosts_mask",
        "hosts_mask_exclude", "hosts_mask_type", "need_os", "need_properties", "need_power", "need_memory", "need_hdd", "pools", "solve_method",
        "solve_need", "try_this_tasks_num", "try_this_blocks_num", "project", "department", "blocks",
    ];

    private static JobDescription Now => new() { Name = "n", UserName = "u", Blocks = [new() { Command = "c", Flags = BlockTraits.Numeric }] };

    private static IEnumerable<TestCaseData> All() => Cases(_rows);

    private static IEnumerable<TestCaseData> Later() => Cases(_rows.Where(row => row.Given == Given.AtAnyTime));

    private static IEnumerable<TestCaseData> AtSubmission() => Cases(_rows.Where(row => row.Given == Given.AtSubmission));

    [Test]
    public void Every_name_of_the_contract_and_every_member_that_is_written_has_a_row()
    {
        Assert.That(_contract, Is.SubsetOf(_rows.Select(row => row.Name)));
        Assert.That(MembersOf(JobJson.Write(Now)), Is.EquivalentTo(_rows.Select(row => row.Name)));
    }

    [TestCaseSource(nameof(All))]
    public void A_submission_says_it(string name, string value, string mistyped)
    {
        var (job, problems) = JobJson.Read(Submission(name, value));
        var written = JobJson.Write(job);

        Assert.That(Texts(problems), Is.Empty);
        if (name == "blocks") Assert.That(job.Blocks, Has.Count.EqualTo(2));
        else Assert.That(Member(written, name), Is.EqualTo(Compact(value)));
        Assert.That(JobJson.Write(JobJson.Read(Parsed(written)).Description), Is.EqualTo(written));
    }

    [TestCaseSource(nameof(All))]
    public void Another_type_is_a_problem_with_its_path(string name, string value, string mistyped)
    {
        var (_, problems) = JobJson.Read(Submission(name, mistyped));

        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems.Select(problem => problem.Path), Has.All.StartsWith(name));
        Assert.That(problems[0].Text, Does.StartWith("must be "));
    }

    [TestCaseSource(nameof(Later))]
    public void An_edit_changes_it_and_nothing_else(string name, string value, string mistyped)
    {
        var (edited, problems) = JobJson.EditJob(Now, Parsed($"{{\"{name}\":{value}}}"));
        var written = JobJson.Write(edited);

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Member(written, name), Is.EqualTo(Compact(value)).And.Not.EqualTo(Member(JobJson.Write(Now), name)));
        Assert.That(Without(written, name), Is.EqualTo(Without(JobJson.Write(Now), name)));
    }

    [TestCaseSource(nameof(Later))]
    public void An_edit_of_another_member_leaves_it_alone(string name, string value, string mistyped)
    {
        var (now, _) = JobJson.Read(Submission(name, value));
        var other = name == "annotation" ? "description" : "annotation";

        var (edited, problems) = JobJson.EditJob(now, Parsed($"{{\"{other}\":\"x\"}}"));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Without(JobJson.Write(edited), other), Is.EqualTo(Without(JobJson.Write(now), other)));
    }

    [TestCaseSource(nameof(Later))]
    public void An_edit_of_another_type_is_a_problem_and_leaves_it_alone(string name, string value, string mistyped)
    {
        var (edited, problems) = JobJson.EditJob(Now, Parsed($"{{\"{name}\":{mistyped}}}"), "params");

        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems.Select(problem => problem.Path), Has.All.StartsWith($"params.{name}"));
        Assert.That(Without(JobJson.Write(edited), name), Is.EqualTo(Without(JobJson.Write(Now), name)));
    }

    [TestCaseSource(nameof(AtSubmission))]
    public void An_edit_cannot_say_it(string name, string value, string mistyped)
    {
        var (edited, problems) = JobJson.EditJob(Now, Parsed($"{{\"{name}\":{value}}}"));

        Assert.That(Texts(problems), Is.EqualTo(new[] { $"{name}: is given at submission" }));
        Assert.That(JobJson.Write(edited), Is.EqualTo(JobJson.Write(Now)));
    }

    [TestCase("st")]
    [TestCase("id")]
    [TestCase("serial")]
    [TestCase("user_list_order")]
    [TestCase("time_started")]
    [TestCase("time_done")]
    [TestCase("locked")]
    public void What_the_server_gives_nobody_else_does(string name)
    {
        var refusal = new[] { $"{name}: is given by the server" };

        Assert.That(Texts(JobJson.Read(Submission(name, "1")).Problems), Is.EqualTo(refusal));
        Assert.That(Texts(JobJson.EditJob(Now, Parsed($"{{\"{name}\":1}}")).Problems), Is.EqualTo(refusal));
    }

    private static System.Text.Json.JsonElement Submission(string name, string value)
    {
        var members = new Dictionary<string, string> { ["name"] = "\"n\"", ["user_name"] = "\"u\"", ["blocks"] = Blocks };
        if (name == "try_this_tasks_num") members["try_this_blocks_num"] = "[0,1]";
        if (name == "try_this_blocks_num") members["try_this_tasks_num"] = "[0,1]";
        members[name] = value;
        return Parsed($"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}");
    }
}

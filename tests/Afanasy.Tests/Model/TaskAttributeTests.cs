using System.Text.Json;
using Afanasy.Model;
using static Afanasy.Tests.Model.AttributeRow;

namespace Afanasy.Tests.Model;

/// <summary>One case for each row of the table of a listed task's attributes.</summary>
public sealed class TaskAttributeTests
{
    private static readonly AttributeRow[] _rows =
    [
        new("name", "\"left\"", Given.AtSubmission),
        new("command", "\"render left\"", Given.AtSubmission),
        new("files", "[\"left.exr\"]", Given.AtSubmission),
        new("environment", """{"SIDE":"left","EMPTY":""}""", Given.AtSubmission),
        new("depends_on", "[\"first\"]", Given.AtSubmission),
    ];

    private static readonly string[] _contract = ["name", "command", "files", "environment"];

    private static IEnumerable<TestCaseData> All() => Cases(_rows);

    [Test]
    public void Every_name_of_the_contract_and_every_member_that_is_written_has_a_row()
    {
        Assert.That(_contract, Is.SubsetOf(_rows.Select(row => row.Name)));
        Assert.That(MembersOf(Written(new TaskDescription())), Is.EquivalentTo(_rows.Select(row => row.Name)));
    }

    [TestCaseSource(nameof(All))]
    public void A_submission_says_it(string name, string value, string mistyped)
    {
        var (job, problems) = JobJson.Read(Submission(name, value));
        var written = JobJson.Write(job);

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Member(Written(job.Blocks[0].Tasks[1]), name), Is.EqualTo(Compact(value)));
        Assert.That(JobJson.Write(JobJson.Read(Parsed(written)).Description), Is.EqualTo(written));
    }

    [TestCaseSource(nameof(All))]
    public void Appending_says_it(string name, string value, string mistyped)
    {
        var (tasks, problems) = JobJson.ReadTasks(Parsed($"[{{\"{name}\":{value}}}]"), new BlockDescription { Command = "c" });

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(Member(Written(tasks[0]), name), Is.EqualTo(Compact(value)));
    }

    [TestCaseSource(nameof(All))]
    public void Another_type_is_a_problem_with_its_path(string name, string value, string mistyped)
    {
        var (_, problems) = JobJson.Read(Submission(name, mistyped));

        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems.Select(problem => problem.Path), Has.All.StartsWith($"blocks[0].tasks[1].{name}"));
        Assert.That(problems[0].Text, Does.StartWith("must be "));
    }

    [Test]
    public void A_task_is_waited_for_by_name_or_by_number()
    {
        var (job, problems) = JobJson.Read(Submission("depends_on", "[0,\"first\"]"));

        Assert.That(Texts(problems), Is.Empty);
        Assert.That(job.Blocks[0].Tasks[1].DependsOn, Is.EqualTo(new[] { "0", "first" }));
    }

    [Test]
    public void A_task_that_is_not_there_cannot_be_waited_for()
    {
        var (_, problems) = JobJson.Read(Submission("depends_on", "[\"third\"]"));

        Assert.That(problems.Single().Path, Is.EqualTo("blocks[0].tasks[1].depends_on[0]"));
    }

    private static string Written(TaskDescription task) =>
        JsonDocument.Parse(JobJson.Write(new JobDescription { Blocks = [new() { Tasks = [task] }] })).RootElement.GetProperty("blocks")[0].GetProperty("tasks")[0].GetRawText();

    private static JsonElement Submission(string name, string value) =>
        Parsed($$"""{"name":"n","user_name":"u","blocks":[{"command":"c","tasks":[{"name":"first"},{"{{name}}":{{value}}}]}]}""");
}

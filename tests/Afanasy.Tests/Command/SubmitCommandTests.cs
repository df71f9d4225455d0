using System.Text.Json;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class SubmitCommandTests
{
    private const string Accepted = """{"id":5,"serial":77,"name":"shot","warnings":["no render offers 'houdini' now"]}""";
    private const string File = """{"name":"shot","blocks":[]}""";

    [Test]
    public async Task A_job_is_submitted_in_the_name_of_who_runs_the_command()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs", Accepted, 201);

        var (code, output, error) = await CommandRun.ToEndAsync(["submit", "-", "--paused", "--server", server.Address], input: "\uFEFF" + File);

        Assert.That(code, Is.Zero);
        Assert.That(output, Is.EqualTo("job 5 submitted: shot\n"));
        Assert.That(error, Is.EqualTo("warning: no render offers 'houdini' now\n"));
        Assert.That(server.Asked.Single().Body, Is.EqualTo("""{"name":"shot","blocks":[],"user_name":"anna","host_name":"desk","offline":true}"""));
    }

    [TestCase("", "carl")]
    [TestCase("--user bo", "bo")]
    public async Task The_file_says_who_unless_the_command_line_does(string option, string expected)
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs", Accepted, 201);

        await CommandRun.ToEndAsync(["submit", "-", "--server", server.Address, .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)], input: """{"job":{"name":"shot","user_name":"carl"}}""");

        using var body = JsonDocument.Parse(server.Asked.Single().Body);
        Assert.That(body.RootElement.GetProperty("job").GetProperty("user_name").GetString(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Json_prints_the_answer_and_warnings_still_go_to_stderr()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs", Accepted, 201);

        var (_, output, error) = await CommandRun.ToEndAsync(["submit", "-", "--json", "--server", server.Address], input: File);

        Assert.That(output, Is.EqualTo(Accepted + "\n"));
        Assert.That(error, Is.EqualTo("warning: no render offers 'houdini' now\n"));
    }

    [Test]
    public async Task Each_problem_of_a_malformed_job_is_a_line_with_its_field()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("POST /api/v1/jobs",
            """{"title":"The job is malformed.","status":400,"errors":{"blocks[1].frames_inc":["must be at least 1, was 0"],"name":["must not be empty","must be text"]}}""", 400);

        var (code, output, error) = await CommandRun.ToEndAsync(["submit", "-", "--server", server.Address], input: File);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Is.EqualTo("blocks[1].frames_inc: must be at least 1, was 0\nname: must not be empty\nname: must be text\n"));
    }

    [TestCase("{\"name\":\n  \"é\", oops}", "stdin:2:8: is no JSON: ")]
    [TestCase("", "stdin:1:1: is no JSON: ")]
    [TestCase("{\"name\":\"a\"", "stdin:1:12: is no JSON: ")]
    [TestCase("[1]", "stdin: a job must be a JSON object")]
    [TestCase("{\"name\":\"a\",\"name\":\"b\"}", "stdin: is no JSON: Duplicate property 'name'")]
    public async Task What_is_no_JSON_is_told_with_line_and_column(string input, string expected)
    {
        var (code, _, error) = await CommandRun.ToEndAsync(["submit", "-", "--server", "127.0.0.1:1"], input: input);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith(expected));
    }

    [Test]
    public async Task A_file_that_cannot_be_read_is_named()
    {
        var (code, _, error) = await CommandRun.ToEndAsync(["submit", "/nowhere/shot.json"]);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("/nowhere/shot.json: cannot be read: "));
    }
}

using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class UsageTests
{
    [TestCase("jbos", "There is no command 'jbos'. Did you mean 'jobs'?")]
    [TestCase("restart-error 5", "There is no command 'restart-error'. Did you mean 'restart-errors'?")]
    [TestCase("banana", "There is no command 'banana'.")]
    [TestCase("job", "ID: is missing. The number of the job.")]
    [TestCase("job five", "ID: must be a number from 1, was 'five'")]
    [TestCase("jobs --limt 5", "There is no option '--limt' here. Did you mean '--limit'?")]
    [TestCase("jobs --server nowhere:99999", "--server: must be HOST or HOST:PORT, such as 127.0.0.1:51000, was 'nowhere:99999'")]
    [TestCase("delete 5 --tasks 3", "There is no option '--tasks' here.")]
    [TestCase("pause 1-2147483000", "ID: '1-2147483000' is too much, one command may name at most 100000")]
    [TestCase("pause 5 --tasks 3", "There is no option '--tasks' here.")]
    [TestCase("RESTART-EROR 5", "There is no command 'RESTART-EROR'. Did you mean 'restart-errors'?")]
    [TestCase("log-level --render box7", "--render: say which level, such as '*=debug'; only the server's own levels can be shown")]
    public async Task A_slip_is_named_and_ends_with_2(string line, string problem)
    {
        var (code, output, error) = await CommandRun.ToEndAsync(line.Split(' '));

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(error.Split('\n'), Does.Contain(problem));
    }

    [Test]
    public async Task All_problems_of_a_line_are_told_at_once()
    {
        var (code, _, error) = await CommandRun.ToEndAsync(["skip", "x", "5-2", "7", "--blocks", "a,1", "--taskz", "4", "--server", ":"]);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(new[]
        {
            "There is no option '--taskz' here. Did you mean '--tasks'?",
            "ID: 'x' must be a number from 1 or a range such as 1-5",
            "ID: '5-2' must be a number from 1 or a range such as 1-5",
            "--blocks: 'a' must be a number from 0 or a range such as 0-4",
            "--server: must be HOST or HOST:PORT, such as 127.0.0.1:51000, was ':'",
            "'afcmd skip --help' shows how it is used.",
        }));
    }

    [Test]
    public async Task Problems_of_log_and_of_the_environment_are_told_together()
    {
        var (code, _, error) = await CommandRun.ToEndAsync(["log", "1", "x", "--run", "0", "--json"], variables: new() { ["AF_SERVER"] = "a b" });

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(new[]
        {
            "TASK: is missing. The number of the task in the block, from 0.",
            "BLOCK: must be a number from 0, was 'x'",
            "--run: must be a number from 1, was '0'",
            "--json: a log is text, it has no JSON",
            "AF_SERVER: must be HOST or HOST:PORT, such as 127.0.0.1:51000, was 'a b'",
            "'afcmd log --help' shows how it is used.",
        }));
    }

    [Test]
    public async Task Problems_of_set_are_told_at_once()
    {
        var (code, _, error) = await CommandRun.ToEndAsync(["set", "x", "priority=5", "=4", "priority=3"]);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("ID: 'x' must be").And.Contain("'=4' must begin with the name of a field").And.Contain("priority is given twice"));
    }

    [Test]
    public async Task No_command_shows_the_help_on_stderr_and_ends_with_2()
    {
        var (code, output, error) = await CommandRun.ToEndAsync([]);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.Contain("Commands:").And.Contain("restart-errors"));
    }

    [TestCase("--help", "Exit codes: 0 fine, 1 refused or failed, 2 wrong usage, 3 server not reachable.")]
    [TestCase("help", "afcmd submit shot.json --wait")]
    [TestCase("submit --help", "afcmd submit shot.json --wait && echo rendered")]
    [TestCase("help set", "afcmd set 12 priority=150")]
    [TestCase("log -h", "afcmd log 12 0 7 --follow")]
    public async Task Help_has_examples_and_ends_with_0(string line, string example)
    {
        var (code, output, error) = await CommandRun.ToEndAsync(line.Split(' '));

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("Examples:").And.Contain(example));
        Assert.That(error, Is.Empty);
    }

    [Test]
    public async Task Every_command_of_the_help_has_its_own_help_with_examples()
    {
        var (_, help, _) = await CommandRun.ToEndAsync(["--help"]);
        var commands = help.Split("Commands:")[1].Split("Examples:")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim().Split(' ')[0]).ToList();

        Assert.That(commands, Has.Count.GreaterThanOrEqualTo(35));
        foreach (var command in commands)
        {
            var (code, output, _) = await CommandRun.ToEndAsync([command, "--help"]);
            Assert.That(code, Is.Zero, command);
            Assert.That(output, Does.Contain($"Examples:\n  afcmd {command} ").Or.Contain($"Examples:\n  afcmd {command}\n"), command);
        }
    }

    [Test]
    public async Task The_version_is_one_line()
    {
        var (code, output, _) = await CommandRun.ToEndAsync(["--version"]);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match(@"^afcmd \d+\.\d+\.\d+\n$"));
    }
}

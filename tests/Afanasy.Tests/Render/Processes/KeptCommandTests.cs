using System.Diagnostics;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfRender.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Agents;

/// <summary>Commands whose output goes through named pipes.</summary>
[Platform("Linux")]
public sealed class KeptCommandTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private readonly RunBench _bench = new();

    [TearDown]
    public void Clean() => _bench.Dispose();

    [Test]
    public async Task A_long_output_behind_an_unfinished_line_comes_to_its_end()
    {
        var text = string.Concat(Enumerable.Range(1, 4000).Select(n => $"{n}\n{new string('x', n % 100 == 0 ? 40_000 : n % 120)}\n"));
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder, "big"), text);

        var (result, output) = await _bench.RunAsync("printf begin; sleep 0.3; cat big").WaitAsync(_longest);

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(output, Is.EqualTo("begin" + text));
    }

    [TestCase("printf begin; sleep 0.3; head -c 1000000 /dev/zero | dd bs=1M iflag=fullblock status=none", 1_000_005)]
    [TestCase("printf begin; sleep 0.3; head -c 300000 /dev/urandom | base64 -w0", 400_005)]
    [TestCase("head -c 1000000 /dev/zero | dd bs=1M iflag=fullblock status=none", 1_000_000)]
    public async Task A_long_output_without_a_line_end_comes_to_its_end(string command, int length)
    {
        var (result, output) = await _bench.RunAsync(command).WaitAsync(_longest);

        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(output, Has.Length.EqualTo(length));
    }

    [Test]
    public void Of_two_processes_with_the_words_of_a_wrapper_the_elder_is_the_wrapper()
    {
        var folder = _bench.Folder + "/main";
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-c", "sh -c 'echo begun; sleep 300; true' sh \"$1\" x & wait", "sh", folder, "x" }) start.ArgumentList.Add(argument);
        using var elder = Process.Start(start)!;   // a program that is there always starts
        try
        {
            Assert.That(elder.StandardOutput.ReadLine(), Is.EqualTo("begun"));

            Assert.That(RunWrapper.Find(_bench.Folder), Is.EqualTo(new Dictionary<string, int> { [folder] = elder.Id }));
        }
        finally
        {
            elder.Kill(entireProcessTree: true);
        }
    }

    [Test]
    public async Task A_command_has_not_ended_as_long_as_its_wrapper_holds_its_pipe()
    {
        const int NoProcess = int.MaxValue;
        var context = new TaskProcessContext(
            new ShellCommand("bench", _bench.InstanceId), _bench.Tree, _bench.InstanceId, TimeProvider.System, NullLogger<TaskProcess>.Instance, KeepsRuns: true);
        var pipes = Path.Combine(_bench.Folder, "main");
        var info = context.Shell.KeptStartInfo(new RunStart { Run = RunBench.Run }, "while [ ! -e gate ]; do sleep 0.02; done; exit 5", _bench.Folder, pipes);
        using var first = KeptCommand.Start(pipes, info, (_, _) => Task.CompletedTask, context);
        using var adopted = KeptCommand.Adopt(pipes, NoProcess, (_, _) => Task.CompletedTask, context);

        var exited = adopted.ExitedAsync();
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder, "gate"), "");

        Assert.That(await exited.WaitAsync(_longest), Is.EqualTo(5));
        await first.ReleaseAsync();
    }
}

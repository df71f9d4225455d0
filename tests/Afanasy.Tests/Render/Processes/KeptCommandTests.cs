using Afanasy.Model;
using Afanasy.Tests.Support;

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
}

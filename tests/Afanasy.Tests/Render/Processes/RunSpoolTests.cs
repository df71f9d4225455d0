using System.Text;
using Afanasy.Tests.Support;
using AfRender.Processes;

namespace Afanasy.Tests.Agents;

public sealed class RunSpoolTests
{
    private readonly ScratchFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task Output_within_the_limit_is_kept_byte_for_byte()
    {
        using var spool = Make(new SpoolLimits(100, 10));

        await AppendAsync(spool, "one\n", "two\n");
        await spool.FinishAsync();

        Assert.That(await RunBench.TextAsync(spool), Is.EqualTo("one\ntwo\n"));
    }

    [TestCase(1, "ab")]
    [TestCase(5, "abcdefghij")]
    [TestCase(7, "abcdefghijabcdefghijabc")]
    public async Task Of_a_long_output_beginning_and_end_are_kept_and_the_gap_is_named(int pieces, string piece)
    {
        using var spool = Make(new SpoolLimits(4, 10));
        var rest = string.Concat(Enumerable.Repeat(piece, pieces));

        await AppendAsync(spool, "head");
        foreach (var _ in Enumerable.Range(0, pieces)) await AppendAsync(spool, piece);
        await spool.FinishAsync();

        var text = await RunBench.TextAsync(spool);
        Assert.That(text, Does.StartWith("head\n[afrender: more than 4 bytes of output"));
        Assert.That(text, Does.EndWith("]\n" + rest[Math.Max(0, rest.Length - 10)..]));
        Assert.That(text.Contains($"[afrender: {rest.Length - 10} bytes of output dropped here]"), Is.EqualTo(rest.Length > 10));
    }

    [Test]
    public async Task A_growth_is_told()
    {
        var told = 0;
        using var spool = new RunSpool(_folder.At("output"), new SpoolLimits(), () => told++);

        await AppendAsync(spool, "line\n");

        Assert.That(told, Is.EqualTo(1));
    }

    [Test]
    public async Task Reading_a_forgotten_run_gives_nothing()
    {
        var spool = Make(new SpoolLimits());
        await AppendAsync(spool, "line\n");

        spool.Dispose();

        Assert.That(await spool.ReadAsync(0, new byte[10]), Is.Zero);
    }

    [Test]
    public async Task A_full_disk_loses_output_and_says_so()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("This platform has no /dev/full.");
        using var spool = new RunSpool("/dev/full", new SpoolLimits(), () => { });

        await AppendAsync(spool, "line\n", "another\n");

        Assert.That(spool.Problem, Is.Not.Null);
        Assert.That(spool.Length, Is.Zero);
    }

    private RunSpool Make(SpoolLimits limits) => new(_folder.At("output"), limits, () => { });

    private static async Task AppendAsync(RunSpool spool, params string[] texts)
    {
        foreach (var text in texts) await spool.AppendAsync(Encoding.UTF8.GetBytes(text));
    }
}

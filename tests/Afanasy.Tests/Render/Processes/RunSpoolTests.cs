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

    [Test]
    public async Task An_output_is_gone_on_with_where_it_ended()
    {
        using (var first = Make(new SpoolLimits())) await AppendAsync(first, "one\n", "two\n");

        using var second = RunSpool.Reopen(_folder.At("output"), new SpoolLimits(), () => { });
        await AppendAsync(second, "three\n");
        var lines = "";
        await second.ReadLinesAsync(4, bytes => lines += Encoding.UTF8.GetString(bytes));

        Assert.That(await RunBench.TextAsync(second), Is.EqualTo("one\ntwo\nthree\n"));
        Assert.That(lines, Is.EqualTo("two\nthree\n"));
    }

    [Test]
    public async Task Of_a_long_output_that_another_agent_goes_on_with_it_is_said_that_a_part_is_missing()
    {
        using (var first = Make(new SpoolLimits(4, 10))) await AppendAsync(first, "head", "lost with the agent");

        using var second = RunSpool.Reopen(_folder.At("output"), new SpoolLimits(4, 10), () => { });
        await AppendAsync(second, "the end");
        await second.FinishAsync();

        var text = await RunBench.TextAsync(second);
        Assert.That(text, Does.StartWith("head\n[afrender: more than 4 bytes of output; of what follows only the end is kept]\n[afrender: output dropped here; "));
        Assert.That(text, Does.EndWith("]\nthe end"));
    }

    [Test]
    [Platform("Linux")]
    public async Task What_a_pipe_holds_is_moved_and_a_full_disk_does_not_block_the_pipe([Values("output", "/dev/full")] string file)
    {
        using var pipe = Fifo.Open(_folder.At("pipe"), isNew: true);
        using var spool = new RunSpool(_folder.At(file), new SpoolLimits(), () => { });
        await File.WriteAllTextAsync(_folder.At("pipe"), "one\ntwo");
        var seen = new byte[100];
        var count = pipe.Look(seen);

        await spool.AppendAsync(seen.AsMemory(0, 4), pipe);
        var left = pipe.Look(new byte[100]);
        if (spool.Problem is not null) await spool.AppendAsync(seen.AsMemory(4, left), pipe);

        Assert.That(Encoding.UTF8.GetString(seen, 0, count), Is.EqualTo("one\ntwo"));
        Assert.That(await RunBench.TextAsync(spool), Is.EqualTo(spool.Problem is null ? "one\n" : ""));
        Assert.That(left, Is.EqualTo(3), "only what was handed on leaves the pipe, and a disk that is full does not give it out twice");
        Assert.That(pipe.Look(new byte[100]), Is.EqualTo(spool.Problem is null ? 3 : LinuxCalls.Nothing));
    }

    private RunSpool Make(SpoolLimits limits) => new(_folder.At("output"), limits, () => { });

    private static async Task AppendAsync(RunSpool spool, params string[] texts)
    {
        foreach (var text in texts) await spool.AppendAsync(Encoding.UTF8.GetBytes(text));
    }
}

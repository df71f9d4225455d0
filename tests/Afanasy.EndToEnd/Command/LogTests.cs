using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Command;

internal sealed class LogTests : FarmTests
{
    [Test]
    public async Task A_followed_log_prints_lines_as_they_come_and_ends_with_the_run()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames($"cd {Farm.Folder.Path}; for i in 1 2 3; do echo line $i; while [ ! -e $i ]; do sleep 0.1; done; done; echo äöü; echo wrong >&2", 1));

        var log = Farm.StartCommand("log", $"{job}", "0", "0", "--follow");
        await log.SaysAsync("line 1\n");
        var early = log.Out;
        Farm.Folder.Open("1");
        await log.SaysAsync("line 2\n");
        Farm.Folder.Open("2");
        await log.SaysAsync("line 3\n");
        Farm.Folder.Open("3");
        var end = await log.EndAsync();

        Assert.That(early, Is.EqualTo("line 1\n"));
        Assert.That(end.Code, Is.Zero);
        Assert.That(end.Out, Does.StartWith("line 1\nline 2\nline 3\n").And.Contain("äöü\n").And.Contain("wrong\n"));
    }

    [Test]
    public async Task An_interrupt_ends_a_followed_log_and_not_the_task()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 1));
        var log = Farm.StartCommand("log", $"{job}", "0", "0", "--follow");
        await log.SaysAsync("waiting for gate 1\n");

        var (took, code) = await log.EndByAsync(Signal.Interrupt);
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Command;

internal sealed class EditTests : FarmTests
{
    [Test]
    public async Task A_job_that_grows_runs_what_was_appended()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 1));
        await Farm.JobIsAsync(job, "done");
        var file = Path.Combine(Farm.Folder.Path, "late.json");
        await File.WriteAllTextAsync(file, $$"""{"name":"late","tasks":[{"name":"note","command":"cd {{Farm.Folder.Path}} && echo late >> ended"}]}""");

        var end = await Farm.CommandAsync("append", $"{job}", file);
        await Until.TrueAsync(() => Farm.Folder.Lines("ended").Count == 1, "the new block to run");
        await Farm.JobIsAsync(job, "done");

        Assert.That((end.Code, end.Error), Is.EqualTo((0, "")));
        Assert.That(Farm.Folder.Lines("ended"), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public async Task A_render_that_is_nobodys_takes_nothing_until_it_is_freed()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var closed = await Farm.CommandAsync("render", "one", "NIMBY");
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 1));

        var why = await Farm.CommandAsync("why", $"{job}");
        var before = await Farm.JobAsync(job);
        await Farm.CommandAsync("render", "one", "free");
        await Farm.JobIsAsync(job, "done");

        Assert.That((closed.Code, closed.Out), Is.EqualTo((0, "render one: NIMBY\n")));
        Assert.That(why.Out, Does.Contain("NIMBY").And.Contain("\n      1  nimby "));
        Assert.That(before.Text("state"), Is.EqualTo("ready"));
    }
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

internal sealed class FlapTests : NetworkTests
{
    private const int Flaps = 10;
    private const int Frames = 60;

    [Test]
    public async Task A_host_whose_cable_is_loose_loses_no_frame_and_renders_none_twice()
    {
        await StartServerAsync(Patience);
        await Farm.StartRenderAsync(One);
        await Farm.StartRenderAsync(Two);
        var job = await Farm.SubmitAsync(Jobs.Frames($"sleep 0.1; echo $AF_RENDER @#@ >> {Farm.Folder.At("ended")}", Frames));
        await Until.TrueAsync(() => EndedOn(One) > 0 && EndedOn(Two) > 0, "both renders to work");

        for (var flap = 0; flap < Flaps; flap++)
        {
            var before = EndedOn(Two);
            await Network.UnplugAsync(One);
            await Until.TrueAsync(() => EndedOn(Two) >= before + 2, "the other render to go on");
            await Network.PlugInAsync(One);
            await Until.TrueAsync(() => EndedOn(Two) >= before + 3, "the other render to go on");
        }

        await Farm.JobIsAsync(job, "done");

        var frames = Farm.Folder.Lines("ended").Select(line => line.Split(' ')[1]);
        Assert.That(frames, Is.EquivalentTo(Enumerable.Range(1, Frames).Select(frame => $"{frame}")));
        for (var task = 0; task < Frames; task++) Assert.That((await Farm.TaskAsync(job, 0, task)).Number("run"), Is.EqualTo(1), $"task {task}");
    }

    private int EndedOn(string render) => Farm.Folder.Lines("ended").Count(line => line.StartsWith(render, StringComparison.Ordinal));
}

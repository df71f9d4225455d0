using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Demo;

/// <summary>The first command that a newcomer types.</summary>
internal sealed class DemoTests : FarmTests
{
    private const int Frames = 8;

    private string Data => Farm.Folder.At("demo");

    private string Pictures => Farm.Folder.At("demo", "pictures");

    /// <summary>The demo builds what it starts, if that is not built; its tests are about what comes then.</summary>
    [OneTimeSetUp]
    public static async Task BuildAsync()
    {
        await using var farm = new Farm();
        var end = await farm.Start("afcmd", Path.Combine(Programs.Root, "start", "afcmd"), "--version").EndAsync();
        Assert.That(end.Code, Is.Zero, end.Error);
    }

    [Test]
    public async Task The_demo_renders_every_frame_and_makes_the_movie_also_when_the_server_and_a_render_are_killed()
    {
        var calm = Farm.Folder.At("calm");
        var undisturbed = StartDemo(calm, Frames, "--python");
        await undisturbed.SaysAsync("the farm is up");
        var disturbed = StartDemo(Data, Frames, "--python");
        await disturbed.SaysAsync("the farm is up");

        await Until.TrueAsync(() => FramesIn(Pictures).Count > 0, "the first picture");
        SystemProcesses.Send(ProcessesOf("afserver")[0], Signal.Kill);
        SystemProcesses.Send(ProcessesOf("afrender")[0], Signal.Kill);
        var (end, calmEnd) = (await disturbed.EndAsync(), await undisturbed.EndAsync());

        Assert.That(end.Code, Is.Zero, end.Error);
        Assert.That(end.Error, Does.Contain("afserver died").And.Match("render[12] died"));
        Assert.That(calmEnd.Code, Is.Zero, calmEnd.Error);
        Assert.That(calmEnd.Error, Does.Not.Contain("died"));
        CheckPictures(end.Out, Pictures, (480, 270));
        CheckPictures(calmEnd.Out, Path.Combine(calm, "pictures"), (480, 270));
        foreach (var frame in FramesIn(Pictures))
            Assert.That(File.ReadAllBytes(frame), Is.EqualTo(File.ReadAllBytes(Path.Combine(calm, "pictures", "frames", Path.GetFileName(frame)))), frame);
        Assert.That(Farm.Processes(), Is.Empty, "the demo leaves no process behind");
    }

    [Test]
    public async Task The_demo_renders_a_Blender_scene_where_Blender_is()
    {
        if (!HasProgram("blender") || !HasProgram("ffmpeg") || !HasProgram("ffprobe")) Assert.Ignore("Blender, ffmpeg or ffprobe is not installed.");

        var end = await StartDemo(Data, 4).EndAsync();

        Assert.That(end.Code, Is.Zero, end.Error);
        Assert.That(end.Error, Does.Contain("the blender example"));
        var pictures = FramesIn(Pictures);
        Assert.That(pictures, Has.Count.EqualTo(4));
        Assert.That(pictures.Select(PngFile.ReadWhole), Is.All.EqualTo((320, 180)));
        Assert.That(await CountFramesAsync(Path.Combine(Pictures, "movie.mp4")), Is.EqualTo("4"));
    }

    [Test]
    public async Task An_interrupt_ends_the_demo_and_all_that_it_has_started()
    {
        var demo = StartDemo(Data, 200, "--python");
        await demo.SaysAsync("the farm is up");
        await Until.TrueAsync(() => FramesIn(Pictures).Count > 0, "the first picture");

        var (took, code) = await demo.EndByAsync(Signal.Interrupt);

        Assert.That(code, Is.EqualTo(130));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(Farm.Processes(), Is.Empty);
    }

    private RunningProgram StartDemo(string data, int frames, params string[] more) =>
        Farm.Start("demo", Programs.Demo, ["--once", "--no-install", "--frames", $"{frames}", "--data", data, "--port", $"{Ports.Free()}", .. more]);

    private static void CheckPictures(string said, string pictures, (int, int) size)
    {
        var frames = FramesIn(pictures);
        Assert.That(frames, Has.Count.EqualTo(Frames));
        Assert.That(frames.Select(PngFile.ReadWhole), Is.All.EqualTo(size));
        var movie = said.Split('\n').Single(line => line.StartsWith("movie: ", StringComparison.Ordinal))["movie: ".Length..];
        Assert.That(new FileInfo(movie).Length, Is.GreaterThan(1000));
        Assert.That(movie, Does.StartWith(pictures));
    }

    private static List<string> FramesIn(string pictures)
    {
        var folder = Path.Combine(pictures, "frames");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "frame.*.png").Order()] : [];
    }

    /// <summary>The processes of a program of the disturbed demo: they have its folder in their command lines.</summary>
    private List<int> ProcessesOf(string name) =>
        [.. Farm.Processes().Where(process => SystemProcesses.CommandLine(process) is var line && line.Contains($"{name}.dll") && line.Contains($"{Data}/"))];

    private async Task<string> CountFramesAsync(string movie)
    {
        var probe = await Farm.Start("ffprobe", "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", movie).EndAsync();
        return probe.Out.Trim();
    }

    private static bool HasProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}

using Afanasy.Model;
using AfRender.Parsing;

namespace Afanasy.Tests.Agents;

public sealed class ProgressReaderTests
{
    [TestCase("PROGRESS: 42%", 42)]
    [TestCase("  PROGRESS: 42.9 %", 42)]
    [TestCase("ALF_PROGRESS 42%", 42)]
    [TestCase("ALF_PROGRESS: 250%", 100)]
    [TestCase("the PROGRESS: 42%", 0)]
    [TestCase("42%", 0)]
    public void A_generic_command_says_its_percent(string line, int percent)
    {
        var reader = Reader("generic", 1, 1);

        reader.Read(line);

        Assert.That(reader.Seen.Percent, Is.EqualTo(percent));
    }

    [Test]
    public void A_python_script_says_its_percent_and_what_it_does()
    {
        var reader = Reader("python", 1, 1);

        reader.Read("PROGRESS: 7%");
        reader.Read("ACTIVITY: writing frame 3");

        Assert.That(reader.Seen, Is.EqualTo(new ProgressSeen(7, -1, "writing frame 3")));
    }

    [TestCase("Fra:11 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Mem:0.08M, Peak:0.08M | Scene, ViewLayer | Synchronizing object | Cube", 25, 11)]
    [TestCase("Fra:11 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Mem:0.08M, Peak:0.08M | Scene, ViewLayer | Sample 8/16", 37, 11)]
    [TestCase("Fra:13 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Remaining:00:03.10 | Mem:0.08M, Peak:0.08M | Scene, ViewLayer | Sample 16/16", 100, 13)]
    [TestCase("Fra:99 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Scene, ViewLayer | Synchronizing object | Cube", 0, -1)]
    public void Blender_says_frame_and_samples(string line, int percent, long frame)
    {
        var reader = Reader("blender", 10, 13);

        reader.Read(line);

        Assert.That((reader.Seen.Percent, reader.Seen.Frame), Is.EqualTo((percent, frame)));
    }

    [Test]
    public void A_saved_picture_ends_the_frame()
    {
        var reader = Reader("blender", 10, 13);

        reader.Read("Fra:11 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Scene, ViewLayer | Sample 4/16");
        reader.Read("Saved: '/shots/a/0011.png'");

        Assert.That(reader.Seen.Percent, Is.EqualTo(50));
    }

    [Test]
    public void Frames_on_a_grid_count_by_their_place()
    {
        var reader = new ProgressReader(Service("blender"), new FrameSpan(10, 40, 10));

        reader.Read("Fra:30 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Scene");

        Assert.That(reader.Seen.Percent, Is.EqualTo(50));
    }

    [Test]
    public void Ffmpeg_counts_pictures_and_says_the_end()
    {
        var reader = Reader("ffmpeg", 1, 48);

        reader.Read("frame=12");
        Assert.That(reader.Seen.Percent, Is.EqualTo(25));

        reader.Read("progress=continue");
        reader.Read("progress=end");
        Assert.That(reader.Seen.Percent, Is.EqualTo(100));
    }

    [Test]
    public void A_movie_of_unknown_length_is_not_called_finished_early()
    {
        var reader = Reader("ffmpeg", 1, 1);

        reader.Read("frame=12");

        Assert.That(reader.Seen, Is.EqualTo(new ProgressSeen(0, -1, "12 frames")));
    }

    [Test]
    public void Progress_does_not_go_back()
    {
        var reader = Reader("generic", 1, 1);

        reader.Read("PROGRESS: 80%");
        var changed = reader.Read("PROGRESS: 10%");

        Assert.That((changed, reader.Seen.Percent), Is.EqualTo((false, 80)));
    }

    [TestCase("Fra:99999999999999999999999999 Mem")]
    [TestCase("Fra:-9223372036854775808 Mem")]
    public void Absurd_numbers_are_survived(string line)
    {
        var reader = Reader("blender", 1, 10);

        reader.Read(line);

        Assert.That(reader.Seen.Percent, Is.Zero);
    }

    private static ProgressReader Reader(string service, long first, long last) => new(Service(service), new FrameSpan(first, last, 1));

    private static ServiceDescription Service(string name) => ServiceFiles.Read(ServiceFiles.FolderOfProgram).Services[name];
}

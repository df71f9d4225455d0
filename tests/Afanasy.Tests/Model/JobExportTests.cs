using System.Text.Json;
using Afanasy.Model;

namespace Afanasy.Tests.Model;

public sealed class JobExportTests
{
    [Test]
    public void A_job_with_frames_and_lists_reads_back_as_it_was_written()
    {
        var job = new JobDescription
        {
            Name = "shot",
            UserName = "anna",
            Blocks =
            [
                new BlockDescription { Name = "frames", Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = 10, Command = "render @#@" },
                new BlockDescription { Name = "movie", Tasks = [new TaskDescription { Name = "join", Command = "join" }] },
            ],
        };

        var written = JobJson.Write(job);
        using var document = JsonDocument.Parse(written);
        var (read, problems) = JobJson.Read(document.RootElement);

        Assert.That(problems, Is.Empty);
        Assert.That(JobJson.Write(read), Is.EqualTo(written));
    }
}

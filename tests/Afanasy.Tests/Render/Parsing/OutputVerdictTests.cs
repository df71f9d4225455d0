using Afanasy.Model;
using AfRender.Parsing;

namespace Afanasy.Tests.Agents;

public sealed class OutputVerdictTests
{
    private static readonly string[] _services = ["generic", "python", "blender", "ffmpeg"];

    [TestCase("generic", "No licenses available")]
    [TestCase("generic", "ERROR: Could not checkout license: -4")]
    [TestCase("generic", "Failed to get a Houdini license")]
    [TestCase("generic", "License error: -15")]
    [TestCase("generic", "Licensed number of users already reached (-4)")]
    [TestCase("python", "unable to check out license")]
    public void A_lack_of_licences_is_seen(string service, string line) => Assert.That(Of(service, line, 1), Is.EqualTo(RunOutcome.LicenceShortage));

    [TestCase("generic", "Out of memory")]
    [TestCase("generic", "CUDA error: Out of memory in cuMemAlloc")]
    [TestCase("generic", "terminate called after throwing an instance of 'std::bad_alloc'")]
    [TestCase("generic", "Cannot allocate memory")]
    [TestCase("generic", "MemoryError: Unable to allocate 7.45 GiB")]
    [TestCase("python", "MemoryError")]
    [TestCase("python", "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.45 TiB for an array")]
    [TestCase("python", "torch.cuda.OutOfMemoryError: CUDA out of memory.")]
    [TestCase("blender", "System is out of GPU memory")]
    [TestCase("blender", "Malloc returns null: len=8589934592 in pixels, total 8589934592")]
    [TestCase("blender", "aligned_malloc returns null: len=1 in pixels, total 1")]
    [TestCase("ffmpeg", "[libx264 @ 0x55] Cannot allocate memory")]
    public void A_lack_of_memory_is_seen(string service, string line) => Assert.That(Of(service, line, 1), Is.EqualTo(RunOutcome.OutOfMemory));

    [TestCase("blender", "Error: Cannot read file '/a.blend': No such file or directory", RunOutcome.ParserError)]
    [TestCase("blender", "Error: File format is not supported in file '/a.blend'", RunOutcome.ParserError)]
    [TestCase("blender", "Render error (Permission denied) cannot save: '/a/0001.png'", RunOutcome.ParserError)]
    [TestCase("blender", "Error: Cannot render, no camera", RunOutcome.FatalError)]
    [TestCase("ffmpeg", "Unknown encoder 'nocodec'", RunOutcome.FatalError)]
    public void Errors_count_although_the_exit_code_is_zero(string service, string line, RunOutcome outcome) =>
        Assert.That(Of(service, line, 0), Is.EqualTo(outcome));

    [TestCase("No licenses available")]
    [TestCase("Out of memory")]
    [TestCase("std::bad_alloc")]
    [TestCase("error: fatal error, failed, denied")]
    public void Ordinary_output_is_no_error_of_a_run_that_did_well(string line) =>
        Assert.That(_services.Select(service => Of(service, line, 0)), Is.All.Null);

    [TestCase("Fra:1 Mem:9.71M (Peak 9.71M) | Time:00:00.21 | Rendering 1 / 16 samples")]
    [TestCase("License: GPL 3; licenses are available at /usr/share/licenses")]
    [TestCase("Checked out a license of nuke_r")]
    [TestCase("3 textures out of 12, memory 5 MB")]
    [TestCase("raised no MemoryError")]
    public void Words_that_only_sound_alike_are_none(string line) =>
        Assert.That(_services.Select(service => Of(service, line, 1)), Is.All.Null);

    [Test]
    public void A_long_line_is_cut()
    {
        var verdict = new OutputVerdict(Service("generic"));

        verdict.Read("Out of memory " + new string('x', 10_000));

        Assert.That(verdict.Of(1)?.Line, Has.Length.EqualTo(301).And.EndsWith("x…"));
    }

    private static RunOutcome? Of(string service, string line, int exitCode)
    {
        var verdict = new OutputVerdict(Service(service));
        verdict.Read(line);
        return verdict.Of(exitCode)?.Outcome;
    }

    private static ServiceDescription Service(string name) => ServiceFiles.Read(ServiceFiles.FolderOfProgram).Services[name];
}

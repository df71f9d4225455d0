using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Engine;

public sealed class RunStartsTests
{
    private readonly RequestBench _bench = new();

    [Test]
    public void The_capacity_coefficient_stands_in_the_command()
    {
        var job = _bench.Told.Submit(Frames("a", 3) with { Command = "render @#@ -threads @AF_CAPACITY@" });

        var start = Start(job, new RunGrant { Capacity = 4000, Coefficient = 4, MemoryMegabytes = 512 });

        Assert.That(start.Command, Is.EqualTo("render 1 -threads 4"));
        Assert.That((start.Capacity, start.CapacityCoefficient, start.MemoryMegabytes), Is.EqualTo((4000, 4, 512)));
    }

    [Test]
    public void A_block_without_variable_capacity_takes_it_once() =>
        Assert.That(Start(_bench.Told.Submit(Frames("a", 3) with { Command = "@AF_CAPACITY@" }), new RunGrant { Capacity = 1000 }).Command, Is.EqualTo("1"));

    [Test]
    public void Hosts_of_a_multi_host_task_stand_in_the_command_and_in_the_environment()
    {
        var helper = _bench.Told.Join("r2");
        var job = _bench.Told.Submit(Frames("a", 3) with { Command = "mpirun -host @AF_HOSTS@", MultihostMin = 2, MultihostMax = 2 });

        var start = Start(job, new RunGrant { Capacity = 1000, Helpers = [helper.Id] });

        Assert.That((start.Command, start.Environment["AF_HOSTS"]), Is.EqualTo(("mpirun -host r1,r2", "r1,r2")));
        Assert.That(start.Hosts, Is.EqualTo(new[] { "r1", "r2" }));
    }

    [Test]
    public void Devices_that_were_given_stand_in_the_environment_whatever_the_block_says()
    {
        var job = _bench.Told.Submit(Frames("a", 3) with { Environment = new Dictionary<string, string> { ["CUDA_VISIBLE_DEVICES"] = "0,1,2,3", ["A"] = "b" } });

        var start = Start(job, new RunGrant { Capacity = 1000, Gpus = [1, 3] });

        Assert.That(start.Environment, Is.EquivalentTo(new Dictionary<string, string> { ["CUDA_VISIBLE_DEVICES"] = "1,3", ["AF_GPUS"] = "1,3", ["A"] = "b" }));
        Assert.That(start.Gpus, Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void A_task_without_grants_has_its_blocks_environment() =>
        Assert.That(Start(_bench.Told.Submit(Frames("a", 3)), new RunGrant { Capacity = 1000 }).Environment, Is.Empty);

    [Test]
    public void Every_frame_of_a_task_has_its_files()
    {
        var job = _bench.Told.Submit(Frames("a", 10) with { FramesPerTask = 3, FramesInc = 2, Files = ["out.@##@.exr", "film.mov"] });

        Assert.That(Start(job, new RunGrant()).Files, Is.EqualTo(new[] { "out.01.exr", "out.03.exr", "out.05.exr", "film.mov" }));
    }

    [Test]
    public void A_task_that_has_more_files_than_a_start_names_is_never_skipped_for_those()
    {
        var most = Start(_bench.Told.Submit(OfManyFrames(RunStarts.FilesMax, "@#@")), new RunGrant());
        var more = Start(_bench.Told.Submit(OfManyFrames(RunStarts.FilesMax + 1, "@#@")), new RunGrant());

        Assert.That((most.Files.Count, more.Files.Count), Is.EqualTo((RunStarts.FilesMax, RunStarts.FilesMax)));
        Assert.That((BlockTraits)most.BlockFlags, Is.EqualTo(BlockTraits.Numeric | BlockTraits.CheckRenderedFiles | BlockTraits.SkipExistingFiles));
        Assert.That((BlockTraits)more.BlockFlags, Is.EqualTo(BlockTraits.Numeric | BlockTraits.CheckRenderedFiles));
    }

    [Test]
    public void Names_of_files_are_bounded_in_all()
    {
        var start = Start(_bench.Told.Submit(OfManyFrames(5_000, new string('文', 1000) + "@####@")), new RunGrant());

        Assert.That(start.Files, Has.Count.EqualTo(RunStarts.FilesBytesMax / 3004));
        Assert.That((BlockTraits)start.BlockFlags & BlockTraits.SkipExistingFiles, Is.EqualTo(BlockTraits.None));
    }

    [Test]
    public void Files_of_a_listed_task_are_bounded_too()
    {
        IReadOnlyList<string> names = [.. Enumerable.Range(0, 1000).Select(number => $"@#@{number}")];
        var block = Frames("a", 1) with { Flags = BlockTraits.SkipExistingFiles, Files = names, Tasks = [new TaskDescription { Files = names }] };

        var start = Start(_bench.Told.Submit(block), new RunGrant());

        Assert.That(start.Files, Has.Count.EqualTo(RunStarts.FilesMax));
        Assert.That((BlockTraits)start.BlockFlags, Is.EqualTo(BlockTraits.None));
    }

    private static BlockDescription OfManyFrames(int frames, string file) => Frames("a", frames) with
    {
        Flags = BlockTraits.Numeric | BlockTraits.CheckRenderedFiles | BlockTraits.SkipExistingFiles,
        FramesPerTask = frames,
        Files = [file],
    };

    private Afanasy.Messages.RunStart Start(Job job, RunGrant grant)
    {
        var run = new TaskRunId(job.Id, 0, 0, 1);
        _bench.Told.Apply(new Change.RunStarted(run, Render("r1").Id) { At = Noon, Grant = grant });
        return RunStarts.Describe(_bench.Farm.Running[run]);
    }

    private Render Render(string name) => _bench.Farm.Renders.Values.FirstOrDefault(render => render.Name == name) ?? _bench.Told.Join(name);
}

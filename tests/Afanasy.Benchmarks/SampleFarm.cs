using Afanasy.Model;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Benchmarks;

/// <summary>A farm of so many jobs with so many tasks in all, and renders that are online.</summary>
internal sealed class SampleFarm
{
    private const int SlotsPerRender = 10;

    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public SampleFarm(int jobs, int tasks, int renders)
    {
        for (var job = 1; job <= jobs; job++)
        {
            Farm.Apply(new Change.JobSubmitted(new JobId(job), Describe(tasks / jobs)) { At = Noon });
            Farm.Touches.Clear();   // each turn, as the engine does: a set that has once been large is slow to clear
        }

        Solver = new Solver(Farm);
        for (var render = 1; render <= renders; render++)
        {
            var offer = new RenderOffer { Capacity = SlotsPerRender * BlockDescription.CapacityDefault };
            Farm.Apply(new Change.RenderRegistered(new RenderId(render), $"render{render}", offer) { At = Noon });
            Solver.SetOnline(Farm.Renders[new RenderId(render)], true);
        }

        Solver.RefreshAll();
        Farm.Touches.Clear();
    }

    public Farm Farm { get; } = new();

    public Solver Solver { get; }

    public static JobDescription Describe(int tasks) => new()
    {
        Name = "shot",
        UserName = "anna",
        Blocks = [new BlockDescription { Name = "frames", Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = tasks, Command = "render -f @#@" }],
    };
}

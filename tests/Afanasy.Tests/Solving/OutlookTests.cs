using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Model;
using AfServer.Solving;
using FsCheck;
using FsCheck.Fluent;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Solving;

/// <summary>The renders that fit a need are the ones that fit, best first, whatever came and went before.</summary>
public sealed class OutlookTests
{
    /// <summary>More than are walked before those that fit are listed.</summary>
    private const int Renders = 150;

    private static readonly Arbitrary<int[]> _scripts = Gen.Choose(0, 1_000_000).ArrayOf(150).ToArbitrary();

    [Test]
    public void Those_that_fit_are_found_after_any_history([Values] bool crowded) =>
        Prop.ForAll(_scripts, script => Agrees(script, crowded)).Check(Config.QuickThrowOnFailure.WithMaxTest(3));

    private static bool Agrees(int[] script, bool crowded)
    {
        var told = new TestFarm();
        var index = new RenderIndex(told.Farm);
        var filler = told.Submit(new JobDescription { Name = "filler", UserName = "u", Blocks = [Frames("a", 1000) with { Capacity = 900 }] });
        var need = told.Submit(Frames("a", 1) with { Capacity = 800, Service = "nuke" });
        var next = 0;
        for (var i = 0; i < Renders; i++)
        {
            var render = told.Join($"r{i}", capacity: 1000 + (i % 7), services: i % 3 == 0 ? ["nuke", "generic"] : []);
            if (crowded) told.Start(filler, 0, next++, render);
            index.SetOnline(render, true);
        }

        var outlook = index.Take(Need.Of(need.Blocks[0], 0));
        foreach (var number in script)
        {
            var random = new Random(number);
            var render = told.Farm.Renders.Values.ElementAt(random.Next(Renders));
            told.Now += TimeSpan.FromSeconds(1);
            switch (random.Next(6))
            {
                case 0: index.SetOnline(render, !index.IsOnline(render.Id)); break;
                case 1: Pause(told, render); index.Judge(render); break;
                case 2: outlook.Reopen(); break;
                case 3 when outlook.Fitting().FirstOrDefault().Render is null: outlook.Close(told.Now); break;
                case 4 when render.Runs.Count > 0: told.End(render.Runs[0].Id); break;
                case 5 when next < 1000: told.Start(filler, 0, next++, render); break;
                default: break;
            }

            index.Refresh(render);
            if (random.Next(3) > 0) continue;
            var fitting = told.Farm.Renders.Values.Where(other => Fit.Judge(outlook.Need, other, index.IsOnline(other.Id)) == Misfit.None)
                .Select(other => outlook.Reach.PlaceOf(other)!.Value).Order().Select(place => place.Render);   // what fits can be reached
            if (!outlook.Fitting().Select(place => place.Render).SequenceEqual(fitting)) return false;
        }

        return true;
    }

    private static void Pause(TestFarm told, Render render) =>
        told.Apply(new Change.RenderSet(render.Id, "/", render.Settings with { Paused = !render.Settings.Paused }) { At = told.Now });
}

using Afanasy.Simulation.Stage;
using AfServer.Model;

namespace Afanasy.Simulation.Checks;

/// <summary>What is reserved on renders and taken of tickets: counted anew from the runs.</summary>
internal static class HostBookCheck
{
    public static IEnumerable<string> Now(SimulatedFarm stage) => stage.Farm.Renders.Values.SelectMany(render => Of(stage, render)).Concat(stage.Farm.Pools.Values.SelectMany(pool => Of(stage, pool)));

    private static IEnumerable<string> Of(SimulatedFarm stage, Render render)
    {
        var runs = stage.Books.Runs.Values.Where(run => run.Hosts.Contains(render.Id)).ToList();
        var counted = (runs.Sum(run => run.Grant.Capacity), runs.Sum(run => run.Grant.MemoryMegabytes), runs.Sum(run => run.Grant.Cores), runs.Sum(run => run.Grant.DiskGigabytes));
        var kept = (render.CapacityUsed, render.MemoryReserved, render.CoresReserved, render.DiskReserved);
        if (kept != counted) yield return $"{render.Name} has {kept} reserved, its runs have {counted}";
        if (render.Capacity != RoomRule.CapacityOf(render)) yield return $"{render.Name} has the capacity {render.Capacity}, its levels say {RoomRule.CapacityOf(render)}";
        if ((render.MaxTasks < 0 ? int.MaxValue : render.MaxTasks) != RoomRule.SlotsOf(render)) yield return $"{render.Name} has {render.MaxTasks} slots, its levels say {RoomRule.SlotsOf(render)}";
        if (render.IsSick != stage.Books.Sick.Contains(render.Id)) yield return $"{render.Name} is {(render.IsSick ? "sick" : "well")}, and its errors say otherwise";
        var all = render.All().Select(run => run.Id).ToHashSet();
        if (!all.SetEquals(runs.Select(run => run.Id))) yield return $"{render.Name} runs {string.Join(' ', all)}, told is {string.Join(' ', runs.Select(run => run.Id))}";
        if (!render.Pool.Renders.Contains(render)) yield return $"{render.Name} is not in its pool";
    }

    private static IEnumerable<string> Of(SimulatedFarm stage, Pool pool)
    {
        var counts = new Dictionary<string, int>();
        foreach (var run in stage.Books.Runs.Values)
        {
            foreach (var host in run.Hosts.Select(host => stage.Farm.Renders[host]).Where(host => Candidate.Up(host.Pool).Contains(pool)))
            {
                foreach (var (name, count) in run.Grant.Tickets) counts[name] = counts.GetValueOrDefault(name) + count;
            }
        }

        foreach (var name in counts.Keys.Union(pool.Tickets.Keys))
        {
            var kept = pool.Tickets.TryGetValue(name, out var use) ? use.Count : 0;
            if (kept != counts.GetValueOrDefault(name)) yield return $"pool {pool.Path} counts {kept} of {name} in use, its hosts have {counts.GetValueOrDefault(name)}";
        }
    }
}

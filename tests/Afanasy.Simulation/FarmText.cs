using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Simulation;

/// <summary>Everything that a farm knows, as text: two farms that read the same are the same.</summary>
internal static class FarmText
{
    private static readonly System.Text.Json.JsonSerializerOptions _withPairs = new() { IncludeFields = true };

    public static string Of(Farm farm) => string.Join('\n', Told(farm).Concat(Derived(farm)));

    /// <summary>Where two farms differ first, or nothing.</summary>
    public static IEnumerable<string> Differences(Farm farm, Farm other)
    {
        var (mine, its) = (Of(farm).Split('\n'), Of(other).Split('\n'));
        if (mine.SequenceEqual(its)) yield break;
        var line = mine.Zip(its).TakeWhile(pair => pair.First == pair.Second).Count();
        yield return $"'{mine.ElementAtOrDefault(line)}' and not '{its.ElementAtOrDefault(line)}'";
    }

    /// <summary>What a snapshot tells. Facts that stand side by side have no order, so they are sorted.</summary>
    private static IEnumerable<string> Told(Farm farm) => farm.Describe(DateTimeOffset.UnixEpoch).Select(Text).Order(StringComparer.Ordinal);

    /// <summary>What follows from that, and is kept beside it to be found quickly.</summary>
    private static IEnumerable<string> Derived(Farm farm)
    {
        yield return $"next {farm.NextJob} {farm.NextRender}";
        yield return $"leaving {Sorted(farm.Leaving.Select(job => job.Id))}";
        yield return $"before their time {Sorted(farm.Clocks.BeforeTheirTime.Select(job => job.Id))}, mortal {Sorted(farm.Clocks.Mortal.Select(job => job.Id))}";
        yield return $"asleep {Sorted(farm.Clocks.Asleep.Select(block => block.Id))}, unforgiven {Sorted(farm.Clocks.Unforgiven.Select(block => block.Id))}";
        yield return $"timed {Sorted(farm.Clocks.Timed.Select(run => run.Id))}";
        foreach (var run in farm.Running.Values.OrderBy(run => run.Id.ToString(), StringComparer.Ordinal))
            yield return $"{run.Id} on {run.Render.Id} stops for {run.Stop} makes room at {run.PreemptedAt?.UtcTicks} passed {run.FramesPassed}";
        foreach (var user in farm.Users.Values.OrderBy(user => user.Name, StringComparer.Ordinal))
            yield return $"user {user.Name} {Of(user.Share)} jobs {Sorted(user.Jobs.Select(job => job.Id))}";
        foreach (var branch in farm.Branches.Values.OrderBy(branch => branch.Path, StringComparer.Ordinal))
            yield return $"branch {branch.Path} {Of(branch.Share)} jobs {Sorted(branch.Jobs.Select(job => job.Id))} users {Sorted(branch.Users.Values.Select(user => $"{user.User.Name} {Of(user.Share)}"))} branches {Sorted(branch.Children.Select(child => child.Path))}";
        foreach (var pool in farm.Pools.Values.OrderBy(pool => pool.Path, StringComparer.Ordinal))
            yield return $"pool {pool.Path} tickets {Sorted(pool.Tickets.Select(use => $"{use.Key}: {use.Value.Count} on {use.Value.Hosts}"))} renders {Sorted(pool.Renders.Select(render => render.Id))} pools {Sorted(pool.Children.Select(child => child.Path))}";
        foreach (var render in farm.Renders.Values.OrderBy(render => render.Id)) yield return Of(farm, render);
        foreach (var job in farm.Jobs.Values.OrderBy(job => job.Id))
        {
            foreach (var line in Of(job)) yield return line;
        }
    }

    private static string Of(Farm farm, Render render) =>
        $"{render.Id} {render.Name} {farm.FindRender(render.Name) == render} of {render.Capacity} {render.MaxTasks} {render.Power} '{render.Properties}' "
        + $"used {render.CapacityUsed} {render.MemoryReserved} {render.CoresReserved} {render.DiskReserved} gpus {string.Join(' ', Enumerable.Range(0, render.GpuCount).Select(render.GpuFree))} "
        + $"runs {Sorted(render.Runs.Select(run => run.Id))} helps {Sorted(render.Helping.Select(run => run.Id))} sick {render.IsSick}";

    private static IEnumerable<string> Of(Job job)
    {
        yield return $"{job.Id} order {job.Order} paused {job.IsPaused} early {job.IsBeforeItsTime} going {job.IsDeletionAsked} began {job.Started?.UtcTicks} done {job.Done?.UtcTicks} next {string.Join(' ', job.TryNext)}";
        yield return $"{job.Id} {job.State} of {job.User.Name} in {job.Branch.Path} {Of(job.Share)} held by {Sorted(job.HeldBy.Select(other => other.Id))} holds {Sorted(job.Holds.Select(other => other.Id))} "
            + $"listed {Sorted(job.Listed.Select(listed => $"{listed.Producer.Id} {listed.On}"))} by {Sorted(job.ListedBy.Select(other => other.Id))}";
        foreach (var block in job.Blocks)
        {
            yield return $"{block.Id} {string.Join(' ', Enum.GetValues<TaskState>().Select(block.States.Count))} waits for {Sorted(block.Edges.WaitsFor.Select(other => other.Id))} "
                + $"by frames {Sorted(block.Edges.Frames.Select(edge => $"{edge.Producer.Id}+{edge.Offset} {edge.On}"))} tasks {block.Edges.Tasks.Count} ready {string.Join(' ', block.States.ReadyInOrder())}";
            yield return $"{block.Id} sleeps until {block.SleepsUntil?.UtcTicks} times {block.Times} avoids {Sorted(block.ErrorHosts.Select(host => $"{host.Key} {host.Value.Count} {host.Value.Last.UtcTicks}"))}";
            for (var task = 0; task < block.States.Size; task++)
            {
                var known = block.Find(task);
                yield return $"{block.Id}[{task}] {block.States.Of(task)} runs {block.RunsOf(task)} now {known?.Run?.Id} errors {known?.Errors ?? 0} last {known?.LastRender} {known?.LastOutcome} memory {known?.Memory ?? 0} avoids {Sorted((known?.ErrorHosts ?? []).Select(host => $"{host.Key} {host.Value}"))}";
            }
        }
    }

    private static string Text(Change change) => change.GetType().Name + System.Text.Json.JsonSerializer.Serialize(change, change.GetType(), _withPairs);

    private static string Of(Share share) => $"runs {share.Running} capacity {share.Capacity} last {share.LastSolved} usage {share.Usage:R} at {(share.Usage > 0 ? share.UsedAt.UtcTicks : 0)} {share.Totals}";

    private static string Sorted<T>(IEnumerable<T> items) => string.Join(' ', items.Select(item => $"{item}").Order(StringComparer.Ordinal));
}

using Afanasy.Model;
using AfServer.Engine;

namespace AfServer.Gateways.Views;

/// <summary>A ticket by its name: where it is counted, how many are in use, and what waits for it.</summary>
internal sealed record TicketView
{
    /// <summary>Enough to see which renders have their own; the others are in the list of renders.</summary>
    private const int RendersMax = 100;

    public string Name { get; init; } = "";

    /// <summary>On all hosts together.</summary>
    public int InUse { get; init; }

    /// <summary>Counted for all hosts of a pool.</summary>
    public IReadOnlyList<PoolTicketView> Pools { get; init; } = [];

    /// <summary>Counted on each host of a pool.</summary>
    public IReadOnlyList<PoolHostTicketView> PoolHosts { get; init; } = [];

    /// <summary>Renders with a count of their own, the first 100.</summary>
    public IReadOnlyList<TicketRenderView> Renders { get; init; } = [];

    /// <summary>Blocks that ask for it and have tasks that wait for a render.</summary>
    public int BlocksWaiting { get; init; }

    public long TasksWaiting { get; init; }

    /// <summary>Every ticket that somebody counts, holds or waits for, by name.</summary>
    public static IReadOnlyList<TicketView> All(FarmView view)
    {
        var farm = view.Farm;
        var tickets = new SortedDictionary<string, Found>(StringComparer.Ordinal);
        foreach (var pool in farm.Pools.Values.OrderBy(pool => pool.Path, StringComparer.Ordinal))
        {
            foreach (var (name, ticket) in pool.Settings.TicketsPool) At(name).Pools.Add(PoolTicketView.Of(pool, name, ticket));
            foreach (var (name, count) in pool.Settings.TicketsHost) At(name).PoolHosts.Add(new(pool.Path, count));
        }

        foreach (var render in farm.Renders.Values.Where(render => render.Settings.TicketsHost.Count > 0).OrderBy(render => render.Name, StringComparer.Ordinal))
        {
            foreach (var (name, count) in render.Settings.TicketsHost) At(name).Renders.Add(new(render.Name, count, render.TicketsUsed(name)));
        }

        foreach (var run in farm.Running.Values)
        {
            foreach (var (name, count) in run.Grant.Tickets) At(name).InUse += count * (1 + run.Helpers.Count);
        }

        foreach (var block in farm.Jobs.Values.Where(job => job.Done is null).SelectMany(job => job.Blocks))
        {
            if (block.States.Count(TaskState.Ready) is not (> 0 and var ready)) continue;
            foreach (var name in block.Description.Tickets.Keys.Union(block.Job.Description.Limits.Keys)) At(name).Wait(ready);
        }

        return [.. tickets.Select(ticket => ticket.Value.ToView(ticket.Key))];

        Found At(string name)
        {
            if (!tickets.TryGetValue(name, out var found)) tickets.Add(name, found = new Found());
            return found;
        }
    }

    private sealed class Found
    {
        private int _blocks;
        private long _tasks;

        public List<PoolTicketView> Pools { get; } = [];

        public List<PoolHostTicketView> PoolHosts { get; } = [];

        public List<TicketRenderView> Renders { get; } = [];

        public int InUse { get; set; }

        public void Wait(int tasks)
        {
            _blocks++;
            _tasks += tasks;
        }

        public TicketView ToView(string name) => new()
        {
            Name = name,
            InUse = InUse,
            Pools = Pools,
            PoolHosts = PoolHosts,
            Renders = [.. Renders.Take(RendersMax)],
            BlocksWaiting = _blocks,
            TasksWaiting = _tasks,
        };
    }
}

internal sealed record PoolHostTicketView(string Pool, int Count);

internal sealed record TicketRenderView(string Render, int Count, int InUse);

using System.Text.Json.Nodes;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>A pool as the doors show it; what it counts is of all pools below as well.</summary>
internal sealed record PoolView
{
    private readonly PoolSettings _settings;

    public string Path { get; init; } = "";

    /// <summary>Null for the pool that every render is in at first.</summary>
    public string? Parent { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>Pools directly below.</summary>
    public int Pools { get; init; }

    public int RendersTotal { get; init; }
    public int RendersBusy { get; init; }
    public int RendersIdle { get; init; }
    public int RendersOffline { get; init; }
    public int RendersSick { get; init; }
    public int RendersPaused { get; init; }
    public int RendersNimby { get; init; }

    /// <summary>Of the renders that are connected.</summary>
    public long Capacity { get; init; }

    public long CapacityUsed { get; init; }
    public IReadOnlyList<PoolTicketView> Tickets { get; init; } = [];

    /// <summary>By the names that <c>set</c> takes; written outside the turn.</summary>
    public JsonObject Settings => SettingsJson.Write(_settings);

    private PoolView(PoolSettings settings) => _settings = settings;

    public static PoolView Of(Pool pool, FarmView view)
    {
        var renders = PoolRequests.RendersBelow(pool);
        var states = renders.CountBy(render => RenderView.StateOf(render, view)).ToDictionary();
        return new PoolView(pool.Settings)
        {
            Path = pool.Path,
            Parent = pool.Parent?.Path,
            Created = pool.Parent is null ? null : pool.Created,
            Pools = pool.Children.Count,
            RendersTotal = renders.Count,
            RendersBusy = states.GetValueOrDefault("busy"),
            RendersIdle = states.GetValueOrDefault("idle"),
            RendersOffline = states.GetValueOrDefault("offline"),
            RendersSick = renders.Count(render => render.IsSick),
            RendersPaused = renders.Count(RenderView.IsPaused),
            RendersNimby = renders.Count(render => render.Settings.NimbyAll || render.Settings.NimbyOthers),
            Capacity = renders.Where(render => view.Solver.IsOnline(render.Id)).Sum(render => (long)render.Capacity),
            CapacityUsed = renders.Sum(render => (long)render.CapacityUsed),
            Tickets = [.. pool.Settings.TicketsPool.Select(ticket => PoolTicketView.Of(pool, ticket.Key, ticket.Value))],
        };
    }
}

/// <summary>A ticket that all hosts of a pool share. A count of -1 only counts the use, and -1 hosts are any number.</summary>
internal sealed record PoolTicketView(string Name, string Pool, int Count, int MaxHosts, int InUse, int Hosts)
{
    public static PoolTicketView Of(Pool pool, string name, PoolTicket ticket)
    {
        var use = pool.Tickets.GetValueOrDefault(name);
        return new PoolTicketView(name, pool.Path, ticket.Count, ticket.MaxHosts, use?.Count ?? 0, use?.Hosts ?? 0);
    }
}

using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Model;

namespace AfServer.Gateways.Rest;

/// <summary>Branches and pools over HTTP. Paths hold slashes, so they stand in the query.</summary>
internal static class TreeEndpoints
{
    private static readonly string[] _branchSorts = ["path", "priority", "running"];
    private static readonly string[] _poolSorts = ["path", "priority", "renders"];

    public static void MapTrees(this RouteGroupBuilder api)
    {
        api.MapGet("/branches", BranchesAsync).WithSummary("List branches, a window of them; with path, the one branch").Produces<BranchList>().ProducesProblem(400).ProducesProblem(404);
        api.MapPost("/branches", (HttpContext http, Mailbox mailbox) => NodeActions.MakeAsync(http, mailbox, "branches", BranchRequests.Add)).DescribeNew("Make a branch, and those above it");
        api.MapPost("/branches/actions", ActOnBranchAsync).DescribeAction("Act on the branch with this path");
        api.MapGet("/pools", PoolsAsync).WithSummary("List pools, a window of them; with path, the one pool").Produces<PoolList>().ProducesProblem(400).ProducesProblem(404);
        api.MapPost("/pools", (HttpContext http, Mailbox mailbox) => NodeActions.MakeAsync(http, mailbox, "pools", PoolRequests.Add)).DescribeNew("Make a pool below one that is there");
        api.MapPost("/pools/actions", ActOnPoolAsync).DescribeAction("Act on the pool with this path, or on all renders below it");
        api.MapGet("/tickets", TicketsAsync).WithSummary("List tickets, a window of them").Produces<TicketList>().ProducesProblem(400);
    }

    private static RouteHandlerBuilder DescribeNew(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary)
        .Accepts<NewNodeBody>("application/json", JsonBody.AnyType).Produces<NewNodeResult>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);

    private static async Task<IResult> BranchesAsync(Mailbox mailbox, string? path, string? filter, string? sort, int? from, int? limit, CancellationToken cancel)
    {
        if (path is not null)
        {
            var found = await mailbox.ReadAsync(view => view.Farm.Branches.TryGetValue(path, out var branch) ? BranchView.Of(branch) : null, cancel);
            return found is null ? Problems.NotFound(NoBranch(path)) : Results.Json(found);
        }

        var (query, problem) = ListQuery.Read(filter, sort, from, limit, _branchSorts);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(view => Branches(view, query), cancel));
    }

    private static BranchList Branches(FarmView view, ListQuery query)
    {
        var byPath = view.Farm.Branches.Values
            .Where(branch => query.Accepts([branch.Path], key => key switch { "path" => branch.Path, "parent" => branch.Parent?.Path ?? "", _ => null }))
            .OrderBy(branch => branch.Path, StringComparer.Ordinal);
        var (rows, total) = query.Cut(query.SortWord switch
        {
            "priority" => byPath.OrderBy(branch => branch.Settings.Priority),
            "running" => byPath.OrderBy(branch => branch.Share.Running),
            _ => byPath,
        });
        return new BranchList([.. rows.Select(BranchView.Of)], total, view.Sequence);
    }

    private static Task<IResult> ActOnBranchAsync(HttpContext http, Mailbox mailbox, string path) => NodeActions.ActAsync(
        http, mailbox, (view, action, asker) => view.Farm.Branches.TryGetValue(path, out var branch) ? BranchRequests.Act(view, branch, action, asker) : null, NoBranch(path));

    private static async Task<IResult> PoolsAsync(Mailbox mailbox, string? path, string? filter, string? sort, int? from, int? limit, CancellationToken cancel)
    {
        if (path is not null)
        {
            var found = await mailbox.ReadAsync(view => view.Farm.Pools.TryGetValue(path, out var pool) ? PoolView.Of(pool, view) : null, cancel);
            return found is null ? Problems.NotFound(NoPool(path)) : Results.Json(found);
        }

        var (query, problem) = ListQuery.Read(filter, sort, from, limit, _poolSorts);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(view => Pools(view, query), cancel));
    }

    private static PoolList Pools(FarmView view, ListQuery query)
    {
        var byPath = view.Farm.Pools.Values
            .Where(pool => query.Accepts([pool.Path], key => key switch { "path" => pool.Path, "parent" => pool.Parent?.Path ?? "", _ => null }))
            .OrderBy(pool => pool.Path, StringComparer.Ordinal);
        var (rows, total) = query.Cut(query.SortWord switch
        {
            "priority" => byPath.OrderBy(pool => pool.Settings.Priority),
            "renders" => byPath.OrderBy(pool => pool.Renders.Count),
            _ => byPath,
        });
        return new PoolList([.. rows.Select(pool => PoolView.Of(pool, view))], total, view.Sequence);
    }

    private static Task<IResult> ActOnPoolAsync(HttpContext http, Mailbox mailbox, string path) => NodeActions.ActAsync(
        http, mailbox, (view, action, asker) => view.Farm.Pools.TryGetValue(path, out var pool) ? PoolRequests.Act(view, pool, action, asker) : null, NoPool(path));

    private static async Task<IResult> TicketsAsync(Mailbox mailbox, string? filter, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(filter, null, from, limit, []);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(
            view =>
            {
                var (rows, total) = query.Cut(TicketView.All(view).Where(ticket => query.Accepts([ticket.Name], key => key == "name" ? ticket.Name : null)));
                return new TicketList(rows, total, view.Sequence);
            },
            cancel));
    }

    private static string NoBranch(string path) => $"There is no branch '{path}'.";

    private static string NoPool(string path) => $"There is no pool '{path}'.";
}

internal sealed record BranchList(IReadOnlyList<BranchView> Branches, int Total, long Sequence);

internal sealed record PoolList(IReadOnlyList<PoolView> Pools, int Total, long Sequence);

internal sealed record TicketList(IReadOnlyList<TicketView> Tickets, int Total, long Sequence);

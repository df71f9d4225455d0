using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Model;

namespace AfServer.Gateways.Rest;

/// <summary>Renders over HTTP.</summary>
internal static class RenderEndpoints
{
    private static readonly string[] _sorts = ["id", "name", "state", "capacity", "pool", "priority"];

    public static void MapRenders(this RouteGroupBuilder api)
    {
        api.MapGet("/renders", ListAsync).WithSummary("List renders, a window of them").Produces<RenderList>().ProducesProblem(400);
        api.MapGet("/renders/{key}", GetAsync).WithSummary("One render, by id or name, with its settings, tickets and devices").Produces<RenderView>().ProducesProblem(404);
        api.MapPost("/renders/{key}/actions", ActAsync).DescribeAction("Act on a render");
        api.MapDelete("/renders/{key}", DeleteAsync).WithSummary("Forget a render that is offline").Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    public static Render? Find(Farm farm, string key) =>
        farm.FindRender(key) ?? (int.TryParse(key, out var id) ? farm.Renders.GetValueOrDefault(new RenderId(id)) : null);

    private static async Task<IResult> ListAsync(Mailbox mailbox, string? filter, string? sort, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(filter, sort, from, limit, _sorts);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(view => List(view, query), cancel));
    }

    private static RenderList List(FarmView view, ListQuery query)
    {
        var matching = view.Farm.Renders.Values.Where(render => query.Filter.Length == 0 || query.Accepts(
            [render.Name, render.Offer.HostName],
            key => key switch
            {
                "state" => RenderView.StateOf(render, view),
                "name" => render.Name,
                "pool" => render.Pool.Path,
                "user" => render.Settings.UserName,
                "sick" => render.IsSick ? "true" : "false",
                "paused" => RenderView.IsPaused(render) ? "true" : "false",
                _ => null,
            }));
        var byName = matching.OrderBy(render => render.Name, StringComparer.OrdinalIgnoreCase);
        var (rows, total) = query.Cut(query.SortWord switch
        {
            "id" => matching.OrderBy(render => render.Id),
            "state" => byName.OrderBy(render => RenderView.StateOf(render, view)),
            "capacity" => byName.OrderBy(render => render.Capacity),
            "pool" => byName.OrderBy(render => render.Pool.Path, StringComparer.Ordinal),
            "priority" => byName.OrderBy(render => render.Settings.Priority),
            _ => byName,
        });
        return new RenderList([.. rows.Select(render => RenderView.Of(render, view))], total, view.Sequence);
    }

    private static async Task<IResult> GetAsync(Mailbox mailbox, string key, CancellationToken cancel)
    {
        var found = await mailbox.ReadAsync(view => Find(view.Farm, key) is { } render ? RenderDetail.Of(render, view) : null, cancel);
        return found is null ? Problems.NoRender(key) : Results.Json(found.ToJson());
    }

    private static Task<IResult> ActAsync(HttpContext http, Mailbox mailbox, string key) => NodeActions.ActAsync(
        http, mailbox, (view, action, asker) => Find(view.Farm, key) is { } render ? RenderSettingsRequests.Act(view, render, action, asker) : null, Problems.RenderMissing(key));

    private static async Task<IResult> DeleteAsync(HttpContext http, Mailbox mailbox, string key, string? user_name, string? host_name)
    {
        var asker = new Asker(user_name ?? "", host_name ?? http.Connection.RemoteIpAddress?.ToString() ?? "");
        var answer = await mailbox.AskAsync(
            view => (Find(view.Farm, key) is { } render ? RenderSettingsRequests.Act(view, render, new NodeAction("delete"), asker) : null).OrNothing(), CancellationToken.None);
        return answer is null ? Problems.NoRender(key) : Problems.Of(answer) ?? Results.NoContent();
    }
}

internal sealed record RenderList(IReadOnlyList<RenderView> Renders, int Total, long Sequence);

using Afanasy.Model;
using AfServer.Engine;
using AfServer.Gateways.Views;
using AfServer.Journaling;
using AfServer.Model;
using AfServer.Solving;

namespace AfServer.Gateways.Rest;

/// <summary>Renders, users and services over HTTP.</summary>
internal static class FarmEndpoints
{
    private static readonly string[] _renderSorts = ["id", "name", "state", "capacity"];

    public static void MapFarm(this RouteGroupBuilder api)
    {
        api.MapGet("/renders", RendersAsync).WithSummary("List renders, a window of them").Produces<RenderList>().ProducesProblem(400);
        api.MapGet("/renders/{key}", RenderAsync).WithSummary("One render, by id or name").Produces<RenderView>().ProducesProblem(404);
        api.MapDelete("/renders/{key}", DeleteRenderAsync).WithSummary("Forget a render that is offline").Produces(204).ProducesProblem(404).ProducesProblem(409);
        api.MapGet("/users", UsersAsync).WithSummary("List users").Produces<UserList>();
        api.MapGet("/services", ServicesAsync).WithSummary("List services").Produces<ServiceList>();
    }

    private static async Task<IResult> RendersAsync(Mailbox mailbox, string? filter, string? sort, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(filter, sort, from, limit, _renderSorts);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(view => Renders(view, query), cancel));
    }

    private static RenderList Renders(FarmView view, ListQuery query)
    {
        var matching = view.Farm.Renders.Values.Where(render => query.Filter.Length == 0 || query.Accepts(
            [render.Name, render.Offer.HostName],
            key => key switch
            {
                "state" => RenderView.StateOf(render, view),
                "name" => render.Name,
                _ => null,
            }));
        var ordered = query.SortWord switch
        {
            "id" => matching.OrderBy(render => render.Id),
            "state" => matching.OrderBy(render => RenderView.StateOf(render, view)).ThenBy(render => render.Name, StringComparer.OrdinalIgnoreCase),
            "capacity" => matching.OrderBy(render => render.Offer.Capacity).ThenBy(render => render.Name, StringComparer.OrdinalIgnoreCase),
            _ => matching.OrderBy(render => render.Name, StringComparer.OrdinalIgnoreCase),
        };
        var all = (query.IsReversed ? ordered.Reverse() : ordered).ToList();
        return new RenderList([.. all.Skip(query.From).Take(query.Limit).Select(render => RenderView.Of(render, view))], all.Count, view.Sequence);
    }

    private static async Task<IResult> RenderAsync(Mailbox mailbox, string key, CancellationToken cancel)
    {
        var found = await mailbox.ReadAsync(view => Find(view.Farm, key) is { } render ? RenderView.Of(render, view) : null, cancel);
        return found is null ? NoRender(key) : Results.Json(found);
    }

    private static async Task<IResult> DeleteRenderAsync(HttpContext http, Mailbox mailbox, string key)
    {
        var host = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var answer = await mailbox.AskAsync(
            view => Find(view.Farm, key) is { } render
                ? RenderRequests.Delete(view, render, new UserAction(view.Now, "", host, "delete", render.Id.ToString(), render.Name))
                : new Decision<string?>("?"),
            CancellationToken.None);
        return answer switch { null => Results.NoContent(), "?" => NoRender(key), _ => Problems.Conflict(answer) };
    }

    private static async Task<IResult> UsersAsync(Mailbox mailbox, CancellationToken cancel) => Results.Json(await mailbox.ReadAsync(
        view =>
        {
            var jobs = view.Farm.Jobs.Values.ToLookup(job => job.Description.UserName);
            var users = view.Farm.Users.Values.OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase).Take(ListQuery.LimitMax).Select(user => new UserView(
                user.Name, jobs[user.Name].Count(), jobs[user.Name].Count(job => job.RunningTasks > 0), jobs[user.Name].Sum(job => job.RunningTasks), user.Registered));
            return new UserList([.. users], view.Farm.Users.Count, view.Sequence);
        },
        cancel));

    private static async Task<IResult> ServicesAsync(Mailbox mailbox, CancellationToken cancel) => Results.Json(await mailbox.ReadAsync(Services, cancel));

    private static ServiceList Services(FarmView view)
    {
        var blocks = view.Farm.Jobs.Values.SelectMany(job => job.Blocks).ToLookup(block => block.Description.Service);
        var names = view.Farm.Renders.Values.SelectMany(render => render.Offer.Services).Concat(blocks.Select(group => group.Key)).Distinct().Order(StringComparer.Ordinal).ToList();
        var services = names.Take(ListQuery.LimitMax).Select(name =>
        {
            var offering = view.Farm.Renders.Values.Where(render => render.Offers(name)).ToList();
            return new ServiceView(
                name, offering.Count, offering.Count(render => view.Solver.IsOnline(render.Id)),
                blocks[name].Sum(block => (long)block.States.Count(TaskState.Running)), blocks[name].Sum(block => (long)block.States.Count(TaskState.Ready)));
        });
        return new ServiceList([.. services], names.Count, view.Sequence);
    }

    private static Render? Find(Farm farm, string key) =>
        farm.FindRender(key) ?? (int.TryParse(key, out var id) ? farm.Renders.GetValueOrDefault(new RenderId(id)) : null);

    private static IResult NoRender(string key) => Problems.NotFound($"There is no render '{key}'.");
}

internal sealed record RenderList(IReadOnlyList<RenderView> Renders, int Total, long Sequence);

internal sealed record UserView(string Name, int JobsTotal, int JobsRunning, int TasksRunning, DateTimeOffset Registered);

internal sealed record UserList(IReadOnlyList<UserView> Users, int Total, long Sequence);

internal sealed record ServiceView(string Name, int Renders, int RendersOnline, long TasksRunning, long TasksReady);

internal sealed record ServiceList(IReadOnlyList<ServiceView> Services, int Total, long Sequence);

using AfServer.Engine;
using AfServer.Gateways.Views;

namespace AfServer.Gateways.Rest;

/// <summary>Users over HTTP.</summary>
internal static class UserEndpoints
{
    private static readonly string[] _sorts = ["name", "priority", "jobs", "running"];

    public static void MapUsers(this RouteGroupBuilder api)
    {
        api.MapGet("/users", ListAsync).WithSummary("List users, a window of them").Produces<UserList>().ProducesProblem(400);
        api.MapGet("/users/{name}", GetAsync).WithSummary("One user").Produces<UserView>().ProducesProblem(404);
        api.MapPost("/users/{name}/actions", ActAsync).DescribeAction("Act on a user, or order the user's jobs");
    }

    private static async Task<IResult> ListAsync(Mailbox mailbox, string? filter, string? sort, int? from, int? limit, CancellationToken cancel)
    {
        var (query, problem) = ListQuery.Read(filter, sort, from, limit, _sorts);
        if (query is null) return problem!;   // one of the two is there
        return Results.Json(await mailbox.ReadAsync(view => List(view, query), cancel));
    }

    private static UserList List(FarmView view, ListQuery query)
    {
        var byName = view.Farm.Users.Values
            .Where(user => query.Accepts([user.Name], key => key == "name" ? user.Name : null))
            .OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase);
        var (rows, total) = query.Cut(query.SortWord switch
        {
            "priority" => byName.OrderBy(user => user.Settings.Priority),
            "jobs" => byName.OrderBy(user => user.Jobs.Count),
            "running" => byName.OrderBy(user => user.Share.Running),
            _ => byName,
        });
        return new UserList([.. rows.Select(UserView.Of)], total, view.Sequence);
    }

    private static async Task<IResult> GetAsync(Mailbox mailbox, string name, CancellationToken cancel)
    {
        var found = await mailbox.ReadAsync(view => view.Farm.Users.TryGetValue(name, out var user) ? UserView.Of(user) : null, cancel);
        return found is null ? Problems.NotFound(Missing(name)) : Results.Json(found);
    }

    private static Task<IResult> ActAsync(HttpContext http, Mailbox mailbox, string name) => NodeActions.ActAsync(
        http, mailbox, (view, action, asker) => view.Farm.Users.TryGetValue(name, out var user) ? UserRequests.Act(view, user, action, asker) : null, Missing(name));

    private static string Missing(string name) => $"There is no user '{name}'.";
}

internal sealed record UserList(IReadOnlyList<UserView> Users, int Total, long Sequence);

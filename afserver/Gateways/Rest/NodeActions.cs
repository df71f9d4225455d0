using System.Text.Json;
using Afanasy.Model;
using AfServer.Engine;

namespace AfServer.Gateways.Rest;

/// <summary>Actions on renders, users, branches and pools: all of them are read, asked and answered alike.</summary>
internal static class NodeActions
{
    public static RouteHandlerBuilder DescribeAction(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary)
        .Accepts<NodeBody>("application/json", JsonBody.AnyType).Produces<NodeResult>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    /// <summary><paramref name="decide"/> answers null when what the action is for is not there; <paramref name="missing"/> says so.</summary>
    public static async Task<IResult> ActAsync(HttpContext http, Mailbox mailbox, Func<FarmView, NodeAction, Asker, Decision<ActionAnswer>?> decide, string missing)
    {
        var (document, refusal) = await JsonBody.ReadAsync(http);
        if (document is null) return refusal;
        using (document)   // params are read within the turn
        {
            var problems = new List<FieldProblem>();
            var (action, asker) = NodeBody.Read(document.RootElement, problems);
            if (problems.Count > 0) return Problems.Fields(problems);
            var answer = await mailbox.AskAsync(view => decide(view, action, asker).OrNothing(), CancellationToken.None);
            if (answer is null) return Problems.NotFound(missing);
            return Problems.Of(answer) ?? Results.Json(new NodeResult(action.Operation, answer.Changed, answer.Detail));
        }
    }

    /// <summary>Makes a branch or a pool.</summary>
    public static async Task<IResult> MakeAsync(HttpContext http, Mailbox mailbox, string list, Func<FarmView, string, NodeAction, Asker, Decision<ActionAnswer>> decide)
    {
        var (document, refusal) = await JsonBody.ReadAsync(http);
        if (document is null) return refusal;
        using (document)
        {
            var problems = new List<FieldProblem>();
            var (path, action, asker) = NewNodeBody.Read(document.RootElement, problems);
            if (problems.Count > 0) return Problems.Fields(problems);
            var answer = await mailbox.AskAsync(view => decide(view, path, action, asker), CancellationToken.None);
            return Problems.Of(answer) ?? Results.Created($"/api/v1/{list}?path={Uri.EscapeDataString(path)}", new NewNodeResult(path, answer.Changed, answer.Detail));
        }
    }

    /// <summary>A decision that need not be there, as one whose answer need not be there.</summary>
    public static Decision<ActionAnswer?> OrNothing(this Decision<ActionAnswer>? decision) => decision is null
        ? new Decision<ActionAnswer?>((ActionAnswer?)null)
        : new(decision.Answer) { Changes = decision.Changes, Action = decision.Action, Then = decision.Then };
}

/// <summary>The body of an action on a render, a user, a branch or a pool.</summary>
internal sealed record NodeBody(string Operation, JsonElement? Params, string? UserName, string? HostName)
{
    public static (NodeAction Action, Asker Asker) Read(JsonElement root, List<FieldProblem> problems)
    {
        var fields = new FieldReader(root, "", problems);
        var word = fields.Text("operation", required: true);
        var parameters = Given(fields, root);
        var asker = new Asker(fields.Text("user_name"), fields.Text("host_name"));
        fields.RefuseUnknown();
        return (new NodeAction(word, parameters), asker);
    }

    /// <summary>The object of params as it was sent; undefined when there is none. What stands in it is the request's to judge.</summary>
    public static JsonElement Given(FieldReader fields, JsonElement root) =>
        fields.Has("params") && fields.Object("params").IsObject ? root.GetProperty("params") : default;
}

/// <summary>The body that makes a branch or a pool: its path, and what of its settings is not the default.</summary>
internal sealed record NewNodeBody(string Path, JsonElement? Params, string? UserName, string? HostName)
{
    /// <summary>The word in the audit.</summary>
    private const string Operation = "add";

    public static (string Path, NodeAction Action, Asker Asker) Read(JsonElement root, List<FieldProblem> problems)
    {
        var fields = new FieldReader(root, "", problems);
        var path = fields.Text("path", required: true);
        var parameters = NodeBody.Given(fields, root);
        var asker = new Asker(fields.Text("user_name"), fields.Text("host_name"));
        fields.RefuseUnknown();
        return (path, new NodeAction(Operation, parameters), asker);
    }
}

internal sealed record NodeResult(string Operation, int Changed, string Detail);

internal sealed record NewNodeResult(string Path, int Changed, string Detail);

using System.Text.Json;
using Afanasy.Model;
using AfServer.Engine;

namespace AfServer.Gateways.Rest;

/// <summary>The body of an action; blocks or tasks that are not named are all of them.</summary>
internal sealed record ActionBody(string Operation, int[]? Blocks, int[]? Tasks, ActionParams? Params, string? UserName, string? HostName)
{
    /// <summary>Each is looked up within a turn; whole blocks need no list.</summary>
    private const int NumbersMax = 100_000;

    public static (JobAction Action, Asker Asker) Read(JsonElement root, List<FieldProblem> problems)
    {
        var fields = new FieldReader(root, "", problems);
        var word = fields.Text("operation", required: true);
        var blocks = fields.Wholes("blocks");
        var tasks = fields.Wholes("tasks");
        var asker = new Asker(fields.Text("user_name"), fields.Text("host_name"));
        _ = fields.Object("params");
        fields.RefuseUnknown();

        if (blocks.Count > NumbersMax) fields.Problem("blocks", $"must name at most {NumbersMax} blocks, names {blocks.Count}");
        if (tasks.Count > NumbersMax) fields.Problem("tasks", $"must name at most {NumbersMax} tasks, names {tasks.Count}; leave tasks out for all of a block");

        var operation = Enum.GetValues<JobOperation>().Where(known => known.Word() == word).Cast<JobOperation?>().FirstOrDefault();
        if (operation is null && fields.Has("operation")) problems.Add(new("operation", $"must be one of {string.Join(", ", Enum.GetValues<JobOperation>().Select(known => known.Word()))}, was '{word}'"));
        var members = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("params", out var found) ? found : default;
        return (new JobAction(operation ?? JobOperation.Set) { Blocks = blocks, Tasks = tasks, Params = members }, asker);
    }
}

internal sealed record ActionParams(int? Priority);

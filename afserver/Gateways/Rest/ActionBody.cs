using System.Text.Json;
using Afanasy.Model;
using AfServer.Engine;

namespace AfServer.Gateways.Rest;

/// <summary>The body of an action on a job; blocks or tasks that are not named are all of them.</summary>
internal sealed record ActionBody(
    string Operation, int[]? Blocks, string? BlockMask, int[]? Tasks, bool? AffectDepends, JsonElement? Params, string? UserName, string? HostName)
{
    /// <summary>Each is looked up within a turn; whole blocks need no list.</summary>
    private const int NumbersMax = 100_000;

    public static (JobAction Action, Asker Asker) Read(JsonElement root, List<FieldProblem> problems)
    {
        var fields = new FieldReader(root, "", problems);
        var word = fields.Text("operation", required: true);
        var blocks = fields.Wholes("blocks");
        var mask = fields.Text("block_mask");
        var tasks = fields.Wholes("tasks");
        var affectDepends = fields.Flag("affect_depends");
        var parameters = NodeBody.Given(fields, root);
        var asker = new Asker(fields.Text("user_name"), fields.Text("host_name"));
        fields.RefuseUnknown();

        if (blocks.Count > NumbersMax) fields.Problem("blocks", $"must name at most {NumbersMax} blocks, names {blocks.Count}");
        if (tasks.Count > NumbersMax) fields.Problem("tasks", $"must name at most {NumbersMax} tasks, names {tasks.Count}; leave tasks out for all of a block");
        if (blocks.Count > 0 && mask.Length > 0) fields.Problem("block_mask", "cannot stand beside blocks: name the blocks one way");
        if (!JobOperationNames.TryParse(word, out var operation) && fields.Has("operation") && root.GetProperty("operation").ValueKind == JsonValueKind.String)
            fields.Problem("operation", $"must be one of {string.Join(", ", Enum.GetValues<JobOperation>().Select(known => known.Word()))}, was '{word}'");
        return (new JobAction(operation) { Blocks = blocks, BlockMask = mask, Tasks = tasks, AffectDepends = affectDepends, Params = parameters }, asker);
    }
}

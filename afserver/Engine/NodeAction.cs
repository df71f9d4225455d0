using System.Text.Json;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>
/// What somebody asks of a render, a pool, a branch or a user: the operation's word, and its members; those of <c>set</c> are the
/// settings.
/// </summary>
internal sealed record NodeAction(string Operation, JsonElement Parameters = default)
{
    public const string Set = "set";

    /// <summary>Where members stand in what was sent.</summary>
    public const string FieldPath = "params";

    private static readonly JsonElement _nothing = JsonDocument.Parse("{}").RootElement;

    /// <summary>Reads the members; an operation without any has none.</summary>
    public FieldReader Read(List<FieldProblem> problems) => new(Members, FieldPath, problems);

    public JsonElement Members => Parameters.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? _nothing : Parameters;
}

/// <summary>The answers to operations on renders, pools, branches and users.</summary>
internal static class Answers
{
    /// <summary>It is done: so many things have changed, and this is said to who asked and kept for the audit.</summary>
    public static Decision<ActionAnswer> Done(
        FarmView view, Asker asker, NodeAction action, string target, int changed, string detail, IReadOnlyList<Change> changes, Action? then = null) =>
        new(new ActionAnswer(changed, detail, []))
        {
            Changes = changes,
            Action = new UserAction(view.Now, asker.UserName, asker.HostName, action.Operation, target, detail),
            Then = then,
        };

    public static Decision<ActionAnswer> Unknown(NodeAction action, IEnumerable<string> words) =>
        ActionAnswer.Refuse("operation", $"must be one of {string.Join(", ", words)}, was '{action.Operation}'");

    public static string Counted(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}

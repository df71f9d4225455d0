using System.Text.Json;
using System.Text.Json.Nodes;
using Afanasy.Model;

namespace Afanasy.Tests.Model;

/// <summary>When a member may be said.</summary>
internal enum Given
{
    AtSubmission,
    AtAnyTime,
}

/// <summary>One row of a table of attributes: its name, a value that is not the usual one, and when it may be said.</summary>
internal sealed record AttributeRow(string Name, string Value, Given Given)
{
    /// <summary>What no attribute can be.</summary>
    public string Mistyped => JsonDocument.Parse(Value).RootElement.ValueKind == JsonValueKind.Object ? "[[]]" : "{\"x\":[]}";

    public override string ToString() => Name;

    public static IEnumerable<TestCaseData> Cases(IEnumerable<AttributeRow> rows) =>
        rows.Select(row => new TestCaseData(row.Name, row.Value, row.Mistyped).SetName("{m}: " + row.Name));

    public static JsonElement Parsed(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>An object without a value for one of its members.</summary>
    public static string Without(string json, string name)
    {
        var copy = JsonNode.Parse(json)!.AsObject();   // the texts here are objects
        copy.Remove(name);
        return copy.ToJsonString();
    }

    public static string Member(string json, string name) => JsonNode.Parse(json)?[name]?.ToJsonString() ?? "absent";

    public static string Compact(string json) => JsonNode.Parse(json)?.ToJsonString() ?? "null";

    public static IEnumerable<string> MembersOf(string json) => JsonNode.Parse(json)!.AsObject().Select(member => member.Key);   // an object

    public static IEnumerable<string> Texts(IEnumerable<FieldProblem> problems) => problems.Select(problem => problem.ToString());
}

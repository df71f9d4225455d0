using System.Text.Json.Nodes;

namespace Afanasy.Tests.Solving;

/// <summary>What a line of a case says of one thing: its name, bare words, and attributes by the names that every door uses.</summary>
internal sealed class Attributes
{
    private readonly JsonObject _members = [];

    public Attributes(string text)
    {
        var words = SolvingCase.Words(text);
        foreach (var word in words)
        {
            if (word.IndexOf('=') is > 0 and var cut) _members[word[..cut]] = ValueOf(word[(cut + 1)..]);
            else if (Name.Length == 0) Name = word;
            else Bare.Add(word);
        }
    }

    public string Name { get; } = "";

    public List<string> Bare { get; } = [];

    public JsonObject Members => _members;

    public bool IsEmpty => _members.Count == 0;

    /// <summary>Takes out a member that is not of the contract.</summary>
    public T Take<T>(string name, T absent)
    {
        if (!_members.Remove(name, out var value)) return absent;
        return value is null ? absent : value.GetValue<T>();
    }

    public IReadOnlyList<T> TakeList<T>(string name)
    {
        if (!_members.Remove(name, out var value)) return [];
        return value is JsonArray list ? [.. list.Select(item => item!.GetValue<T>())] : [value!.GetValue<T>()];   // written in the case, never null
    }

    private static JsonNode? ValueOf(string text)
    {
        if (text.Length > 0 && (text[0] is '{' or '[' or '"' || text is "true" or "false" or "null" || decimal.TryParse(text, out _))) return JsonNode.Parse(text);
        return JsonValue.Create(text);
    }
}

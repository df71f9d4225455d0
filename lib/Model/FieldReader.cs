using System.Text.Json;
using Afanasy.Settings;

namespace Afanasy.Model;

/// <summary>One thing that is wrong with what somebody sent: the path of the field, and what is wrong with it.</summary>
public sealed record FieldProblem(string Path, string Text)
{
    public override string ToString() => Path.Length == 0 ? Text : $"{Path}: {Text}";
}

/// <summary>Takes the members of a JSON object one by one and notes a problem, with its path, for each that is not what it should be.</summary>
public sealed class FieldReader
{
    /// <summary>More are not worth reading, and an answer must not grow with what was sent.</summary>
    private const int ProblemsMax = 100;

    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly HashSet<string> _known = [];
    private readonly string _path;
    private readonly List<FieldProblem> _problems;

    public FieldReader(JsonElement element, string path, List<FieldProblem> problems)
    {
        _path = path;
        _problems = problems;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Problem("", $"must be an object, was {KindWord(element)}");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value)) Problem(member.Name, "stands here twice");
        }
    }

    public bool Has(string name) => _members.ContainsKey(name);

    public string Text(string name, string absent = "", bool required = false)
    {
        if (!TryTake(name, required, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.String) return value.GetString() ?? absent;
        return Mistyped(name, "a text", value, absent);
    }

    public bool Flag(string name)
    {
        if (!TryTake(name, false, out var value)) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        return Mistyped(name, "true or false", value, false);
    }

    public int Whole(string name, int absent)
    {
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole)) return whole;
        return Mistyped(name, "a whole number", value, absent);
    }

    public long Long(string name, long absent)
    {
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole)) return whole;
        return Mistyped(name, "a whole number", value, absent);
    }

    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var (item, path) in Items(name, required: false))
        {
            if (item.ValueKind == JsonValueKind.String) texts.Add(item.GetString() ?? "");
            else Add(path, $"must be a text, was {KindWord(item)}");
        }

        return texts;
    }

    public IReadOnlyList<int> Wholes(string name)
    {
        var numbers = new List<int>();
        foreach (var (item, path) in Items(name, required: false))
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number)) numbers.Add(number);
            else Add(path, $"must be a whole number, was {KindWord(item)}");
        }

        return numbers;
    }

    public IReadOnlyDictionary<string, string> TextMap(string name)
    {
        var map = new Dictionary<string, string>();
        if (!TryTake(name, false, out var value)) return map;
        if (value.ValueKind != JsonValueKind.Object) return Mistyped(name, "an object of texts", value, map);
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String) map[member.Name] = member.Value.GetString() ?? "";
            else Problem($"{name}.{member.Name}", $"must be a text, was {KindWord(member.Value)}");
        }

        return map;
    }

    public IEnumerable<FieldReader> Objects(string name, bool required)
    {
        foreach (var (item, path) in Items(name, required))
            yield return new FieldReader(item, path, _problems);
    }

    public FieldReader Object(string name)
    {
        var present = TryTake(name, false, out var value);
        return new FieldReader(present ? value : JsonSerializer.SerializeToElement(new { }), PathOf(name), _problems);
    }

    /// <summary>Call last: every member that nobody asked for is a problem.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in _members.Keys.Where(name => !_known.Contains(name)))
            Problem(name, NearestName.Of(name, _known) is { } near ? $"unknown field; did you mean {near}?" : "unknown field");
    }

    public void Problem(string name, string text) => Add(PathOf(name), text);

    private IEnumerable<(JsonElement Item, string Path)> Items(string name, bool required)
    {
        if (!TryTake(name, required, out var value)) yield break;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Mistyped(name, "a list", value, 0);
            yield break;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray()) yield return (item, $"{PathOf(name)}[{index++}]");
    }

    private bool TryTake(string name, bool required, out JsonElement value)
    {
        _known.Add(name);
        if (_members.TryGetValue(name, out value)) return true;
        if (required) Problem(name, "is missing");
        return false;
    }

    private T Mistyped<T>(string name, string wanted, JsonElement value, T absent)
    {
        Problem(name, $"must be {wanted}, was {KindWord(value)}");
        return absent;
    }

    private void Add(string path, string text)
    {
        if (_problems.Count < ProblemsMax) _problems.Add(new FieldProblem(path, text));
    }

    private string PathOf(string name) =>
        name.Length == 0 ? _path : _path.Length == 0 ? name : $"{_path}.{name}";

    private static string KindWord(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Shortened(value.GetString() ?? "")}\"",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => Shortened(value.GetRawText()),
    };

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..37] + "...";
}

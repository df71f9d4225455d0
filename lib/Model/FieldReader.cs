using System.Text.Json;

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
    public const int ProblemsMax = 100;

    private const string BrokenText = "holds half of a surrogate pair, which is no text";

    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly HashSet<string> _known = [];
    private readonly string _path;
    private readonly List<FieldProblem> _problems;

    public FieldReader(JsonElement element, string path, List<FieldProblem> problems)
    {
        _path = path;
        _problems = problems;
        IsObject = element.ValueKind == JsonValueKind.Object;
        if (!IsObject)
        {
            Problem("", $"must be an object, was {KindWord(element)}");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (NameOf(member) is not { } name) Problem("", $"a field name {BrokenText}");
            else if (!_members.TryAdd(name, member.Value)) Problem(name, "stands here twice");
        }
    }

    /// <summary>False when there is something else than an object, which is a problem already.</summary>
    public bool IsObject { get; }

    public bool Has(string name) => _members.ContainsKey(name);

    public string Text(string name, string absent = "", bool required = false)
    {
        if (!TryTake(name, required, out var value)) return absent;
        return TextOf(value, PathOf(name)) ?? absent;
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
        return Mistyped(name, WholeNumber(value, int.MaxValue), value, absent);
    }

    public long Long(string name, long absent)
    {
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole)) return whole;
        return Mistyped(name, WholeNumber(value, long.MaxValue), value, absent);
    }

    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var (item, path) in Items(name, required: false))
        {
            if (TextOf(item, path) is { } text) texts.Add(text);
        }

        return texts;
    }

    public IReadOnlyList<int> Wholes(string name)
    {
        var numbers = new List<int>();
        foreach (var (item, path) in Items(name, required: false))
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number)) numbers.Add(number);
            else Add(path, $"must be {WholeNumber(item, int.MaxValue)}, was {KindWord(item)}");
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
            if (NameOf(member) is not { } key) Problem(name, $"a name in it {BrokenText}");
            else if (TextOf(member.Value, PathOf($"{name}.{key}")) is { } text && !map.TryAdd(key, text)) Problem($"{name}.{key}", "stands here twice");
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
            Problem(name, NearNames.Nearest(name, _known) is { } near ? $"unknown field; did you mean {near}?" : "unknown field");
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
        if (required && IsObject) Problem(name, "is missing");
        return false;
    }

    private T Mistyped<T>(string name, string wanted, JsonElement value, T absent)
    {
        Problem(name, $"must be {wanted}, was {KindWord(value)}");
        return absent;
    }

    private static string WholeNumber(JsonElement value, long most) =>
        value.ValueKind == JsonValueKind.Number && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? $"a whole number within ±{most}" : "a whole number";

    private void Add(string path, string text)
    {
        if (_problems.Count < ProblemsMax) _problems.Add(new FieldProblem(path, text));
    }

    private string PathOf(string name) =>
        name.Length == 0 ? _path : _path.Length == 0 ? name : $"{_path}.{name}";

    private string? TextOf(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Add(path, $"must be a text, was {KindWord(value)}");
            return null;
        }

        if (Unescaped(value) is { } text) return text;
        Add(path, BrokenText);
        return null;
    }

    // JSON can spell half of a surrogate pair, and the parser finds out when the text is asked for.
    private static string? Unescaped(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    internal static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string KindWord(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Shortened(Unescaped(value) ?? value.GetRawText())}\"",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => Shortened(value.GetRawText()),
    };

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..37] + "...";
}

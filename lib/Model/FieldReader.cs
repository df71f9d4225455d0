using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Text.Json;

namespace Afanasy.Model;

/// <summary>One thing that is wrong with what somebody sent: the path of the field, and what is wrong with it.</summary>
public sealed record FieldProblem(string Path, string Text)
{
    public override string ToString() => Path.Length == 0 ? Text : $"{Path}: {Text}";

    internal static string PathOf(string path, string name) =>
        name.Length == 0 ? path : path.Length == 0 ? name : $"{path}.{name}";
}

/// <summary>
/// Takes the members of a JSON object one by one and notes a problem, with its path, for each that is not what it should be.
/// What does not stand there, or cannot be read, is what the caller says it is when absent.
/// </summary>
public sealed class FieldReader
{
    /// <summary>More are not worth reading, and an answer must not grow with what was sent.</summary>
    public const int ProblemsMax = 100;

    private const string BrokenText = "holds half of a surrogate pair, which is no text";
    private const string Twice = "stands here twice";

    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly HashSet<string> _known = [];
    private readonly string _path;
    private readonly List<FieldProblem> _problems;

    public FieldReader(JsonElement element, string path, List<FieldProblem> problems, bool isEdit = false)
    {
        _path = path;
        _problems = problems;
        IsEdit = isEdit;
        IsObject = element.ValueKind == JsonValueKind.Object;
        if (!IsObject)
        {
            Problem("", $"must be an object, was {KindWord(element)}");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (NameOf(member) is not { } name) Problem("", $"a field name {BrokenText}");
            else if (!_members.TryAdd(name, member.Value)) Problem(name, Twice);
        }
    }

    /// <summary>False when there is something else than an object, which is a problem already.</summary>
    public bool IsObject { get; }

    /// <summary>The object changes something that is there: nothing is required, and maps are merged.</summary>
    public bool IsEdit { get; }

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>Call first: members that are known but have no place here.</summary>
    public void Refuse(string reason, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_members.Remove(name)) Problem(name, reason);
        }
    }

    public string Text(string name, string absent = "", bool required = false)
    {
        if (!TryTake(name, required, out var value)) return absent;
        return TextOf(value, PathOf(name)) ?? absent;
    }

    public string TextOrWhole(string name, string absent = "", bool required = false)
    {
        if (!TryTake(name, required, out var value)) return absent;
        return TextOrWholeOf(value, PathOf(name)) ?? absent;
    }

    /// <summary>One of the words that the members of an enum are written as.</summary>
    public T Word<T>(string name, T absent)
        where T : struct, Enum
    {
        if (!TryTake(name, false, out var value) || TextOf(value, PathOf(name)) is not { } text) return absent;
        if (Words<T>.Values.TryGetValue(text, out var known)) return known;
        return Mistyped(name, string.Join(" or ", Words<T>.Values.OrderBy(word => word.Value).Select(word => word.Key)), value, absent);
    }

    public bool Flag(string name, bool absent = false)
    {
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        return Mistyped(name, "true or false", value, absent);
    }

    public int Whole(string name, int absent)
    {
        if (!TryTake(name, false, out var value)) return absent;
        return WholeOf(value, PathOf(name)) ?? absent;
    }

    public long Long(string name, long absent)
    {
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole)) return whole;
        return Mistyped(name, WholeNumber(value, long.MaxValue), value, absent);
    }

    public double Number(string name, double absent)
    {
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)) return number;
        return Mistyped(name, "a number", value, absent);
    }

    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string>? absent = null) =>
        List(name, absent, TextOf);

    /// <summary>Texts, some of which may be written as whole numbers.</summary>
    public IReadOnlyList<string> TextsOrWholes(string name, IReadOnlyList<string>? absent = null) =>
        List(name, absent, TextOrWholeOf);

    public IReadOnlyList<int> Wholes(string name, IReadOnlyList<int>? absent = null)
    {
        if (!TryItems(name, out var given)) return absent ?? [];
        var numbers = new List<int>();
        foreach (var (item, path) in given)
        {
            if (WholeOf(item, path) is { } number) numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>Of an edit: what is there, with each member put in; an empty one takes its name away.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string name, IReadOnlyDictionary<string, string>? now = null) =>
        Map(name, "an object of texts", now, (map, key, value, path) =>
        {
            if (TextOf(value, path) is not { } text) return;
            if (IsEdit && text.Length == 0) map.Remove(key);
            else map[key] = text;
        });

    /// <summary>Of an edit: what is there, with each member put in; 0 and -1 take its name away.</summary>
    public IReadOnlyDictionary<string, int> CountMap(string name, IReadOnlyDictionary<string, int> now) =>
        Map<int>(name, "an object of whole numbers", now, (map, key, value, path) =>
        {
            if (WholeOf(value, path) is not { } count) return;
            if (IsEdit && count is 0 or -1) map.Remove(key);
            else map[key] = count;
        });

    /// <summary>An object of values that <paramref name="put"/> reads, beginning with what is there when it is an edit.</summary>
    internal IReadOnlyDictionary<string, T> Map<T>(
        string name, string wanted, IReadOnlyDictionary<string, T>? now, Action<Dictionary<string, T>, string, JsonElement, string> put)
    {
        var absent = now ?? ReadOnlyDictionary<string, T>.Empty;
        if (!TryTake(name, false, out var value)) return absent;
        if (value.ValueKind != JsonValueKind.Object) return Mistyped(name, wanted, value, absent);
        var map = IsEdit && now is not null ? new Dictionary<string, T>(now) : [];
        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            if (NameOf(member) is not { } key) Problem(name, $"a name in it {BrokenText}");
            else if (!seen.Add(key)) Problem($"{name}.{key}", Twice);
            else put(map, key, member.Value, PathOf($"{name}.{key}"));
        }

        return map.Count > 0 ? map : ReadOnlyDictionary<string, T>.Empty;   // a list of tasks has very many empty ones
    }

    /// <summary>A list of objects, each read by its own reader.</summary>
    public IReadOnlyList<T> Objects<T>(string name, IReadOnlyList<T> absent, Func<FieldReader, T> read, bool required = false)
        where T : class
    {
        if (required) TryTake(name, required, out _);
        return List(name, absent, (item, path) => read(Inner(item, path)));
    }

    public FieldReader Object(string name)
    {
        var present = TryTake(name, false, out var value);
        return new FieldReader(present ? value : JsonSerializer.SerializeToElement(new { }), PathOf(name), _problems);
    }

    /// <summary>A list as the caller reads its items; those that it makes nothing of are left out.</summary>
    internal IReadOnlyList<T> List<T>(string name, IReadOnlyList<T>? absent, Func<JsonElement, string, T?> read)
        where T : class
    {
        if (!TryItems(name, out var given)) return absent ?? [];
        var items = new List<T>();
        foreach (var (item, path) in given)
        {
            if (read(item, path) is { } taken) items.Add(taken);
        }

        return items.ToArray();   // it stays for as long as the job does: without room for more, and shared when empty
    }

    /// <summary>Call last: every member that nobody asked for is a problem.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in _members.Keys.Where(name => !_known.Contains(name)))
            Problem(name, NearNames.Nearest(name, _known) is { } near ? $"unknown field; did you mean {near}?" : "unknown field");
    }

    public void Problem(string name, string text) => Add(PathOf(name), text);

    internal FieldReader Inner(JsonElement element, string path) => new(element, path, _problems);

    internal string? TextOrWholeOf(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole)) return whole.ToString();
        if (value.ValueKind == JsonValueKind.String) return TextOf(value, path);
        Add(path, $"must be a text or a whole number, was {KindWord(value)}");
        return null;
    }

    internal int? WholeOf(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole)) return whole;
        Add(path, $"must be {WholeNumber(value, int.MaxValue)}, was {KindWord(value)}");
        return null;
    }

    internal void Mistyped(string path, string wanted, JsonElement value) => Add(path, $"must be {wanted}, was {KindWord(value)}");

    /// <summary>False when it is absent, or something else, which is then a problem.</summary>
    private bool TryItems(string name, out IEnumerable<(JsonElement Item, string Path)> items)
    {
        items = [];
        if (!TryTake(name, false, out var value)) return false;
        if (value.ValueKind != JsonValueKind.Array) return Mistyped(name, "a list", value, false);
        items = value.EnumerateArray().Select((item, index) => (item, $"{PathOf(name)}[{index}]"));
        return true;
    }

    private bool TryTake(string name, bool required, out JsonElement value)
    {
        _known.Add(name);
        if (_members.TryGetValue(name, out value)) return true;
        if (required && IsObject && !IsEdit) Problem(name, "is missing");
        return false;
    }

    private T Mistyped<T>(string name, string wanted, JsonElement value, T absent)
    {
        Mistyped(PathOf(name), wanted, value);
        return absent;
    }

    private static string WholeNumber(JsonElement value, long most) =>
        value.ValueKind == JsonValueKind.Number && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? $"a whole number within ±{most}" : "a whole number";

    private void Add(string path, string text)
    {
        if (_problems.Count < ProblemsMax) _problems.Add(new FieldProblem(path, text));
    }

    private string PathOf(string name) => FieldProblem.PathOf(_path, name);

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

    /// <summary>The words that the serializer writes, so that reading and writing cannot differ.</summary>
    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<string, T> Values =
            Enum.GetValues<T>().ToFrozenDictionary(value => JsonSerializer.SerializeToElement(value).GetString() ?? value.ToString());
    }
}

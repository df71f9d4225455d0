using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfCmd.Server;

namespace AfCmd.Commands;

/// <summary>
/// The words <c>field=value</c> of a command line as the parameters of a request. A value that is JSON is taken as JSON, else as text;
/// <c>field.name=value</c> is one member of a map.
/// </summary>
internal sealed class FieldWords
{
    private const string Pools = "pools";

    /// <summary>Holds a list of numbers, which may be written with commas.</summary>
    private const string Jobs = "jobs";

    /// <summary>Fields that hold text, so that a name made of digits and a note made of JSON stay what they are.</summary>
    private static readonly FrozenSet<string> _texts =
    [
        "name", "user_name", "annotation", "description", "custom_data", "branch", "srv_info", "command", "command_pre", "command_post", "working_directory", "service", "parser",
        "tasks_name", "depend_mask", "depend_mask_global", "tasks_depend_mask", "hosts_mask", "hosts_mask_exclude", "hosts_mask_type", "need_os", "need_properties",
        "properties_host", "pattern", "cmd", "mask", "mode",
    ];

    /// <summary>Fields that hold a list of texts, which may be written with commas.</summary>
    private static readonly FrozenSet<string> _lists = ["services", "services_disabled", "files", "depend_jobs"];

    /// <summary>Maps whose members are texts.</summary>
    private static readonly FrozenSet<string> _textMaps = ["folders", "environment"];

    private bool _adjustsPools;

    public JsonObject Parameters { get; } = [];

    /// <summary>Whether it reads like <c>field=value</c>; anything else is a number, a name or a path.</summary>
    public static bool IsField(string word) => word.Contains('=');

    public static FieldWords Of(IEnumerable<string> words, string what, Action<string> problem)
    {
        var fields = new FieldWords();
        foreach (var word in words) fields.Add(word, what, problem);
        return fields;
    }

    public void Add(string word, string what, Action<string> problem)
    {
        var equals = word.IndexOf('=');
        var path = equals < 0 ? "" : word[..equals];
        var (field, member) = path.IndexOf('.') is > 0 and var dot ? (path[..dot], path[(dot + 1)..]) : (path, null);
        if (field.Length == 0 || member is "" || !field.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            problem($"{what}: '{word}' must begin with the name of a field, such as priority=50 or pools./fast=50");
        else if (!TryAdd(field, member, word[(equals + 1)..]))
            problem($"{what}: {path} is given twice");
    }

    /// <summary>Puts in a value that the command line gives without the name of its field.</summary>
    public void Add(string field, string text) => TryAdd(field, null, text);

    /// <summary>
    /// The parameters for one thing. The server replaces pools as a whole: where only some of them are named, the others are asked for
    /// at <paramref name="address"/> and stay.
    /// </summary>
    public async Task<JsonObject> ForAsync(ServerClient server, string address, CancellationToken stop)
    {
        var parameters = Parameters.DeepClone().AsObject();
        if (!_adjustsPools) return parameters;

        var row = (await server.GetAsync(address, stop)).Read<PoolsRow>();
        var named = Parameters[Pools]!.AsObject();   // it was made when the first of them was added
        var pools = new JsonObject();
        foreach (var (path, preference) in row.Pools ?? row.Settings?.Pools ?? new Dictionary<string, long>()) pools[path] = preference;
        foreach (var (path, preference) in named) pools[path] = preference?.DeepClone();
        parameters[Pools] = pools;
        return parameters;
    }

    private bool TryAdd(string field, string? member, string text)
    {
        if (member is null) return Parameters.TryAdd(field, Value(field, text));
        if (!Parameters.ContainsKey(field)) Parameters[field] = new JsonObject();
        else if (Parameters[field] is not JsonObject) return false;
        _adjustsPools |= field == Pools;
        return Parameters[field]!.AsObject().TryAdd(member, _textMaps.Contains(field) ? JsonValue.Create(text) : Parsed(text));
    }

    private static JsonNode? Value(string field, string text) =>
        _texts.Contains(field) ? JsonValue.Create(text)
        : _lists.Contains(field) && !text.StartsWith('[') ? List(text)
        : field == Jobs && !text.StartsWith('[') ? Parsed($"[{text}]")
        : Parsed(text);

    private static JsonArray List(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item => JsonValue.Create(item))];

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return bool.TryParse(text, out var truth) ? JsonValue.Create(truth) : JsonValue.Create(text);
        }
    }
}

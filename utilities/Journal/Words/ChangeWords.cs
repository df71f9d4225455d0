using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Afanasy.Model;
using AfServer.Model;

namespace AfJournal.Words;

/// <summary>A change as people and scripts read it: its name in words, then its fields by their names.</summary>
internal static class ChangeWords
{
    /// <summary>A description of a job can have megabytes; a line for people shows how one begins.</summary>
    private const int ValueCharsMax = 160;

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
        Converters =
        {
            new Words<TaskState>(state => state.Word()), new Words<RunOutcome>(outcome => outcome.Word()), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower),
            new Words<JobId>(), new Words<BlockId>(), new Words<TaskId>(), new Words<TaskRunId>(), new Words<RenderId>(),
            new Words<(JobId Job, long Order)>(pair => $"{pair.Job}={pair.Order}"), new Words<(string Name, int Count)>(pair => $"{pair.Name}={pair.Count}"), new Time(),
        },
    };

    public static string Name(Change change) => JsonNamingPolicy.SnakeCaseLower.ConvertName(change.GetType().Name).Replace('_', ' ');

    public static string Line(Change change)
    {
        var line = new StringBuilder(Name(change));
        foreach (var (name, value) in Fields(change)) line.Append(CultureInfo.InvariantCulture, $" {name}={Value(value)}");
        return line.ToString();
    }

    /// <summary>One line of JSON: <c>sequence</c>, <c>at</c>, <c>change</c>, <c>fields</c>.</summary>
    public static string Json(long sequence, Change change)
    {
        var line = new JsonObject { ["sequence"] = sequence, ["at"] = JsonSerializer.SerializeToNode(change.At, _options), ["change"] = Name(change), ["fields"] = Fields(change) };
        return line.ToJsonString(_options);
    }

    private static JsonObject Fields(Change change)
    {
        var fields = JsonSerializer.SerializeToNode(change, change.GetType(), _options)!.AsObject();   // a record is an object
        fields.Remove("at");
        return fields;
    }

    private static string Value(JsonNode? value)
    {
        var text = value is JsonValue word && word.TryGetValue<string>(out var plain) && !plain.Any(c => char.IsControl(c) || c is ' ' or '"') && plain.Length > 0 ? plain : value?.ToJsonString(_options) ?? "none";
        return text.Length > ValueCharsMax ? $"{text[..ValueCharsMax]}… ({text.Length} characters)" : text;
    }

    /// <summary>A small value as the product writes it everywhere.</summary>
    private sealed class Words<T>(Func<T, string>? words = null) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(words?.Invoke(value) ?? value.ToString());
    }

    private sealed class Time : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
    }
}

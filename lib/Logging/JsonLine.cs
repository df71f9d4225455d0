using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NLog;
using NLog.Layouts;

namespace Afanasy.Logging;

/// <summary>One JSON object per line: time, level, where, id, message, event, scope, then the values of the message by name, then the exception.</summary>
internal sealed class JsonLine : Layout
{
    private const string EventProperty = "EventId";

    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> _ours = ["time", "level", "where", "id", "message", "event", "scope", "exception"];

    protected override string GetFormattedMessage(LogEventInfo logEvent)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, _options))
            Write(json, logEvent);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, LogEventInfo line)
    {
        json.WriteStartObject();
        json.WriteString("time", line.TimeStamp.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("level", LevelOf(line.Level));
        json.WriteString("where", line.LoggerName);
        if (LogId.Of(line) is { Length: > 0 } id)
            json.WriteString("id", id);
        json.WriteString("message", LogText.Cut(line.FormattedMessage, LogText.MessageCharsMax));
        var written = new HashSet<string>(_ours);
        WriteEvent(json, line);
        WriteScope(json);
        WriteProperties(json, line, written);
        if (line.Exception is { } exception)
            json.WriteString("exception", LogText.Cut(exception.ToString(), LogText.ExceptionCharsMax));
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, LogEventInfo line)
    {
        if (line.HasProperties && line.Properties.TryGetValue(EventProperty, out var number) && number is int and not 0)
            json.WriteNumber("event", (int)number);
    }

    private static void WriteScope(Utf8JsonWriter json)
    {
        var scopes = ScopeContext.GetAllNestedStates();
        if (scopes.Length == 0)
            return;

        json.WriteStartArray("scope");
        foreach (var scope in scopes.Reverse())
            json.WriteStringValue(LogText.Cut(scope?.ToString() ?? "", LogText.MessageCharsMax));
        json.WriteEndArray();
    }

    private static void WriteProperties(Utf8JsonWriter json, LogEventInfo line, HashSet<string> written)
    {
        if (!line.HasProperties)
            return;

        foreach (var (key, value) in line.Properties)
        {
            var name = key.ToString() ?? "";
            if (name == EventProperty)
                continue;

            name = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
            while (!written.Add(name))
                name += "_";
            json.WritePropertyName(name);
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case DateTimeOffset at: json.WriteStringValue(at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)); break;
            default: json.WriteStringValue(LogText.Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", LogText.MessageCharsMax)); break;
        }
    }

    private static string LevelOf(LogLevel level) => LogLevels.WordOf((Microsoft.Extensions.Logging.LogLevel)level.Ordinal);
}

using System.Text;
using System.Text.Json;

namespace Afanasy.Settings;

/// <summary>The values of a settings file, by key; what is wrong with it goes to the list of problems.</summary>
internal static class SettingsFile
{
    // A settings file has some dozens of lines; anything bigger is a wrong path and is not read into memory.
    private const int FileBytesMax = 1024 * 1024;

    private static readonly JsonDocumentOptions _options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static Dictionary<string, string> Read(string path, IReadOnlyList<Setting> settings, List<string> problems)
    {
        var values = new Dictionary<string, string>();
        try
        {
            using var document = JsonDocument.Parse(ReadText(path), _options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException("must be one JSON object, { \"key\": value, ... }.");

            foreach (var property in document.RootElement.EnumerateObject())
                ReadValue(property, settings, values, problem => problems.Add($"{path}: {problem}"));
        }
        catch (JsonException e)
        {
            problems.Add($"{path}: line {e.LineNumber + 1}: not JSON: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            problems.Add($"{path}: is not UTF-8 text.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            problems.Add($"{path}: {e.Message}");
        }

        return values;
    }

    private static string ReadText(string path)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var buffer = new char[FileBytesMax + 1];
        var length = reader.ReadBlock(buffer);
        return length <= FileBytesMax
            ? new string(buffer, 0, length)
            : throw new InvalidDataException($"is over {FileBytesMax} bytes, a settings file is smaller.");
    }

    private static void ReadValue(JsonProperty property, IReadOnlyList<Setting> settings, Dictionary<string, string> values, Action<string> problem)
    {
        var setting = settings.FirstOrDefault(s => s.Key == property.Name);
        if (setting is null)
        {
            var nearest = NearestName.Of(property.Name.Replace('-', '_'), settings.Select(s => s.Key));
            problem(nearest is null ? $"{property.Name}: unknown key." : $"{property.Name}: unknown key, did you mean {nearest}?");
            return;
        }

        if (TextOf(setting, property.Value) is not { } text)
            problem($"{setting.Key}: must be {setting.Kind.Expected}.");
        else if (!values.TryAdd(setting.Key, text))
            problem($"{setting.Key}: is given twice.");
    }

    private static string? TextOf(Setting setting, JsonElement value)
    {
        try
        {
            return setting.Kind.TextOf(value);
        }
        catch (InvalidOperationException)   // a \u escape that is half a character
        {
            return null;
        }
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Afanasy.Settings;

/// <summary>What a person reads about the settings of a program: the help, the effective values, the problems.</summary>
internal sealed class SettingsPage(string program, string version, IReadOnlyList<Setting> all)
{
    private const string SecretMark = "(secret)";

    // What a terminal of the usual width leaves for the meaning beside the option.
    private const int HelpColumns = 100;

    private static readonly JsonWriterOptions _json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string VersionLine => $"{program} {version}";

    public string Help(string purpose, ISettings defaults)
    {
        var rows = all.Select(s => ($"{s.Option} {s.ValueWord}".TrimEnd(), MeaningOf(s, defaults)))
            .Append(($"{CommandLine.SettingsFile} FILE", $"Read the settings file from here. Default: {program}.json in the data folder, if it is there."))
            .Append((CommandLine.PrintSettings, "Print the effective settings as JSON, each with where it came from, and end."))
            .Append((CommandLine.Help, "Print this and end."))
            .Append((CommandLine.Version, "Print the version and end."))
            .ToList();
        var width = rows.Max(r => r.Item1.Length) + 2;
        var text = new StringBuilder().Append($"{program} {version}: {purpose}\n\nUsage: {program} [--option value | --option=value ...]\n\n");
        foreach (var (option, meaning) in rows)
        {
            text.Append("  ").Append(option.PadRight(width));
            text.AppendJoin('\n' + new string(' ', width + 2), Wrapped(meaning, HelpColumns - width)).Append('\n');
        }

        var sample = all[0];
        return text.Append($"""

            The last one that says something counts: default, settings file, environment, command line.
            {sample.Option} is "{sample.Key}" in the settings file and {sample.Variable} in the environment, and so on.
            Durations: 500ms, 10s, 2m, 1h, 30d, or a number of seconds.

            """.ReplaceLineEndings("\n")).ToString();
    }

    public string Json(ISettings settings, string? file, IReadOnlyDictionary<string, SettingSource> sources)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, _json))
        {
            json.WriteStartObject();
            json.WriteString("program", program);
            json.WriteString("version", version);
            json.WriteString("file", file);
            json.WriteStartObject("settings");
            foreach (var setting in all)
            {
                var source = sources.GetValueOrDefault(setting.Key, SettingSource.Default);
                json.WriteStartObject(setting.Key);
                json.WritePropertyName("value");
                WriteValue(json, setting, setting.ValueIn(settings));
                json.WriteString("source", source.Layer);
                if (source.From is { } from)
                    json.WriteString("from", from);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public string Problems(IReadOnlyList<string> problems)
    {
        var text = new StringBuilder().Append($"{program}: the settings have {(problems.Count == 1 ? "a problem" : $"{problems.Count} problems")}:\n");
        foreach (var problem in problems)
            text.Append($"  {problem}\n");
        return text.Append($"See {program} --help.\n").ToString();
    }

    private static string MeaningOf(Setting setting, ISettings defaults)
    {
        if (setting.IsSecret)
            return $"{setting.Meaning} Never printed; safer as {setting.Variable} or in the file, others can see a command line.";

        var text = setting.Kind.Format(setting.ValueIn(defaults));
        return $"{setting.Meaning} Default: {(text.Length > 0 ? text : "none")}.";
    }

    private static void WriteValue(Utf8JsonWriter json, Setting setting, object value)
    {
        if (!setting.IsSecret)
            setting.Kind.Write(json, value);
        else
            json.WriteStringValue(setting.Kind.Format(value).Length > 0 ? SecretMark : "");
    }

    private static IEnumerable<string> Wrapped(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > columns)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}

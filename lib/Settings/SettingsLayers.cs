namespace Afanasy.Settings;

/// <summary>Where a value came from: the layer, and the very file, variable or option.</summary>
internal readonly record struct SettingSource(string Layer, string? From)
{
    public static SettingSource Default { get; } = new("default", null);
}

/// <summary>Lays file, environment and command line over the defaults of a record, and remembers whose word counted.</summary>
internal sealed class SettingsLayers<T>(
    string program, IReadOnlyList<Setting> all, IReadOnlyDictionary<string, string> environment, CommandLine line, List<string> problems)
    where T : class, ISettings, new()
{
    private const string DataKey = "data";

    private readonly Dictionary<string, SettingSource> _sources = [];

    public IReadOnlyDictionary<string, SettingSource> Sources => _sources;

    /// <summary>The settings file that was read; null when there was none.</summary>
    public string? File { get; private set; }

    public T Read()
    {
        var settings = new T();
        var inFile = ReadFile();
        foreach (var setting in all)
        {
            if (inFile.TryGetValue(setting.Key, out var text))
                Take(settings, setting, text, new SettingSource("file", File), $"{File}: {setting.Key}");

            // An overridden variable is not looked at: other programs share the prefix and may mean something else by it.
            if (line.ValueOf(setting.Option) is { } word)
                Take(settings, setting, word, new SettingSource("command line", setting.Option), setting.Option);
            else if (Variable(setting.Variable) is { } value)
                Take(settings, setting, value, new SettingSource("environment", setting.Variable), setting.Variable);
        }

        return settings;
    }

    private Dictionary<string, string> ReadFile()
    {
        var given = line.ValueOf(CommandLine.SettingsFile) ?? Variable(CommandLine.SettingsFileVariable);
        var folder = line.ValueOf("--" + DataKey) ?? Variable("AF_DATA") ?? new T().Data;
        var found = folder.Length > 0 ? Path.Combine(folder, program + ".json") : null;
        File = given ?? (Path.Exists(found) ? found : null);
        if (File is null)
            return [];

        var values = SettingsFile.Read(File, all, problems);
        if (given is null && values.Remove(DataKey))
            problems.Add($"{File}: {DataKey}: a file found in the data folder cannot name another one; use --{DataKey} or AF_DATA.");
        return values;
    }

    // A variable that is set to nothing is how a shell or a unit file says "not set".
    private string? Variable(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private void Take(T settings, Setting setting, string text, SettingSource source, string where)
    {
        if (setting.Kind.Read(text) is { } value)
        {
            setting.Give(settings, value);
            _sources[setting.Key] = source;
            return;
        }

        var was = setting.IsSecret ? "" : $", was '{text}'";
        problems.Add($"{where}: must be {setting.Kind.Expected}{was}.");
    }
}

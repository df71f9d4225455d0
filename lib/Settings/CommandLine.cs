namespace Afanasy.Settings;

/// <summary>The options of a command line, by name; what is wrong with it goes to the list of problems.</summary>
internal sealed class CommandLine
{
    public const string Help = "--help";
    public const string Version = "--version";
    public const string PrintSettings = "--print-settings";
    public const string SettingsFile = "--settings";
    public const string SettingsFileVariable = "AF_SETTINGS";

    private readonly Dictionary<string, string> _values = [];

    public bool Has(string option) => _values.ContainsKey(option);

    public string? ValueOf(string option) => _values.GetValueOrDefault(option);

    public static CommandLine Read(IReadOnlyList<string> args, IReadOnlyList<Setting> settings, List<string> problems)
    {
        var flags = new HashSet<string>(settings.Where(s => s.IsFlag).Select(s => s.Option)) { Help, Version, PrintSettings };
        var options = new HashSet<string>(settings.Select(s => s.Option)) { Help, Version, PrintSettings, SettingsFile };
        var line = new CommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var option = args[i] is "-h" or "-?" ? Help : equals < 0 ? args[i] : args[i][..equals];
            if (!options.Contains(option))
            {
                problems.Add(Unknown(args[i], option, options));

                // The value of a misspelled option is not a second mistake.
                if (equals < 0 && option.StartsWith("--", StringComparison.Ordinal) && HasValueAt(args, i + 1))
                    i++;
                continue;
            }

            string value;
            if (equals >= 0)
                value = args[i][(equals + 1)..];
            else if (flags.Contains(option))
                value = "true";
            else if (HasValueAt(args, i + 1))
                value = args[++i];
            else
            {
                problems.Add($"{option}: needs a value.");
                continue;
            }

            if (!line._values.TryAdd(option, value))
                problems.Add($"{option}: is given twice.");
        }

        return line;
    }

    private static bool HasValueAt(IReadOnlyList<string> args, int index) =>
        index < args.Count && !args[index].StartsWith("--", StringComparison.Ordinal);

    private static string Unknown(string argument, string option, IEnumerable<string> options)
    {
        if (!option.StartsWith('-'))
            return $"'{argument}': options begin with --, and there is nothing else to say here.";

        var names = options.ToDictionary(o => o[2..]);
        var nearest = NearestName.Of(option.TrimStart('-'), names.Keys);
        return nearest is null ? $"{option}: unknown option." : $"{option}: unknown option, did you mean {names[nearest]}?";
    }
}

using System.Collections;
using System.Reflection;

namespace Afanasy.Settings;

/// <summary>What reading the settings led to: settings to run with, or nothing more to do but to end with the exit code.</summary>
public sealed record SettingsResult<T>(T? Settings, int ExitCode)
    where T : class;

/// <summary>
/// The one way for a program to get its settings: the defaults of its record, then <c>PROGRAM.json</c>, then <c>AF_</c> variables,
/// then the command line. Answers <c>--help</c>, <c>--version</c> and <c>--print-settings</c> itself, and lists every problem at once.
/// </summary>
public static class SettingsReader
{
    private const int Fine = 0;
    private const int WrongUsage = 2;

    /// <param name="args">The command line, without the program.</param>
    /// <param name="program">The program's name; its settings file is <c>PROGRAM.json</c> in the data folder.</param>
    /// <param name="purpose">One sentence for the first line of the help.</param>
    public static SettingsResult<T> Read<T>(string[] args, string program, string purpose)
        where T : class, ISettings, new()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        return Read<T>(args, program, purpose, environment, Console.Out, Console.Error);
    }

    internal static SettingsResult<T> Read<T>(
        string[] args, string program, string purpose, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter errors)
        where T : class, ISettings, new()
    {
        var all = Setting.AllOf(typeof(T));
        var problems = new List<string>();
        var line = CommandLine.Read(args, all, problems);
        var page = new SettingsPage(program, VersionOf(typeof(T)), all);
        if (line.Has(CommandLine.Help))
        {
            output.Write(page.Help(purpose, new T()));
            return new SettingsResult<T>(null, Fine);
        }

        if (line.Has(CommandLine.Version))
        {
            output.WriteLine(page.VersionLine);
            return new SettingsResult<T>(null, Fine);
        }

        var layers = new SettingsLayers<T>(program, all, environment, line, problems);
        var settings = layers.Read();
        problems.AddRange(settings.Problems());
        if (line.Has(CommandLine.PrintSettings))
            output.WriteLine(page.Json(settings, layers.File, layers.Sources));
        if (problems.Count > 0)
            errors.Write(page.Problems(problems));
        return problems.Count > 0 ? new SettingsResult<T>(null, WrongUsage)
            : line.Has(CommandLine.PrintSettings) ? new SettingsResult<T>(null, Fine)
            : new SettingsResult<T>(settings, Fine);
    }

    private static string VersionOf(Type record) =>
        record.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}

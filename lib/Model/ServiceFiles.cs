using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Afanasy.Model;

/// <summary>What a folder of service files holds: the services, and every problem with its file and line.</summary>
public sealed record ServiceCatalog(IReadOnlyDictionary<string, ServiceDescription> Services, IReadOnlyList<string> Problems);

/// <summary>Reads <c>lib/services/*.yml</c>.</summary>
public static class ServiceFiles
{
    /// <summary>A service file is a page of text; more is a wrong file.</summary>
    private const int FileBytesMax = 256 * 1024;

    /// <summary>Every line of every run is held against all of them.</summary>
    private const int PatternsMax = 32;

    /// <summary>Where a program finds the service files that came with it.</summary>
    public static string FolderOfProgram => Path.Combine(AppContext.BaseDirectory, "services");

    /// <summary>Reads every <c>*.yml</c> of the folder; what is wrong is in the problems, never an exception.</summary>
    public static ServiceCatalog Read(string folder)
    {
        var services = new Dictionary<string, ServiceDescription>(StringComparer.Ordinal);
        var problems = new List<string>();
        if (!Directory.Exists(folder))
            return new ServiceCatalog(services, [$"The folder of services '{folder}' does not exist."]);

        foreach (var path in Directory.EnumerateFiles(folder, "*.yml").Order(StringComparer.Ordinal))
        {
            if (ReadFile(path, problems) is not { } service) continue;
            if (!services.TryAdd(service.Name, service))
                problems.Add($"{path}: a service '{service.Name}' is described by another file already.");
        }

        return new ServiceCatalog(services, problems);
    }

    private static ServiceDescription? ReadFile(string path, List<string> problems)
    {
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                problems.Add($"{path}: the file is larger than {FileBytesMax} bytes.");
                return null;
            }

            var stream = new YamlStream();
            using (var text = File.OpenText(path)) stream.Load(text);
            if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return ReadService(path, root, problems);
            problems.Add($"{path}:1: a service file is one mapping with 'name' and 'progress'.");
        }
        catch (YamlException e)
        {
            problems.Add($"{path}:{e.Start.Line}: {e.InnerException?.Message ?? e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: {e.Message}");
        }

        return null;
    }

    private static ServiceDescription? ReadService(string path, YamlMappingNode root, List<string> problems)
    {
        var problemsBefore = problems.Count;
        var name = "";
        IReadOnlyList<Regex> progress = [];
        foreach (var (key, value) in root.Children)
        {
            switch (key)
            {
                case YamlScalarNode { Value: "name" } when value is YamlScalarNode { Value: { Length: > 0 } text }:
                    name = text;
                    break;
                case YamlScalarNode { Value: "progress" } when value is YamlSequenceNode list:
                    progress = ReadPatterns(path, list, problems);
                    break;
                case YamlScalarNode { Value: "name" or "progress" }:
                    problems.Add($"{path}:{value.Start.Line}: 'name' is a word and 'progress' a list of patterns.");
                    break;
                default:
                    problems.Add($"{path}:{key.Start.Line}: unknown field '{key}'; a service has 'name' and 'progress'.");
                    break;
            }
        }

        if (name.Length == 0 && problems.Count == problemsBefore) problems.Add($"{path}:1: 'name' is missing.");
        return problems.Count > problemsBefore ? null : new ServiceDescription { Name = name, Progress = progress };
    }

    private static List<Regex> ReadPatterns(string path, YamlSequenceNode list, List<string> problems)
    {
        var patterns = new List<Regex>();
        foreach (var node in list.Children)
        {
            if (patterns.Count == PatternsMax)
            {
                problems.Add($"{path}:{node.Start.Line}: more than {PatternsMax} progress patterns.");
                break;
            }

            if (ReadPattern(node, out var problem) is { } pattern) patterns.Add(pattern);
            else problems.Add($"{path}:{node.Start.Line}: {problem}");
        }

        return patterns;
    }

    private static Regex? ReadPattern(YamlNode node, out string problem)
    {
        problem = "";
        if (node is not YamlScalarNode { Value: { Length: > 0 } text })
        {
            problem = "a progress pattern is a text.";
            return null;
        }

        Regex pattern;
        try
        {
            // NonBacktracking: time linear in the line, whatever the pattern and the line are.
            pattern = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = e.Message;
            return null;
        }

        var groups = pattern.GetGroupNames().Where(name => name != "0").ToList();
        if (groups.FirstOrDefault(name => !ProgressGroups.All.Contains(name)) is { } unknown)
            problem = $"unknown group '{unknown}'; a pattern may have {string.Join(", ", ProgressGroups.All)}.";
        else if (groups.Count == 0)
            problem = $"the pattern has none of the groups {string.Join(", ", ProgressGroups.All)}, so it says nothing.";
        else if (groups.Contains(ProgressGroups.Done) != groups.Contains(ProgressGroups.Total))
            problem = $"'{ProgressGroups.Done}' and '{ProgressGroups.Total}' are only of use together.";
        return problem.Length == 0 ? pattern : null;
    }
}

using System.Collections.Frozen;
using System.Diagnostics;
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

    private const string NameField = "name";
    private const string ProgressField = "progress";
    private const string ErrorsField = "errors";
    private const string FatalField = "fatal";
    private const string LicenceField = "licence";
    private const string MemoryField = "memory";

    private static readonly FrozenSet<string> _patternFields = [ProgressField, ErrorsField, FatalField, LicenceField, MemoryField];
    private static readonly string _patternWords = $"'{ProgressField}', '{ErrorsField}', '{FatalField}', '{LicenceField}' and '{MemoryField}'";

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
            problems.Add($"{path}:1: a service file is one mapping with '{NameField}', {_patternWords}.");
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
        var service = new ServiceDescription { Name = "" };
        foreach (var (key, value) in root.Children)
        {
            switch (key, value)
            {
                case (YamlScalarNode { Value: NameField }, YamlScalarNode { Value: { Length: > 0 } text }):
                    service = service with { Name = text };
                    break;
                case (YamlScalarNode { Value: { } field }, YamlSequenceNode list) when _patternFields.Contains(field):
                    service = With(service, field, ReadPatterns(path, field, list, problems));
                    break;
                case (YamlScalarNode { Value: { } field }, _) when field == NameField || _patternFields.Contains(field):
                    problems.Add($"{path}:{value.Start.Line}: '{NameField}' is a word, and {_patternWords} are lists of patterns.");
                    break;
                default:
                    problems.Add($"{path}:{key.Start.Line}: unknown field '{key}'; a service has '{NameField}', {_patternWords}.");
                    break;
            }
        }

        if (service.Name.Length == 0 && problems.Count == problemsBefore) problems.Add($"{path}:1: '{NameField}' is missing.");
        return problems.Count > problemsBefore ? null : service;
    }

    private static ServiceDescription With(ServiceDescription service, string field, List<Regex> patterns) => field switch
    {
        ProgressField => service with { Progress = patterns },
        ErrorsField => service with { Errors = patterns },
        FatalField => service with { Fatal = patterns },
        LicenceField => service with { Licence = patterns },
        MemoryField => service with { Memory = patterns },
        _ => throw new UnreachableException(field),
    };

    private static List<Regex> ReadPatterns(string path, string field, YamlSequenceNode list, List<string> problems)
    {
        var patterns = new List<Regex>();
        foreach (var node in list.Children)
        {
            if (patterns.Count == PatternsMax)
            {
                problems.Add($"{path}:{node.Start.Line}: more than {PatternsMax} patterns of '{field}'.");
                break;
            }

            if (ReadPattern(field, node, out var problem) is { } pattern) patterns.Add(pattern);
            else problems.Add($"{path}:{node.Start.Line}: {problem}");
        }

        return patterns;
    }

    private static Regex? ReadPattern(string field, YamlNode node, out string problem)
    {
        if (node is not YamlScalarNode { Value: { Length: > 0 } text })
        {
            problem = $"a pattern of '{field}' is a text.";
            return null;
        }

        try
        {
            // NonBacktracking: time linear in the line, whatever the pattern and the line are.
            var pattern = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);
            problem = field == ProgressField ? ProgressProblem(pattern) : VerdictProblem(pattern);
            return problem.Length == 0 ? pattern : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = e.Message;
            return null;
        }
    }

    private static string ProgressProblem(Regex pattern)
    {
        var groups = GroupsOf(pattern);
        if (groups.FirstOrDefault(name => !ProgressGroups.All.Contains(name)) is { } unknown)
            return $"unknown group '{unknown}'; a pattern may have {string.Join(", ", ProgressGroups.All)}.";
        if (groups.Count == 0) return $"the pattern has none of the groups {string.Join(", ", ProgressGroups.All)}, so it says nothing.";
        return groups.Contains(ProgressGroups.Done) == groups.Contains(ProgressGroups.Total)
            ? ""
            : $"'{ProgressGroups.Done}' and '{ProgressGroups.Total}' are only of use together.";
    }

    private static string VerdictProblem(Regex pattern)
    {
        if (GroupsOf(pattern) is [var group, ..]) return $"the group '{group}' is of no use here; only '{ProgressField}' has groups.";
        return pattern.IsMatch("") ? "the pattern matches an empty text, so every run would fail." : "";
    }

    private static List<string> GroupsOf(Regex pattern) => [.. pattern.GetGroupNames().Where(name => name != "0")];
}

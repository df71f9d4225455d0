using Afanasy.Model;
using NLog;

namespace Afanasy.Logging;

/// <summary>Which thing of the farm a line is about: the first id among its own values, else the one of the innermost scope.</summary>
internal static class LogId
{
    private static readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Id", "Run", "Task", "Block", "Job", "Render", "Connection", "Session",
    };

    /// <summary>The id as text; empty when the line has none.</summary>
    public static string Of(LogEventInfo line)
    {
        if (line.HasProperties)
        {
            foreach (var (name, value) in line.Properties)
            {
                if (IsId(name as string, value))
                    return value!.ToString() ?? "";   // IsId is false for null
            }
        }

        foreach (var scope in ScopeContext.GetAllNestedStates())
        {
            if (scope is not IEnumerable<KeyValuePair<string, object?>> values)
                continue;

            foreach (var (name, value) in values)
            {
                if (IsId(name, value))
                    return value!.ToString() ?? "";
            }
        }

        return "";
    }

    private static bool IsId(string? name, object? value) =>
        value is TaskRunId or TaskId or BlockId or JobId or RenderId || (value is string or int or long or Guid && name is not null && _names.Contains(name));
}

using System.Collections.Immutable;
using System.Reflection;
using Afanasy.Settings;
using Microsoft.Extensions.Logging;

namespace Afanasy.Logging;

/// <summary>
/// How much each subsystem says; may be changed at any time from any thread and takes effect with the next line.
/// The framework's own subsystems (http, dotnet) say only warnings unless they are named.
/// </summary>
public sealed class LogLevels
{
    private const string Rest = "*";
    private const string Default = "default";
    private const LogLevel ForeignLevel = LogLevel.Warning;

    // A list of every subsystem with its level is some hundred characters; the text comes from the outside.
    private const int TextCharsMax = 4096;

    private static readonly ImmutableSortedDictionary<string, LogLevel> _initial = ImmutableSortedDictionary
        .Create<string, LogLevel>(StringComparer.Ordinal)
        .Add(Rest, LogLevel.Information).Add(Subsystem.DotNet, ForeignLevel).Add(Subsystem.Http, ForeignLevel);

    private static readonly (string Word, LogLevel Level)[] _words =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
        ("error", LogLevel.Error), ("critical", LogLevel.Critical), ("off", LogLevel.None),
    ];

    private readonly Lock _changing = new();
    private readonly SortedSet<string> _subsystems;
    private readonly Dictionary<string, Cell> _cells = [];
    private ImmutableSortedDictionary<string, LogLevel> _levels = _initial;

    /// <param name="program">The program's assembly: its namespaces are the subsystems that a text may name.</param>
    public LogLevels(Assembly program)
    {
        _subsystems = new SortedSet<string>(Subsystem.AllIn(program), StringComparer.Ordinal);
    }

    /// <summary>The subsystems that can be named, in order.</summary>
    public IReadOnlyList<string> Subsystems
    {
        get
        {
            lock (_changing)
                return [.. _subsystems];
        }
    }

    /// <summary>What is wrong with a text for <see cref="Set"/>, in sentences; for the <c>Problems()</c> of a settings record.</summary>
    public static IReadOnlyList<string> Problems(string text, Assembly program) => new LogLevels(program).Set(text);

    /// <summary>Every level that was set, by subsystem, as words.</summary>
    public IReadOnlyDictionary<string, string> All => Volatile.Read(ref _levels).ToDictionary(l => l.Key, l => WordOf(l.Value));

    public LogLevel Of(string subsystem) => LevelIn(Volatile.Read(ref _levels), subsystem);

    /// <summary>
    /// Takes <c>engine=debug,*=info</c>: what is named changes, the rest stays; <c>*</c> is everything without a level of its own, a level
    /// alone means <c>*</c>, and <c>engine=default</c> takes a level of its own back.
    /// Returns what is wrong with the text, in sentences; then nothing has changed.
    /// </summary>
    public IReadOnlyList<string> Set(string text)
    {
        if (text.Length > TextCharsMax)
            return [$"the text has {text.Length} characters, at most {TextCharsMax} are allowed."];

        lock (_changing)
        {
            var problems = new List<string>();
            var levels = _levels;
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                levels = With(levels, part, problems);
            if (problems.Count > 0)
                return problems;

            Volatile.Write(ref _levels, levels);
            foreach (var (subsystem, cell) in _cells)
                cell.Level = LevelIn(levels, subsystem);
            return [];
        }
    }

    /// <summary>All levels in the form that <see cref="Set"/> reads: <c>*=info,dotnet=warning,engine=debug,http=warning</c>.</summary>
    public override string ToString() => string.Join(',', Volatile.Read(ref _levels).Select(l => $"{l.Key}={WordOf(l.Value)}"));

    internal static string WordOf(LogLevel level) => _words.First(w => w.Level == level).Word;

    /// <summary>The one place where the loggers of a subsystem look up their level.</summary>
    internal Cell CellOf(string subsystem)
    {
        lock (_changing)
        {
            _subsystems.Add(subsystem);
            if (!_cells.TryGetValue(subsystem, out var cell))
                _cells.Add(subsystem, cell = new Cell { Level = LevelIn(_levels, subsystem) });
            return cell;
        }
    }

    private static LogLevel LevelIn(ImmutableSortedDictionary<string, LogLevel> levels, string subsystem) =>
        levels.TryGetValue(subsystem, out var level) ? level : levels[Rest];

    private ImmutableSortedDictionary<string, LogLevel> With(ImmutableSortedDictionary<string, LogLevel> levels, string part, List<string> problems)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        var subsystem = equals < 0 ? Rest : part[..equals].Trim().ToLowerInvariant();
        var word = part[(equals + 1)..].Trim().ToLowerInvariant();
        var isKnown = subsystem == Rest || _subsystems.Contains(subsystem);
        var found = _words.FirstOrDefault(w => w.Word == word);
        if (!isKnown)
        {
            var nearest = NearestName.Of(subsystem, _subsystems);
            var allowed = nearest is null ? "; allowed" : $", did you mean '{nearest}'? Allowed";
            problems.Add($"'{subsystem}' is no subsystem{allowed} are * and {string.Join(", ", _subsystems)}.");
        }

        if (found.Word is null && word != Default)
            problems.Add($"'{word}' is no level; allowed are {string.Join(", ", _words.Select(w => w.Word))}, and {Default}.");

        if (!isKnown || (found.Word is null && word != Default))
            return levels;

        return word != Default ? levels.SetItem(subsystem, found.Level)
            : _initial.TryGetValue(subsystem, out var initial) ? levels.SetItem(subsystem, initial)
            : levels.Remove(subsystem);
    }

    /// <summary>The level of one subsystem, shared by its loggers: one memory read per disabled log call.</summary>
    internal sealed class Cell
    {
        private volatile LogLevel _level;

        public LogLevel Level
        {
            get => _level;
            set => _level = value;
        }
    }
}

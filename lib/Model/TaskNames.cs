using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>Finds the tasks of a job that a text means: a name or a number of a block, or <c>block:task</c>. Names win over numbers.</summary>
internal sealed class TaskNames
{
    /// <summary>Of a wrong name, only so many others are compared with it: the answer must not take seconds.</summary>
    private const int ComparedMax = 1000;

    /// <summary>Digits and sign of any frame.</summary>
    private const int FrameLengthMax = 11;

    /// <summary>What a wrong text may take of an answer.</summary>
    private const int QuotedMax = 100;

    private static readonly Regex _mark = new("@#+@", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private readonly JobDescription _job;
    private readonly Dictionary<string, List<int>> _blocks = [];
    private readonly Dictionary<int, Dictionary<string, List<int>>> _listed = [];

    public TaskNames(JobDescription job)
    {
        _job = job;
        for (var block = 0; block < job.Blocks.Count; block++) Add(_blocks, job.Blocks[block].Name, block);
    }

    /// <summary>Every task that is meant; none when the text means nothing. The whole text as a task of this block goes first.</summary>
    public IEnumerable<(int Block, int Task)> Find(int block, string text)
    {
        if (Tasks([block], text) is { } own) return own;
        for (var colon = text.IndexOf(':'); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            if (Tasks(Blocks(text[..colon]), text[(colon + 1)..]) is { } tasks) return tasks;
        }

        return [];
    }

    /// <summary>What is wrong with a text that means no task, and what was probably meant.</summary>
    public string Unknown(int block, string text)
    {
        var colon = text.IndexOf(':');
        List<int> blocks = colon < 0 ? [] : Blocks(text[..colon]);
        if (blocks.Count == 1) return UnknownTask(blocks[0], text[(colon + 1)..]);
        if (colon > 0 && blocks.Count == 0)
        {
            var near = NearNames.Nearest(text[..colon], _blocks.Keys.Take(ComparedMax));
            if (near is not null) return $"means no task: no block is named '{Quoted(text[..colon])}'{Meant(near)}";
        }

        return UnknownTask(block, text);
    }

    private string UnknownTask(int block, string text)
    {
        var description = _job.Blocks[block];
        var near = description.IsNumeric ? null : NearNames.Nearest(text, Names(block).Keys.Take(ComparedMax));
        var has = description.TaskCount switch
        {
            0 => "has no tasks",
            1 => "has one task, number 0",
            var count => $"has tasks 0 to {count - 1}",
        };
        return $"means no task: block '{description.Name}' {has}, none of them is '{Quoted(text)}'{Meant(near)}";
    }

    private static string Meant(string? near) => near is null ? "" : $"; did you mean '{near}'?";

    private static string Quoted(string text) => text.Length <= QuotedMax ? text : $"{text[..QuotedMax]}…";

    private List<int> Blocks(string text) =>
        _blocks.TryGetValue(text, out var named) ? named
        : Number(text, _job.Blocks.Count) is { } number ? [number]
        : [];

    private IEnumerable<(int Block, int Task)>? Tasks(List<int> blocks, string text)
    {
        var named = blocks.SelectMany(block => Named(block, text).Select(task => (block, task)));
        if (named.Any()) return named;
        var numbered = blocks.Where(block => Number(text, _job.Blocks[block].TaskCount) is not null);
        return numbered.Any() ? numbered.Select(block => (block, Number(text, int.MaxValue)!.Value)) : null;
    }

    private static int? Number(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < count ? number : null;

    private IEnumerable<int> Named(int block, string text)
    {
        if (_job.Blocks[block].IsNumeric) return Displayed(_job.Blocks[block], text);
        return Names(block).TryGetValue(text, out var tasks) ? tasks : [];
    }

    /// <summary>The tasks of a range of frames that are shown with a name: its first number, read back, leads to the task.</summary>
    private static IEnumerable<int> Displayed(BlockDescription block, string text)
    {
        var mark = _mark.Match(block.TasksName);
        if (block.TasksName.Length > 0 && !mark.Success) return text == block.TasksName ? Enumerable.Range(0, block.TaskCount) : [];

        var before = block.TasksName.Length == 0 ? "frame " : block.TasksName[..mark.Index];
        if (!text.StartsWith(before, StringComparison.Ordinal)) return [];
        var found = new List<int>();
        var digitsMax = Math.Max(mark.Length, FrameLengthMax);
        for (var length = 1; length <= digitsMax && before.Length + length <= text.Length; length++)
        {
            if (!long.TryParse(text.AsSpan(before.Length, length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var frame)) continue;
            var task = (int)block.Frames.TaskOf(frame);
            var span = block.Frames.Of(task);
            var name = block.TasksName.Length == 0 ? span.ToString() : CommandPattern.FillFrames(block.TasksName, span);
            if (name == text && !found.Contains(task)) found.Add(task);
        }

        return found;
    }

    private Dictionary<string, List<int>> Names(int block)
    {
        if (_listed.TryGetValue(block, out var names)) return names;
        names = [];
        var tasks = _job.Blocks[block].Tasks;
        for (var task = 0; task < tasks.Count; task++)
        {
            if (tasks[task].Name.Length > 0) Add(names, tasks[task].Name, task);
        }

        _listed.Add(block, names);
        return names;
    }

    private static void Add(Dictionary<string, List<int>> names, string name, int number)
    {
        ref var numbers = ref CollectionsMarshal.GetValueRefOrAddDefault(names, name, out _);
        (numbers ??= []).Add(number);
    }
}

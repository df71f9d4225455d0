using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>Finds the tasks of a job that a text means: a name or a number of a block, or <c>block:task</c>. Names win over numbers.</summary>
internal sealed class TaskNames
{
    /// <summary>Of a wrong name, only so many others are compared with it: the answer must not take seconds.</summary>
    private const int ComparedMax = 1000;

    /// <summary>And only for so many wrong names: who has more of them has another problem.</summary>
    private const int SuggestionsMax = 10;

    /// <summary>A name of a block and a name of a task: nothing longer can mean a task.</summary>
    private const int TextLengthMax = (2 * JobProblems.NameLengthMax) + 1;

    /// <summary>A text may be cut at any of its colons; names with more of them are meant by their numbers.</summary>
    private const int ColonsMax = 8;

    /// <summary>Digits and sign of any frame.</summary>
    private const int FrameLengthMax = 11;

    /// <summary>What a wrong text may take of an answer.</summary>
    private const int QuotedMax = 100;

    private static readonly Regex _mark = new("@#+@", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private readonly JobDescription _job;
    private readonly Dictionary<string, List<int>> _blocks = [];
    private readonly Dictionary<int, Dictionary<string, List<int>>> _listed = [];
    private int _suggested;

    public TaskNames(JobDescription job)
    {
        _job = job;
        for (var block = 0; block < job.Blocks.Count; block++) Add(_blocks, job.Blocks[block].Name, block);
    }

    /// <summary>
    /// Every task that is meant, of one block after the other; none when the text means nothing. The whole text as a task of
    /// this block goes first.
    /// </summary>
    public List<(int Block, List<int> Tasks)> Find(int block, string text)
    {
        if (text.Length > TextLengthMax) return [];
        var found = Tasks([block], text);
        var colon = text.IndexOf(':');
        for (var i = 0; i < ColonsMax && found.Count == 0 && colon >= 0; i++)
        {
            found = Tasks(Blocks(text[..colon]), text[(colon + 1)..]);
            colon = text.IndexOf(':', colon + 1);
        }

        return found;
    }

    /// <summary>What is wrong with a text that means no task, and what was probably meant.</summary>
    public string Unknown(int block, string text)
    {
        var colon = text.IndexOf(':');
        List<int> blocks = colon < 0 ? [] : Blocks(text[..colon]);
        if (blocks.Count == 1) return UnknownTask(blocks[0], text[(colon + 1)..]);
        if (colon > 0 && blocks.Count == 0)
        {
            var near = Nearest(text[..colon], _blocks);
            if (near is not null) return $"means no task: no block is named '{Quoted(text[..colon])}'{Meant(near)}";
        }

        return UnknownTask(block, text);
    }

    private string UnknownTask(int block, string text)
    {
        var description = _job.Blocks[block];
        var near = description.IsNumeric ? null : Nearest(text, Names(block));
        var has = description.TaskCount switch
        {
            0 => "has no tasks",
            1 => "has one task, number 0",
            var count => $"has tasks 0 to {count - 1}",
        };
        return $"means no task: block '{description.Name}' {has}, none of them is '{Quoted(text)}'{Meant(near)}";
    }

    private string? Nearest(string name, Dictionary<string, List<int>> known) =>
        _suggested++ < SuggestionsMax ? NearNames.Nearest(name, known.Keys.Take(ComparedMax)) : null;

    private static string Meant(string? near) => near is null ? "" : $"; did you mean '{near}'?";

    private static string Quoted(string text) => text.Length <= QuotedMax ? text : $"{text[..QuotedMax]}…";

    private List<int> Blocks(string text) =>
        _blocks.TryGetValue(text, out var named) ? named
        : Number(text, _job.Blocks.Count) is { } number ? [number]
        : [];

    private List<(int Block, List<int> Tasks)> Tasks(List<int> blocks, string text)
    {
        var found = new List<(int Block, List<int> Tasks)>();
        foreach (var block in blocks)
        {
            if (Named(block, text) is { Count: > 0 } named) found.Add((block, named));
        }

        if (found.Count > 0) return found;
        foreach (var block in blocks)
        {
            if (Number(text, _job.Blocks[block].TaskCount) is { } number) found.Add((block, [number]));
        }

        return found;
    }

    private static int? Number(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < count ? number : null;

    private List<int> Named(int block, string text)
    {
        if (_job.Blocks[block].IsNumeric) return Displayed(block, text);
        return Names(block).TryGetValue(text, out var tasks) ? tasks : [];
    }

    /// <summary>The tasks of a range of frames that are shown with a name: its first number, read back, leads to the task.</summary>
    private List<int> Displayed(int number, string text)
    {
        var block = _job.Blocks[number];
        var mark = _mark.Match(block.TasksName);
        if (block.TasksName.Length > 0 && !mark.Success) return text == block.TasksName ? AllTasks(number) : [];

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

    /// <summary>Under the one name that all tasks of a block are shown with.</summary>
    private List<int> AllTasks(int block)
    {
        if (_listed.TryGetValue(block, out var names)) return names.Values.First();
        List<int> all = [.. Enumerable.Range(0, _job.Blocks[block].TaskCount)];
        _listed.Add(block, new() { [_job.Blocks[block].TasksName] = all });
        return all;
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

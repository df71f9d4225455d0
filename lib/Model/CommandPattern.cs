using System.Text;

namespace Afanasy.Model;

/// <summary>Fills numbers and task texts into commands, names and file patterns; CGRU contract §2.7.</summary>
public static class CommandPattern
{
    private const string TaskMark = "@#@";

    /// <summary>
    /// Every <c>@##@</c> (one # or more) takes the first frame, the last frame, the first … in turn, padded with zeros to
    /// the number of #; a minus sign counts as a digit.
    /// </summary>
    public static string FillFrames(string pattern, FrameSpan frames)
    {
        var filled = new StringBuilder(pattern.Length + 16);
        var takeLast = false;
        var position = 0;
        while (position < pattern.Length)
        {
            var digits = MarkLength(pattern, position);
            if (digits == 0)
            {
                filled.Append(pattern[position++]);
                continue;
            }

            filled.Append(Padded(takeLast ? frames.Last : frames.First, digits));
            takeLast = !takeLast;
            position += digits + 2;
        }

        return filled.ToString();
    }

    /// <summary>Puts a task's own text where <c>@#@</c> stands, or behind the pattern where it does not.</summary>
    public static string FillTask(string pattern, string task) =>
        pattern.Contains(TaskMark, StringComparison.Ordinal) ? pattern.Replace(TaskMark, task, StringComparison.Ordinal)
        : pattern.Length == 0 ? task
        : task.Length == 0 ? pattern
        : $"{pattern} {task}";

    /// <summary>The file of every frame of a numeric task, for one pattern; a pattern without a mark is one file.</summary>
    public static IEnumerable<string> FillFiles(string pattern, FrameSpan frames)
    {
        if (!HasMark(pattern))
        {
            yield return pattern;
            yield break;
        }

        for (var frame = frames.First; frame <= frames.Last; frame += frames.Increment)
            yield return FillFrames(pattern, new FrameSpan(frame, frame, frames.Increment));
    }

    private static bool HasMark(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (MarkLength(pattern, i) > 0) return true;
        }

        return false;
    }

    private static int MarkLength(string pattern, int position)
    {
        if (pattern[position] != '@') return 0;
        var end = position + 1;
        while (end < pattern.Length && pattern[end] == '#') end++;
        return end > position + 1 && end < pattern.Length && pattern[end] == '@' ? end - position - 1 : 0;
    }

    private static string Padded(long number, int digits) =>
        number < 0 ? "-" + Math.Abs(number).ToString().PadLeft(digits - 1, '0') : number.ToString().PadLeft(digits, '0');
}

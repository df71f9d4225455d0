using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>Which blocks of a job wait for which, found by the names that their masks match.</summary>
public static class BlockDependencies
{
    /// <summary>
    /// A mask matches a whole name. Matching takes time in proportion to the name only: a mask that needs more (a
    /// back-reference, a look-around) is refused by the regular expression engine.
    /// </summary>
    public static Regex Compile(string mask) => new($@"\A(?:{mask})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>The other blocks that a mask of this block matches; a block never waits for itself.</summary>
    public static IReadOnlyList<int> Matches(JobDescription job, int block, string mask)
    {
        if (mask.Length == 0) return [];
        var regex = Compile(mask);
        var matches = new List<int>();
        for (var other = 0; other < job.Blocks.Count; other++)
        {
            if (other != block && regex.IsMatch(job.Blocks[other].Name)) matches.Add(other);
        }

        return matches;
    }

    /// <summary>The blocks of one circle of waiting, the first again at the end; empty when there is none.</summary>
    public static IReadOnlyList<int> Cycle(JobDescription job)
    {
        var waitsFor = Enumerable.Range(0, job.Blocks.Count)
            .Select(i => Matches(job, i, job.Blocks[i].DependMask).Union(Matches(job, i, job.Blocks[i].TasksDependMask)).ToArray())
            .ToArray();
        var finished = new bool[waitsFor.Length];
        for (var start = 0; start < waitsFor.Length; start++)
        {
            if (CycleFrom(start, waitsFor, finished) is { Count: > 0 } cycle) return cycle;
        }

        return [];
    }

    private static IReadOnlyList<int> CycleFrom(int start, int[][] waitsFor, bool[] finished)
    {
        var path = new List<int>();
        var next = new Stack<IEnumerator<int>>();
        if (finished[start]) return [];
        Enter(start);
        while (next.Count > 0)
        {
            if (!next.Peek().MoveNext())
            {
                next.Pop().Dispose();
                finished[path[^1]] = true;
                path.RemoveAt(path.Count - 1);
                continue;
            }

            var block = next.Peek().Current;
            var at = path.IndexOf(block);
            if (at >= 0) return [.. path[at..], block];
            if (!finished[block]) Enter(block);
        }

        return [];

        void Enter(int block)
        {
            path.Add(block);
            next.Push(waitsFor[block].AsEnumerable().GetEnumerator());
        }
    }
}

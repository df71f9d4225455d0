using System.Text.RegularExpressions;

namespace Afanasy.Model;

/// <summary>The other blocks of its job that one block waits for: as a whole, and frame by frame.</summary>
public sealed record BlockWaits(IReadOnlyList<int> Blocks, IReadOnlyList<int> FrameByFrame);

/// <summary>Which blocks of a job wait for which, found by the names that their masks match. The masks must have no problem.</summary>
public static class BlockDependencies
{
    /// <summary>A mask matches a whole name; see <see cref="NameMask"/>.</summary>
    public static Regex Compile(string mask) => NameMask.WholeName(mask, ignoreCase: false);

    /// <summary>For every block of the job, in its order, what it waits for. Every distinct mask is compiled and matched once.</summary>
    public static IReadOnlyList<BlockWaits> Of(JobDescription job)
    {
        var known = new Dictionary<string, int[]>();
        return [.. job.Blocks.Select((block, number) => new BlockWaits(Others(block.DependMask, number), Others(block.TasksDependMask, number)))];

        IReadOnlyList<int> Others(string mask, int block)
        {
            if (mask.Length == 0) return [];
            if (!known.TryGetValue(mask, out var matches)) known.Add(mask, matches = AllMatches(job, mask));
            return Array.BinarySearch(matches, block) < 0 ? matches : [.. matches.Where(other => other != block)];
        }
    }

    /// <summary>The other blocks that a mask of this block matches; a block never waits for itself.</summary>
    public static IReadOnlyList<int> Matches(JobDescription job, int block, string mask) =>
        mask.Length == 0 ? [] : [.. AllMatches(job, mask).Where(other => other != block)];

    /// <summary>The blocks of one circle of waiting, the first again at the end; empty when there is none.</summary>
    public static IReadOnlyList<int> Cycle(JobDescription job) => Cycle(Of(job));

    public static IReadOnlyList<int> Cycle(IReadOnlyList<BlockWaits> waits)
    {
        var waitsFor = waits.Select(wait => wait.Blocks.Union(wait.FrameByFrame).ToArray()).ToArray();
        var finished = new bool[waitsFor.Length];
        for (var start = 0; start < waitsFor.Length; start++)
        {
            if (CycleFrom(start, waitsFor, finished) is { Count: > 0 } cycle) return cycle;
        }

        return [];
    }

    private static int[] AllMatches(JobDescription job, string mask)
    {
        // Most masks are names of blocks, between bars: nothing to compile, and much faster.
        var names = mask.Split('|');
        if (names.All(name => Regex.Escape(name) == name)) return Numbers(job, names.ToHashSet().Contains);
        return Numbers(job, Compile(mask).IsMatch);
    }

    private static int[] Numbers(JobDescription job, Func<string, bool> fits) =>
        [.. Enumerable.Range(0, job.Blocks.Count).Where(block => fits(job.Blocks[block].Name))];

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

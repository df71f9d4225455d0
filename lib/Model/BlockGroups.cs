namespace Afanasy.Model;

/// <summary>Sorts the blocks of a job into groups that wait for one another in a circle, when one edge counts for its whole block.</summary>
internal static class BlockGroups
{
    /// <summary>The group of every block; a block that is in no circle has a group of its own.</summary>
    public static int[] Of(IReadOnlyList<BlockWaits> waits, IReadOnlyList<TaskEdge> edges)
    {
        var waitsFor = waits.Select(wait => wait.Blocks.Concat(wait.FrameByFrame).ToHashSet()).ToArray();
        foreach (var edge in edges) waitsFor[edge.Block].Add(edge.OnBlock);
        var waitedBy = new List<int>[waits.Count];
        for (var block = 0; block < waits.Count; block++) waitedBy[block] = [];
        for (var block = 0; block < waits.Count; block++)
        {
            foreach (var on in waitsFor[block]) waitedBy[on].Add(block);
        }

        var group = new int[waits.Count];
        Array.Fill(group, -1);
        foreach (var start in LastToLeaveFirst(waitsFor)) Spread(start, waitedBy, group);
        return group;
    }

    /// <summary>All blocks in the reverse order in which a walk along the waiting leaves them.</summary>
    private static List<int> LastToLeaveFirst(HashSet<int>[] waitsFor)
    {
        var left = new List<int>(waitsFor.Length);
        var seen = new bool[waitsFor.Length];
        var path = new Stack<(int Block, IEnumerator<int> Next)>();
        for (var start = 0; start < waitsFor.Length; start++)
        {
            Enter(start);
            while (path.TryPeek(out var top))
            {
                if (top.Next.MoveNext()) Enter(top.Next.Current);
                else left.Add(path.Pop().Block);
            }
        }

        left.Reverse();
        return left;

        void Enter(int block)
        {
            if (seen[block]) return;
            seen[block] = true;
            path.Push((block, waitsFor[block].AsEnumerable().GetEnumerator()));
        }
    }

    private static void Spread(int start, List<int>[] waitedBy, int[] group)
    {
        if (group[start] >= 0) return;
        group[start] = start;
        var open = new Stack<int>([start]);
        while (open.TryPop(out var block))
        {
            foreach (var other in waitedBy[block])
            {
                if (group[other] >= 0) continue;
                group[other] = start;
                open.Push(other);
            }
        }
    }
}

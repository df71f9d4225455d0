namespace Afanasy.Model;

/// <summary>
/// Looks for tasks that wait for one another in a circle, over edges between tasks, whole blocks and frame-by-frame ranges
/// together. Blocks alone make no circle (that is known before), so every circle goes through an edge, and lies in blocks
/// that wait for one another if an edge counts for its whole block; only these are looked into.
/// </summary>
internal sealed class TaskCycle
{
    /// <summary>Dependencies that are looked at, one by one: a fraction of a second, at the door.</summary>
    private const int StepsMax = 5_000_000;

    /// <summary>Names of a longer circle are left out in the middle of its text.</summary>
    private const int NamesMax = 20;

    /// <summary>Stands for the end of a whole block, among the tasks of it.</summary>
    private const int WholeBlock = -1;

    private readonly JobDescription _job;
    private readonly IReadOnlyList<BlockWaits> _waits;
    private readonly IReadOnlyList<TaskEdge> _edges;
    private readonly Dictionary<(int Block, int Task), int> _firstEdge = [];
    private readonly int[] _group;
    private readonly Dictionary<int, Mark[]> _marks = [];

    private TaskCycle(JobDescription job, IReadOnlyList<BlockWaits> waits, IReadOnlyList<TaskEdge> edges)
    {
        (_job, _waits, _edges) = (job, waits, edges);
        for (var i = 0; i < edges.Count; i++) _firstEdge.TryAdd((edges[i].Block, edges[i].Task), i);
        _group = BlockGroups.Of(waits, edges);
    }

    private enum Mark : byte
    {
        New,
        OnPath,
        Left,
    }

    /// <summary>The problem that a circle is; null when there is none. Edges of one task stand side by side.</summary>
    public static FieldProblem? Find(JobDescription job, IReadOnlyList<BlockWaits> waits, IReadOnlyList<TaskEdge> edges) =>
        new TaskCycle(job, waits, edges).Find();

    /// <summary>The names of a circle, the first again at the end, as a sentence.</summary>
    public static string Text(IEnumerable<string> names, int count)
    {
        if (count <= NamesMax) return string.Join(" waits for ", names);
        var list = names.ToList();
        return string.Join(" waits for ", list[..(NamesMax - 1)].Append($"… ({count - NamesMax} more)").Append(list[^1]));
    }

    private FieldProblem? Find()
    {
        var steps = 0;
        foreach (var start in _firstEdge.Keys)
        {
            if (MarkOf(start) != Mark.New) continue;
            var path = new List<(int Block, int Task)>();
            var next = new Stack<IEnumerator<(int Block, int Task)>>();
            Enter(start);
            while (next.Count > 0)
            {
                if (!next.Peek().MoveNext())
                {
                    next.Pop().Dispose();
                    MarkOf(path[^1]) = Mark.Left;
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                if (++steps > StepsMax) return new FieldProblem("blocks", $"the dependencies of its tasks and masks together are more than {StepsMax} to follow; let whole blocks wait for one another, or split the job");
                var node = next.Peek().Current;
                if (MarkOf(node) == Mark.OnPath) return Problem([.. path[path.IndexOf(node)..], node]);
                if (MarkOf(node) == Mark.New) Enter(node);
            }

            void Enter((int Block, int Task) node)
            {
                MarkOf(node) = Mark.OnPath;
                path.Add(node);
                next.Push(WaitsFor(node).GetEnumerator());
            }
        }

        return null;
    }

    private ref Mark MarkOf((int Block, int Task) node)
    {
        if (!_marks.TryGetValue(node.Block, out var marks)) _marks.Add(node.Block, marks = new Mark[_job.Blocks[node.Block].TaskCount + 1]);
        return ref marks[node.Task - WholeBlock];
    }

    private IEnumerable<(int Block, int Task)> WaitsFor((int Block, int Task) node)
    {
        var description = _job.Blocks[node.Block];
        if (node.Task == WholeBlock)
        {
            for (var task = 0; task < description.TaskCount; task++) yield return (node.Block, task);
            yield break;
        }

        if (_firstEdge.TryGetValue(node, out var edge))
        {
            for (; edge < _edges.Count && (_edges[edge].Block, _edges[edge].Task) == node; edge++)
            {
                if (_group[_edges[edge].OnBlock] == _group[node.Block]) yield return (_edges[edge].OnBlock, _edges[edge].OnTask);
            }
        }

        foreach (var producer in _waits[node.Block].Blocks)
        {
            if (_group[producer] == _group[node.Block]) yield return (producer, WholeBlock);
        }

        foreach (var producer in _waits[node.Block].FrameByFrame)
        {
            if (_group[producer] != _group[node.Block]) continue;
            var (first, last) = FrameProjection.Project(description, node.Task, _job.Blocks[producer], 0);
            for (var task = first; task <= last; task++) yield return (producer, task);
        }
    }

    private FieldProblem Problem(List<(int Block, int Task)> cycle)
    {
        var at = cycle.First(_firstEdge.ContainsKey);
        var oneBlock = cycle.TrueForAll(node => node.Block == at.Block && node.Task != WholeBlock);
        return new FieldProblem(
            $"blocks[{at.Block}].tasks[{at.Task}].depends_on",
            $"dependency cycle: {Text(cycle.Select(node => Name(node, oneBlock)), cycle.Count)}");
    }

    private string Name((int Block, int Task) node, bool oneBlock)
    {
        var block = _job.Blocks[node.Block];
        if (node.Task == WholeBlock) return $"all of '{block.Name}'";
        var own = block.IsNumeric ? block.Frames.Of(node.Task).ToString() : block.Tasks[node.Task].Name;
        if (own.Length == 0) own = node.Task.ToString();
        return oneBlock ? $"'{own}'" : $"'{block.Name}:{own}'";
    }
}

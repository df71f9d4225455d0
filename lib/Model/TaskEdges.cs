namespace Afanasy.Model;

/// <summary>One task that waits for another of the same job.</summary>
public readonly record struct TaskEdge(int Block, int Task, int OnBlock, int OnTask);

/// <summary>The dependencies that tasks name one by one (<c>depends_on</c>), and whether a job can ever end with them.</summary>
public static class TaskEdges
{
    /// <summary>Each is kept in memory for as long as the job is there: 16 MB of them.</summary>
    public const int EdgesMax = 1_000_000;

    /// <summary>
    /// The edges in the order of the tasks that wait, each once, and every problem: names that no task has, and a circle of
    /// waiting over edges and masks together. Masks and frames of the job must have no problem.
    /// </summary>
    public static (IReadOnlyList<TaskEdge> Edges, IReadOnlyList<FieldProblem> Problems) Of(JobDescription job) => Of(job, BlockDependencies.Of(job));

    public static (IReadOnlyList<TaskEdge> Edges, IReadOnlyList<FieldProblem> Problems) Of(JobDescription job, IReadOnlyList<BlockWaits> waits)
    {
        var problems = new List<FieldProblem>();
        var edges = Read(job, problems);
        if (problems.Count > 0) return (edges, problems);

        if (BlockDependencies.Cycle(waits) is { Count: > 0 } blocks)
            problems.Add(new("blocks", $"dependency cycle: {TaskCycle.Text(blocks.Select(block => $"'{job.Blocks[block].Name}'"), blocks.Count)}"));
        else if (edges.Count > 0 && TaskCycle.Find(job, waits, edges) is { } cycle)
            problems.Add(cycle);
        return (edges, problems);
    }

    /// <summary>The edges alone, of a job that was judged before: nothing is looked for a circle.</summary>
    public static IReadOnlyList<TaskEdge> OfJudged(JobDescription job) => Read(job, []);

    private static List<TaskEdge> Read(JobDescription job, List<FieldProblem> problems)
    {
        var edges = new List<TaskEdge>();
        TaskNames? names = null;
        for (var block = 0; block < job.Blocks.Count; block++)
        {
            if (job.Blocks[block].IsNumeric) continue;
            var tasks = job.Blocks[block].Tasks;
            for (var task = 0; task < tasks.Count && problems.Count < FieldReader.ProblemsMax; task++)
            {
                if (tasks[task].DependsOn.Count == 0) continue;
                names ??= new TaskNames(job);
                if (ReadTask(names, block, task, tasks[task].DependsOn, edges, problems)) continue;
                problems.Add(new($"blocks[{block}].tasks[{task}].depends_on", $"brings the job to more than {EdgesMax} dependencies between tasks; wait for whole blocks with depend_mask, or split the job"));
                return edges;
            }
        }

        return edges;
    }

    /// <summary>False when there are too many.</summary>
    private static bool ReadTask(TaskNames names, int block, int task, IReadOnlyList<string> texts, List<TaskEdge> edges, List<FieldProblem> problems)
    {
        var before = edges.Count;
        for (var i = 0; i < texts.Count && problems.Count < FieldReader.ProblemsMax; i++)
        {
            var found = names.Find(block, texts[i]);
            if (found.Count == 0) problems.Add(new($"blocks[{block}].tasks[{task}].depends_on[{i}]", names.Unknown(block, texts[i])));
            foreach (var (onBlock, onTasks) in found)
            {
                if (edges.Count + onTasks.Count > EdgesMax) return false;
                foreach (var onTask in onTasks) edges.Add(new TaskEdge(block, task, onBlock, onTask));
            }
        }

        RemoveRepeated(edges, before);
        return true;
    }

    private static void RemoveRepeated(List<TaskEdge> edges, int from)
    {
        if (edges.Count - from < 2) return;
        var seen = new HashSet<TaskEdge>();
        var kept = from;
        for (var i = from; i < edges.Count; i++)
        {
            if (seen.Add(edges[i])) edges[kept++] = edges[i];
        }

        edges.RemoveRange(kept, edges.Count - kept);
    }
}

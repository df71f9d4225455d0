using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Tasks of one block that an action is about; null is all of them.</summary>
internal readonly record struct ChosenTasks(Block Block, TaskSet? Tasks)
{
    public bool Has(int task) => Tasks is null || Tasks.Contains(task);

    /// <summary>The blocks and tasks that an action names; none with a problem.</summary>
    public static IReadOnlyList<ChosenTasks> Of(Job job, JobAction action, List<FieldProblem> problems)
    {
        var blocks = BlocksOf(job, action, problems);
        if (problems.Count > 0) return [];
        if (action.Tasks.Count == 0) return [.. blocks.Select(block => new ChosenTasks(block, null))];
        if (blocks.Count > 1)
        {
            problems.Add(new("tasks", "name one block in blocks: task numbers count within a block"));
            return [];
        }

        var size = blocks[0].States.Size;
        var tasks = new TaskSet(size);
        for (var i = 0; i < action.Tasks.Count && problems.Count == 0; i++)
        {
            if (action.Tasks[i] < 0 || action.Tasks[i] >= size) problems.Add(new($"tasks[{i}]", $"the block has tasks 0 to {size - 1}, was {action.Tasks[i]}"));
            else tasks.Add(action.Tasks[i]);
        }

        return problems.Count > 0 ? [] : [new ChosenTasks(blocks[0], tasks)];
    }

    /// <summary>Runs of neighbours in a set, both ends included.</summary>
    public static IEnumerable<(int First, int Last)> Ranges(TaskSet tasks)
    {
        for (var first = tasks.First(); first >= 0;)
        {
            var last = first;
            while (last + 1 < tasks.Size && tasks.Contains(last + 1)) last++;
            yield return (first, last);
            first = tasks.First(last + 1);
        }
    }

    private static IReadOnlyList<Block> BlocksOf(Job job, JobAction action, List<FieldProblem> problems)
    {
        for (var i = 0; i < action.Blocks.Count && problems.Count < FieldReader.ProblemsMax; i++)
        {
            if (action.Blocks[i] != JobAction.AllBlocks && (action.Blocks[i] < 0 || action.Blocks[i] >= job.Blocks.Count))
                problems.Add(new($"blocks[{i}]", $"the job has blocks 0 to {job.Blocks.Count - 1}, was {action.Blocks[i]}"));
        }

        if (NameMask.Problem(action.BlockMask, MaskDialect.Find) is { } problem) problems.Add(new("block_mask", problem));
        if (problems.Count > 0) return [];
        if (action.Blocks.Count > 0) return action.Blocks.Contains(JobAction.AllBlocks) ? job.Blocks : [.. action.Blocks.Distinct().Order().Select(number => job.Blocks[number])];
        if (action.BlockMask.Length == 0) return job.Blocks;

        var mask = NameMask.Of(action.BlockMask, MaskDialect.Find);
        var named = job.Blocks.Where(block => mask.Accepts(block.Description.Name)).ToList();
        if (named.Count == 0) problems.Add(new("block_mask", $"'{action.BlockMask}' begins the name of no block of the job"));
        return named;
    }
}

using System.Text.Json;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

/// <summary>What the server has promised of one job by its answers. Jobs that nobody can run are acted on; the others run.</summary>
internal sealed record PromisedJob(string Name, bool Runs)
{
    public const int BlockTasks = 40;

    public int Priority { get; init; } = 50;

    public string Annotation { get; init; } = "";

    public bool IsPaused { get; init; }

    /// <summary>All tasks of its first block are skipped.</summary>
    public bool IsSkipped { get; init; }

    public object ToSubmit(string user)
    {
        var tasks = new object[BlockTasks];
        for (var task = 0; task < BlockTasks; task++) tasks[task] = new { name = $"shot {task}", command = "true" };
        return new
        {
            name = Name,
            user_name = user,
            priority = Priority,
            hosts_mask = Runs ? "" : "nobody",
            blocks = new object[]
            {
                new { name = "frames", frame_first = 1, frame_last = BlockTasks, command = "true" },
                new { name = "shots", command = "@#@", tasks },
            },
        };
    }

    /// <summary>In which way the server's row of this job breaks the promise; nothing when it does not.</summary>
    public string? Broken(JsonElement row)
    {
        var blocks = row.GetProperty("blocks").EnumerateArray().ToList();
        if (blocks.Count != 2 || blocks.Exists(block => block.Number("tasks_total") != BlockTasks)) return $"is not whole: {row}";
        if (row.Number("priority") != Priority) return $"has priority {row.Number("priority")} instead of {Priority}";
        if (row.Text("annotation") != Annotation) return $"is annotated '{row.Text("annotation")}' instead of '{Annotation}'";
        if (Runs) return null;
        if ((row.Text("state") == "paused") != IsPaused) return $"is {row.Text("state")}, which {(IsPaused ? "was" : "was not")} to be paused";
        var skipped = IsSkipped ? BlockTasks : 0;
        return blocks[0].Number("tasks_skipped") == skipped && blocks[1].Number("tasks_skipped") == 0 ? null : $"has {row.Number("tasks_skipped")} tasks skipped instead of {skipped}";
    }
}

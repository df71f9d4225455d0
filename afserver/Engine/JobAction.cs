using System.Text.Json;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Who asks, as far as they say so.</summary>
internal sealed record Asker(string UserName, string HostName);

/// <summary>What a person can do to a job, to blocks or to tasks of it; CGRU contract §3.4.</summary>
internal enum JobOperation
{
    Delete,
    Start,

    /// <summary>Another word for start.</summary>
    Resume,
    Pause,
    Stop,
    Restart,
    RestartPause,
    RestartErrors,
    RestartRunning,
    RestartSkipped,
    RestartDone,
    RestartWarnings,
    Skip,
    Suspend,
    Continue,
    Done,
    ResetErrorHosts,
    ResetTryingNextTasks,
    Trynext,
    AppendBlocks,
    AppendTasks,
    Tickets,
    Set,
}

/// <summary>An operation on a job. Without blocks, mask and tasks it concerns the job as a whole.</summary>
internal sealed record JobAction(JobOperation Operation)
{
    /// <summary>In a list of blocks: all of them.</summary>
    public const int AllBlocks = -1;

    public IReadOnlyList<int> Blocks { get; init; } = [];

    /// <summary>The blocks whose names begin with one of these words; see <see cref="MaskDialect.Find"/>.</summary>
    public string BlockMask { get; init; } = "";

    /// <summary>Numbers within the one chosen block; none is all tasks.</summary>
    public IReadOnlyList<int> Tasks { get; init; } = [];

    /// <summary>Also the tasks that depend on the chosen ones.</summary>
    public bool AffectDepends { get; init; }

    /// <summary>
    /// An object: what <c>set</c> sets, the <c>blocks</c> and <c>tasks</c> to append, <c>name</c> and <c>count</c> of a ticket, the
    /// <c>mode</c> of trynext. Read within the turn, so it must live until the answer.
    /// </summary>
    public JsonElement Params { get; init; }

    public bool IsOnBlocks => Blocks.Count > 0 || BlockMask.Length > 0 || Tasks.Count > 0;
}

/// <summary>What came of an action: how many tasks, blocks or jobs it changed, or why not.</summary>
internal sealed record ActionAnswer(int Changed, string Detail, IReadOnlyList<FieldProblem> Problems)
{
    /// <summary>Numbers of the blocks or tasks that were appended.</summary>
    public IReadOnlyList<int> Ids { get; init; } = [];

    /// <summary>It was refused for want of rights.</summary>
    public bool IsForbidden { get; init; }

    public static Decision<ActionAnswer> Accept(IReadOnlyList<Change> changes, int changed, string detail) =>
        new(new ActionAnswer(changed, detail, [])) { Changes = changes };

    public static Decision<ActionAnswer> Refuse(IReadOnlyList<FieldProblem> problems) => new(new ActionAnswer(0, "", problems));

    /// <summary>Without a path it is refused as things stand, not for what was asked.</summary>
    public static Decision<ActionAnswer> Refuse(string path, string text) => Refuse([new FieldProblem(path, text)]);

    public static Decision<ActionAnswer> Forbid(string text) => new(new ActionAnswer(0, "", [new FieldProblem("", text)]) { IsForbidden = true });
}

/// <summary>The words of operations on every door.</summary>
internal static class JobOperationNames
{
    private static readonly Dictionary<string, JobOperation> _byWord = Enum.GetValues<JobOperation>().ToDictionary(Word);

    public static string Word(this JobOperation operation) => JsonNamingPolicy.SnakeCaseLower.ConvertName(operation.ToString());

    public static bool TryParse(string word, out JobOperation operation) => _byWord.TryGetValue(word, out operation);
}

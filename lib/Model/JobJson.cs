using System.Text.Json;
using System.Text.Json.Serialization;

namespace Afanasy.Model;

/// <summary>
/// The one JSON format of a job. Reading is strict: unknown and mistyped members are problems that name their path,
/// and all problems are found at once.
/// </summary>
public static class JobJson
{
    internal static readonly JsonSerializerOptions WriteOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads and judges a job; the description is of use only when there are no problems.</summary>
    public static (JobDescription Description, IReadOnlyList<FieldProblem> Problems) Read(JsonElement root)
    {
        var problems = new List<FieldProblem>();
        if (root.ValueKind == JsonValueKind.Object && root.GetPropertyCount() == 1 && root.EnumerateObject().First() is var only && FieldReader.NameOf(only) == "job")
            root = only.Value;

        var job = JobFields.Job(new FieldReader(root, "", problems), new());
        AddJudged(problems, problems.Count == 0 ? JobProblems.Of(job) : JobProblems.OfParts(job));
        return (job, problems);
    }

    public static string Write(JobDescription description) => JsonSerializer.Serialize(description, WriteOptions);

    /// <summary>The job with what an edit says: only what may change later; string maps and counts are merged, all else replaced.</summary>
    public static (JobDescription Job, IReadOnlyList<FieldProblem> Problems) EditJob(JobDescription now, JsonElement parameters, string path = "")
    {
        var problems = new List<FieldProblem>();
        var edited = JobFields.Job(new FieldReader(parameters, path, problems, isEdit: true), now);
        AddJudged(problems, JobProblems.OfEdit(now, edited, path));
        return (edited, problems);
    }

    /// <summary>
    /// The block with what an edit says. Masks of the block can make a circle within the job: ask <see cref="JobProblems.OfDependencies"/>
    /// of the job that has it.
    /// </summary>
    public static (BlockDescription Block, IReadOnlyList<FieldProblem> Problems) EditBlock(BlockDescription now, JsonElement parameters, string hostsMaskType = "", string path = "")
    {
        var problems = new List<FieldProblem>();
        var edited = JobFields.Block(new FieldReader(parameters, path, problems, isEdit: true), now);
        AddJudged(problems, BlockProblems.OfEdit(now, edited, hostsMaskType, path));
        return (edited, problems);
    }

    /// <summary>Blocks to append to a job; the whole of it is for <see cref="JobProblems.Of"/>.</summary>
    public static (IReadOnlyList<BlockDescription> Blocks, IReadOnlyList<FieldProblem> Problems) ReadBlocks(JsonElement list, string hostsMaskType = "", string path = "blocks")
    {
        var problems = new List<FieldProblem>();
        var blocks = Listed(list, path, problems, fields => JobFields.Block(fields, new()));
        var judged = new List<FieldProblem>();
        for (var i = 0; i < blocks.Count; i++) BlockProblems.Judge(new FieldJudge($"{path}[{i}]", judged), blocks[i], hostsMaskType);
        AddJudged(problems, judged);
        return (blocks, problems);
    }

    /// <summary>Tasks to append to a listed block.</summary>
    public static (IReadOnlyList<TaskDescription> Tasks, IReadOnlyList<FieldProblem> Problems) ReadTasks(JsonElement list, BlockDescription to, string path = "tasks")
    {
        var problems = new List<FieldProblem>();
        var tasks = Listed(list, path, problems, JobFields.Task);
        var judged = new List<FieldProblem>();
        if (to.IsNumeric) judged.Add(new(path, "cannot be appended: the block is a range of frames"));
        else if (to.Tasks.Count + tasks.Count > JobProblems.TasksPerBlockMax) judged.Add(new(path, $"are too many: the block would have more than {JobProblems.TasksPerBlockMax} tasks"));
        else BlockProblems.JudgeTasks(i => new FieldJudge($"{path}[{i}]", judged), to, tasks);
        AddJudged(problems, judged);
        return (tasks, problems);
    }

    /// <summary>Takes what a judge found to what could not be read, but not what only follows from that.</summary>
    internal static void AddJudged(List<FieldProblem> unread, IReadOnlyList<FieldProblem> judged)
    {
        var paths = unread.Select(problem => problem.Path).ToHashSet();
        var room = FieldReader.ProblemsMax - unread.Count;
        unread.AddRange(judged.Where(problem => !paths.Any(path => FollowsFrom(path, problem.Path))).Take(room).ToList());
    }

    private static IReadOnlyList<T> Listed<T>(JsonElement list, string path, List<FieldProblem> problems, Func<FieldReader, T> read)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(new(path, "must be a list"));
            return [];
        }

        if (list.GetArrayLength() == 0) problems.Add(new(path, "is an empty list"));
        return [.. list.EnumerateArray().Select((item, index) => read(new FieldReader(item, $"{path}[{index}]", problems)))];
    }

    /// <summary>Whether a field was judged by the default that stands for one that could not be read.</summary>
    private static bool FollowsFrom(string unread, string judged) =>
        IsWithin(judged, unread) || IsWithin(unread, judged)
        || (unread.EndsWith(".tasks", StringComparison.Ordinal) && judged == unread[..^"tasks".Length] + "command")
        || (unread.EndsWith(".frame_first", StringComparison.Ordinal) && judged == unread[..^"first".Length] + "last")
        || (unread.EndsWith("_min", StringComparison.Ordinal) && judged == unread[..^"min".Length] + "max")
        || (unread.EndsWith("_max", StringComparison.Ordinal) && judged == unread[..^"max".Length] + "min");

    private static bool IsWithin(string path, string of) =>
        of.Length == 0 || (path.StartsWith(of, StringComparison.Ordinal) && (path.Length == of.Length || path[of.Length] is '.' or '['));
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Afanasy.Model;

/// <summary>
/// The one JSON format of a job. Reading is strict: unknown and mistyped members are problems that name their path,
/// and all problems are found at once.
/// </summary>
public static class JobJson
{
    private static readonly JsonSerializerOptions _writeOptions = new()
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

        var fields = new FieldReader(root, "", problems);
        var job = ReadJob(fields);
        var unread = problems.Select(problem => problem.Path).ToHashSet();
        problems.AddRange(JobProblems.Of(job).Where(problem => !unread.Any(path => FollowsFrom(path, problem.Path))).Take(FieldReader.ProblemsMax - problems.Count));
        return (job, problems);
    }

    public static string Write(JobDescription description) => JsonSerializer.Serialize(description, _writeOptions);

    /// <summary>Whether a field was judged by the default that stands for one that could not be read.</summary>
    private static bool FollowsFrom(string unread, string judged) =>
        IsWithin(judged, unread) || IsWithin(unread, judged)
        || (unread.EndsWith(".tasks", StringComparison.Ordinal) && judged == unread[..^"tasks".Length] + "command")
        || (unread.EndsWith(".frame_first", StringComparison.Ordinal) && judged == unread[..^"first".Length] + "last");

    private static bool IsWithin(string path, string of) =>
        of.Length == 0 || (path.StartsWith(of, StringComparison.Ordinal) && (path.Length == of.Length || path[of.Length] is '.' or '['));

    private static JobDescription ReadJob(FieldReader fields)
    {
        var defaults = new JobDescription();
        var job = new JobDescription
        {
            Name = fields.Text("name", required: true),
            UserName = fields.Text("user_name", required: true),
            HostName = fields.Text("host_name"),
            Priority = fields.Whole("priority", defaults.Priority),
            Annotation = fields.Text("annotation"),
            Description = fields.Text("description"),
            CustomData = fields.Text("custom_data"),
            Branch = fields.Text("branch", defaults.Branch),
            Project = fields.Text("project"),
            Department = fields.Text("department"),
            Folders = fields.TextMap("folders"),
            Offline = fields.Flag("offline"),
            MaxRunningTasks = fields.Whole("max_running_tasks", defaults.MaxRunningTasks),
            Blocks = [.. fields.Objects("blocks", required: true).Select(ReadBlock)],
        };
        fields.RefuseUnknown();
        return job;
    }

    private static BlockDescription ReadBlock(FieldReader fields)
    {
        var defaults = new BlockDescription();
        var hasTasks = fields.Has("tasks");
        var hasFrames = fields.Has("frame_first") || fields.Has("frame_last");
        var frameFirst = fields.Long("frame_first", 0);
        var block = new BlockDescription
        {
            Name = fields.Text("name", defaults.Name),
            Service = fields.Text("service", defaults.Service),
            Flags = (BlockTraits)fields.Long("flags", 0),
            FrameFirst = frameFirst,
            FrameLast = fields.Long("frame_last", frameFirst),
            FramesPerTask = fields.Long("frames_per_task", defaults.FramesPerTask),
            FramesInc = fields.Long("frames_inc", defaults.FramesInc),
            TasksName = fields.Text("tasks_name"),
            Command = fields.Text("command"),
            WorkingDirectory = fields.Text("working_directory"),
            Environment = fields.TextMap("environment"),
            Files = fields.Texts("files"),
            Capacity = fields.Whole("capacity", defaults.Capacity),
            MaxRunningTasks = fields.Whole("max_running_tasks", defaults.MaxRunningTasks),
            ErrorsRetries = fields.Whole("errors_retries", defaults.ErrorsRetries),
            DependMask = fields.Text("depend_mask"),
            TasksDependMask = fields.Text("tasks_depend_mask"),
            CustomData = fields.Text("custom_data"),
            Tasks = [.. fields.Objects("tasks", required: false).Select(ReadTask)],
        };
        fields.RefuseUnknown();
        if (block.Tasks.Count == 0 && block.Flags.HasFlag(BlockTraits.Numeric)) hasTasks = false;   // an exported range has an empty list

        var saysNumeric = block.Flags.HasFlag(BlockTraits.Numeric);
        if (block.Tasks.Count > 0 && saysNumeric) fields.Problem("tasks", "a block is either a range of frames (flags bit 0) or a list of tasks, not both");
        else if (hasTasks && block.Tasks.Count == 0 && !saysNumeric) fields.Problem("tasks", "must hold at least one task");
        else if (fields.IsObject && !hasTasks && !hasFrames && !saysNumeric) fields.Problem("", "needs tasks, or frame_first and frame_last");
        return block with { Flags = block.Tasks.Count > 0 ? block.Flags : block.Flags | BlockTraits.Numeric };
    }

    private static TaskDescription ReadTask(FieldReader fields)
    {
        var task = new TaskDescription
        {
            Name = fields.Text("name"),
            Command = fields.Text("command"),
            Files = fields.Texts("files"),
            Environment = fields.TextMap("environment"),
        };
        fields.RefuseUnknown();
        return task;
    }
}

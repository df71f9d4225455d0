using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Model;

namespace AfRender.Processes;

/// <summary>Which of its commands a run is at. The numbers are kept on disks: never change or reuse one.</summary>
internal enum RunStep
{
    Pre = 1,
    Main = 2,
    Post = 3,
}

/// <summary>How far a run has come: what the next agent must know to go on with it.</summary>
/// <param name="BeganAt">By the machine's clock that nobody sets; a machine that was restarted has none of the processes either.</param>
/// <param name="MainOutputAt">Where in the output that of the main command begins.</param>
/// <param name="Main">The result of the main command, once it is over.</param>
internal sealed record RunState(int Version, RunStep Step, long BeganAt, long MainOutputAt, RunResult? Main);

/// <summary>What a run is to do, as the server has ordered it.</summary>
internal sealed record KeptOrder(int Version, RunStart Order);

/// <summary>How a run has ended, until the server has closed it.</summary>
internal sealed record KeptResult(int Version, TaskRunId Run, RunResult Result);

/// <summary>What stands on the disk of one run, in its folder, so that another agent can go on with it.</summary>
internal sealed class RunRecords(string folder)
{
    /// <summary>Of the records. An agent that does not know a version loses the run, and says so.</summary>
    public const int Version = 1;

    /// <summary>An order fits into a packet of 8 MB, and JSON may write six characters for one.</summary>
    private const int RecordBytesMax = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions _json = new()
    {
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public string Folder => folder;

    /// <summary>False when no agent has written down what the run is: it cannot be gone on with.</summary>
    public bool HasOrder => File.Exists(OrderFile);

    /// <summary>False when none of its commands can have been started.</summary>
    public bool HasBegun =>
        File.Exists(StateFile) || Enum.GetValues<RunStep>().Any(step => Path.Exists(StepFolder(step))) || new FileInfo(Output) is { Exists: true, Length: > 0 };

    /// <summary>Where a command finds itself that names no folder.</summary>
    public string Scratch => Path.Combine(folder, "scratch");

    public string Output => Path.Combine(folder, "output");

    private string OrderFile => Path.Combine(folder, "order.json");

    private string StateFile => Path.Combine(folder, "state.json");

    private string ResultFile => Path.Combine(folder, "result.json");

    /// <summary>Where the pipes of one of its commands are.</summary>
    public string StepFolder(RunStep step) => Path.Combine(folder, step switch
    {
        RunStep.Pre => "pre",
        RunStep.Main => "main",
        _ => "post",
    });

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void WriteOrder(RunStart order) => Write(OrderFile, new KeptOrder(Version, order));

    /// <summary>A run of which it cannot be written how far it is must not look like one that was never started.</summary>
    /// <exception cref="IOException">The disk does not do it.</exception>
    public void RemoveOrder() => File.Delete(OrderFile);

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void WriteState(RunState state) => Write(StateFile, state);

    /// <summary>The only record that outlasts a loss of power too: what the others speak of does not.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void WriteResult(TaskRunId run, RunResult result)
    {
        Write(ResultFile, new KeptResult(Version, run, result), isFlushed: true);
        if (OperatingSystem.IsLinux()) LinuxCalls.FlushFolder(folder);
    }

    /// <summary>Null when the run has not ended.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the message says why.</exception>
    public KeptResult? ReadResult()
    {
        if (!File.Exists(ResultFile)) return null;
        var kept = Read<KeptResult>(ResultFile);
        CheckVersion(ResultFile, kept.Version);
        return Enum.IsDefined(kept.Result.Outcome) ? kept : throw Damaged(ResultFile, $"the outcome {(int)kept.Result.Outcome} is not known");
    }

    /// <exception cref="InvalidDataException">It cannot be read; the message says why.</exception>
    public RunStart ReadOrder()
    {
        var kept = Read<KeptOrder>(OrderFile);
        CheckVersion(OrderFile, kept.Version);
        return kept.Order;
    }

    /// <exception cref="InvalidDataException">It cannot be read; the message says why.</exception>
    public RunState ReadState()
    {
        var state = Read<RunState>(StateFile);
        CheckVersion(StateFile, state.Version);
        if (!Enum.IsDefined(state.Step)) throw Damaged(StateFile, $"the step {(int)state.Step} is not known");
        if (state.MainOutputAt < 0) throw Damaged(StateFile, $"its output begins at {state.MainOutputAt}");
        if (state.Step == RunStep.Post && state.Main is null) throw Damaged(StateFile, "it has no result of the main command");
        return state;
    }

    /// <summary>Either the old words stand there or the new ones, whenever this program is killed.</summary>
    private static void Write<T>(string path, T record, bool isFlushed = false)
    {
        var made = path + ".new";
        using (var file = File.OpenHandle(made, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(record, _json), 0);
            if (isFlushed) RandomAccess.FlushToDisk(file);
        }

        File.Move(made, path, overwrite: true);
    }

    private static T Read<T>(string path)
    {
        try
        {
            if (new FileInfo(path).Length > RecordBytesMax) throw Damaged(path, $"it has more than {RecordBytesMax} bytes");
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), _json) ?? throw Damaged(path, "it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, e.Message.TrimEnd('.'));
        }
    }

    private static void CheckVersion(string path, int version)
    {
        if (version != Version) throw Damaged(path, $"its version is {version}, this afrender knows {Version}");
    }

    private static InvalidDataException Damaged(string path, string why) => new($"{path} cannot be used: {why}.");
}

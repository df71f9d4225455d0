using System.Globalization;
using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Parsing;
using AfRender.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Support;

/// <summary>Runs real commands as an agent does, without an agent. Its own instance id keeps tests apart.</summary>
internal sealed class RunBench : IDisposable
{
    public static readonly TaskRunId Run = new(new JobId(1), 0, 3, 2);

    // Read once, as an agent does: what the patterns have learnt of their input takes memory.
    private static readonly IReadOnlyDictionary<string, ServiceDescription> _services = ServiceFiles.Read(ServiceFiles.FolderOfProgram).Services;

    private readonly ScratchFolder _folder = new();
    private readonly ScratchFolder _kept = new();
    private readonly List<IDisposable> _made = [];
    private int _runs;

    public string InstanceId { get; } = Guid.NewGuid().ToString();

    public IProcessTree Tree { get; } = ProcessTrees.OfThisMachine();

    public string Folder => _folder.Path;

    /// <summary>Of the last run that was made; what an agent keeps of it is in there.</summary>
    public string RecordsFolder => _kept.At($"{_runs}");

    /// <summary>False tries what systems without named pipes do.</summary>
    public bool KeepsRuns { get; init; } = true;

    public (TaskProcess Process, RunSpool Spool) Make(string command, SpoolLimits? limits = null, string workingDirectory = "", string service = "generic") =>
        Make(new RunStart { Run = Run, Command = command, WorkingDirectory = workingDirectory, Service = service, FrameFirst = 1, FrameLast = 1 }, limits);

    /// <summary>Commands run in the bench's folder, unless they name another one; what is kept of them is elsewhere.</summary>
    public (TaskProcess Process, RunSpool Spool) Make(RunStart start, SpoolLimits? limits = null)
    {
        if (start.WorkingDirectory.Length == 0) start = start with { WorkingDirectory = Folder };
        var records = new RunRecords(NextRecords());
        var spool = new RunSpool(records.Output, limits ?? new SpoolLimits(), () => { });
        return (Keep(NewProcess(start, spool, records)), Keep(spool));
    }

    public async Task<(RunResult Result, string Output)> RunAsync(string command, string workingDirectory = "")
    {
        var (process, spool) = Make(command, workingDirectory: workingDirectory);
        var result = await process.RunAsync();
        return (result, await TextAsync(spool));
    }

    public static async Task<string> TextAsync(RunSpool spool)
    {
        var bytes = new byte[spool.Length];
        for (var at = 0; at < bytes.Length;) at += await spool.ReadAsync(at, bytes.AsMemory(at));
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Waits until the command has written a process id to a file of the bench's folder.</summary>
    public async Task<int> ProcessIdAsync(string file)
    {
        var path = _folder.At(file);
        await Eventually.TrueAsync(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), $"a process id in {file}");
        return int.Parse(await File.ReadAllTextAsync(path), CultureInfo.InvariantCulture);
    }

    /// <summary>False for a process that is gone or only waits to be taken note of.</summary>
    public static bool IsAlive(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Tree.Kill(Tree.Members(new RunMark(InstanceId, null, 0)));
        foreach (var made in _made) made.Dispose();
        _folder.Dispose();
        _kept.Dispose();
    }

    private string NextRecords()
    {
        _runs++;
        return Directory.CreateDirectory(RecordsFolder).FullName;
    }

    private TaskProcess NewProcess(RunStart start, RunSpool spool, RunRecords records)
    {
        var progress = new ProgressReader(_services[start.Service], new FrameSpan(start.FrameFirst, start.FrameLast, 1));
        var context = new TaskProcessContext(
            new ShellCommand("bench", InstanceId), Tree, InstanceId, TimeProvider.System, NullLogger<TaskProcess>.Instance, KeepsRuns);
        return new TaskProcess(start, spool, progress, new OutputVerdict(_services[start.Service]), records, context);
    }

    private T Keep<T>(T made)
        where T : IDisposable
    {
        _made.Add(made);
        return made;
    }
}

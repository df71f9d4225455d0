using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Parsing;
using AfRender.Processes;
using Microsoft.Extensions.Logging;

namespace AfRender.Agent;

/// <summary>Makes what a run needs on this machine: a folder of its own, a spool, the reader of its progress, its process.</summary>
internal sealed partial class RunStarter(
    string runsFolder,
    IReadOnlyDictionary<string, ServiceDescription> services,
    SpoolLimits limits,
    WakeUp outputGrown,
    TaskProcessContext context)
{
    private const string ServiceOfUnknown = "generic";

    private readonly ILogger<TaskProcess> _logger = context.Logger;
    private long _made;

    /// <summary>Prepares the run; it runs when its process is told to. Without a process, it ends at once with its result.</summary>
    public HeldTaskRun Prepare(RunStart start)
    {
        var records = new RunRecords(NewFolder(start.Run));
        try
        {
            var run = NewRun(start, records);
            run.Process?.KeepOrder();
            return run;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(start.Run, $"The run's folder cannot be made: {e.Message}", records.Folder);
        }
    }

    /// <summary>Takes over the run that a predecessor has left in a folder: with its result, or with its process, which goes on, or begins, when it is told to.</summary>
    /// <param name="wrappers">The living wrappers, by the folders of their commands.</param>
    /// <exception cref="InvalidDataException">The run is lost; the message says why.</exception>
    public HeldTaskRun Adopt(string folder, IReadOnlyDictionary<string, int> wrappers)
    {
        var records = new RunRecords(folder);
        try
        {
            if (records.ReadResult() is { } kept) return Ended(Checked(kept.Run, records), kept.Result, records);

            if (!records.HasOrder) throw new InvalidDataException("Nothing is kept of it that it could go on with.");
            var start = records.ReadOrder();
            Checked(start.Run, records);
            if (!records.HasBegun) return NewRun(start, records);

            var state = records.ReadState();
            if (!wrappers.TryGetValue(records.StepFolder(state.Step), out var wrapper)) throw new InvalidDataException("Its processes are no more.");
            return Adopt(start, state, wrapper, records);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>A run that has ended before it began.</summary>
    public static HeldTaskRun Refuse(TaskRunId run, string reason, string folder = "") =>
        new(run, folder) { Result = new RunResult(RunOutcome.NotStarted, -1, reason, TimeSpan.Zero), IsOutputSent = true };

    private HeldTaskRun NewRun(RunStart start, RunRecords records)
    {
        Directory.CreateDirectory(records.Scratch);
        var spool = new RunSpool(records.Output, limits, outputGrown.Set);
        return new HeldTaskRun(start.Run, records.Folder) { Spool = spool, Process = NewProcess(start, spool, records) };
    }

    /// <summary>The result is what the farm needs: without its output it is told all the same.</summary>
    private HeldTaskRun Ended(TaskRunId run, RunResult result, RunRecords records)
    {
        try
        {
            return new HeldTaskRun(run, records.Folder) { Spool = RunSpool.Reopen(records.Output, limits, outputGrown.Set), Result = result, IsKept = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogOutputMissing(run, e.Message);
            return new HeldTaskRun(run, records.Folder) { Result = result, IsKept = true, IsOutputSent = true };
        }
    }

    private HeldTaskRun Adopt(RunStart start, RunState state, int wrapper, RunRecords records)
    {
        var spool = RunSpool.Reopen(records.Output, limits, outputGrown.Set);
        var process = NewProcess(start, spool, records);
        try
        {
            process.Adopt(state, wrapper);
        }
        catch (IOException)
        {
            process.Dispose();
            spool.Dispose();
            throw;
        }

        return new HeldTaskRun(start.Run, records.Folder) { Spool = spool, Process = process };
    }

    private TaskProcess NewProcess(RunStart start, RunSpool spool, RunRecords records)
    {
        var service = ServiceOf(start);
        return new TaskProcess(start, spool, new ProgressReader(service, Frames(start)), new OutputVerdict(service), records, context);
    }

    /// <summary>One that is not there yet: a predecessor may have left some.</summary>
    private string NewFolder(TaskRunId id)
    {
        while (true)
        {
            var folder = Path.Combine(runsFolder, $"{BeginOfName(id)}{++_made}");
            if (!Path.Exists(folder)) return folder;
        }
    }

    private static string BeginOfName(TaskRunId id) => $"{id.Job.Value}.{id.Block}.{id.Task}.{id.Run}-";

    private static TaskRunId Checked(TaskRunId run, RunRecords records) =>
        Path.GetFileName(records.Folder).StartsWith(BeginOfName(run), StringComparison.Ordinal)
            ? run
            : throw new InvalidDataException($"{records.Folder} cannot be used: what is in it is of {run}.");

    /// <summary>What reads the output: the block's parser is the name of a service too.</summary>
    private ServiceDescription? ServiceOf(RunStart start) =>
        services.GetValueOrDefault(start.Parser) ?? services.GetValueOrDefault(start.Service) ?? services.GetValueOrDefault(ServiceOfUnknown);

    private static FrameSpan Frames(RunStart start) =>
        new(start.FrameFirst, Math.Max(start.FrameFirst, start.FrameLast), Math.Max(1, start.FramesInc));

    [LoggerMessage(5008, LogLevel.Warning, "{Run} has ended before this start, and its output cannot be read any more: {Reason}")]
    private partial void LogOutputMissing(TaskRunId run, string reason);
}

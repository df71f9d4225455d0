using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Parsing;
using AfRender.Processes;

namespace AfRender.Agent;

/// <summary>Makes what a run needs on this machine: a folder of its own, a spool, the reader of its progress, its process.</summary>
internal sealed class RunStarter(
    string runsFolder,
    IReadOnlyDictionary<string, ServiceDescription> services,
    SpoolLimits limits,
    WakeUp outputGrown,
    TaskProcessContext context)
{
    private const string ServiceOfUnknown = "generic";

    private long _made;

    /// <summary>Prepares the run; it runs when its process is told to. Without a process, it ends at once with its result.</summary>
    public HeldTaskRun Prepare(RunStart start)
    {
        var id = start.Run;
        var folder = Path.Combine(runsFolder, $"{id.Job.Value}.{id.Block}.{id.Task}.{id.Run}-{++_made}");
        var scratch = Path.Combine(folder, "scratch");
        try
        {
            Directory.CreateDirectory(scratch);
            var spool = new RunSpool(Path.Combine(folder, "output"), limits, outputGrown.Set);
            var service = ServiceOf(start);
            var process = new TaskProcess(start, spool, new ProgressReader(service, Frames(start)), new OutputVerdict(service), scratch, context);
            return new HeldTaskRun(id, folder) { Spool = spool, Process = process };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(id, $"The run's folder cannot be made: {e.Message}", folder);
        }
    }

    /// <summary>A run that has ended before it began.</summary>
    public static HeldTaskRun Refuse(TaskRunId run, string reason, string folder = "") =>
        new(run, folder) { Result = new RunResult(RunOutcome.NotStarted, -1, reason, TimeSpan.Zero), IsOutputSent = true };

    /// <summary>What reads the output: the block's parser is the name of a service too.</summary>
    private ServiceDescription? ServiceOf(RunStart start) =>
        services.GetValueOrDefault(start.Parser) ?? services.GetValueOrDefault(start.Service) ?? services.GetValueOrDefault(ServiceOfUnknown);

    private static FrameSpan Frames(RunStart start) =>
        new(start.FrameFirst, Math.Max(start.FrameFirst, start.FrameLast), Math.Max(1, start.FramesInc));
}

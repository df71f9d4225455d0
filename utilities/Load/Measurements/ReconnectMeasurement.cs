using System.Diagnostics;
using Afanasy.Model;
using AfLoad.Figures;
using AfLoad.Renders;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>
/// All renders of a farm at once: their server is killed while each of them runs a task, and when it is ready again they come back in the same
/// moment. How long until all are in, until work is given out again, and whether any run was lost.
/// </summary>
internal sealed class ReconnectMeasurement(int renders, int watched) : IMeasurement
{
    private const int Clients = 8;
    private const int Slots = 1;

    /// <summary>One in so many renders has no task before, and takes the one that is submitted afterwards.</summary>
    private const int FreeOneIn = 100;

    /// <summary>The runs are there to be kept: of so many, which end evenly spread, the first one ends when all is measured.</summary>
    private static readonly TimeSpan _work = TimeSpan.FromDays(1000);

    private int Free => Math.Max(1, renders / FreeOneIn);

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is not null) throw new LoadFailure(ExitCodes.WrongUsage, "--server: only a server that loadfarm starts itself is killed; leave it out");
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        var before = await WorkAsync(context, server, cancel);
        await server.KillAsync();
        var untilReady = await server.StartAsync(cancel);
        context.Say($"the server is ready again after {untilReady.TotalSeconds:0.0} s, and {renders} renders come back");
        return await ReturnAsync(context, server, before, untilReady, cancel);
    }

    /// <summary>Gives a task to all but some renders, and says who runs what.</summary>
    private async Task<IReadOnlyList<(string Name, IReadOnlyList<TaskRunId> Held)>> WorkAsync(LoadContext context, MeasuredServer server, CancellationToken cancel)
    {
        using var rest = new ServerRest(server.Address, Clients);
        var clock = new WorkClock(_work, renders - Free, context.Time);
        context.Say($"{renders} renders join, and {renders - Free} tasks start");
        if (renders > Free) await rest.SubmitAsync(Jobs.OfFrames(renders - Free), cancel);
        await using var crowd = await RenderCrowd.JoinAsync(server.Address, renders, Slots, new RunTally(tellStarts: false), clock, cancel);
        if (renders > Free) await crowd.UntilAsync(clock.Full, cancel);
        return [.. crowd.Renders.Select(render => (render.Name, render.Working))];
    }

    private async Task<Findings> ReturnAsync(
        LoadContext context, MeasuredServer server, IReadOnlyList<(string Name, IReadOnlyList<TaskRunId> Held)> before, TimeSpan untilReady, CancellationToken cancel)
    {
        using var rest = new ServerRest(server.Address, Clients);
        var tally = new RunTally(tellStarts: true);
        var (began, cpu) = (Stopwatch.GetTimestamp(), server.Gauge!.ProcessorTime);   // our own server
        await using var crowd = new ReturningCrowd(server.Address, tally, context.Time);
        var returning = crowd.ReturnAsync(before, cancel);
        await rest.SubmitAsync(Jobs.OfFrames(1, "first"), cancel);
        var submitted = Times.Milliseconds(began, Stopwatch.GetTimestamp());
        var first = await tally.NextStartAsync(cancel);
        await returning;
        var spent = server.Gauge.ProcessorTime - cpu;

        foreach (var (reason, tries) in crowd.Failures) context.Say($"{tries} tries failed: {reason}");
        context.Say($"all are back; {watched} s will show whether any run is given up");
        await Task.Delay(TimeSpan.FromSeconds(watched), context.Time, cancel);
        var running = await rest.RunningTasksAsync(cancel);
        return new Findings("reconnect", [
            new Figure("renders", renders),
            new Figure("killed_until_ready", untilReady.TotalSeconds, "s"),
            .. crowd.Figures(),
            new Figure("first_submission_answered", submitted, "ms"),
            new Figure("first_order_heard", Times.Milliseconds(began, first.At), "ms"),
            new Figure("runs_held", before.Sum(render => render.Held.Count)),
            new Figure("runs_given_back", before.Sum(render => render.Held.Count) - running + crowd.Dropped),
            new Figure("renders_online", await rest.OnlineRendersAsync(cancel)),
            new Figure("server_cpu", spent.TotalSeconds, "s"),
            new Figure("server_memory", server.Gauge.ResidentMegabytes, "MB")]);
    }
}

using System.Diagnostics;
using AfLoad.Figures;
using AfLoad.Renders;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>What a server costs while nothing happens: renders that heartbeat, and jobs that are done.</summary>
internal sealed class IdleMeasurement(int renders, int jobs, int tasks, int settle, int seconds) : IMeasurement
{
    private const int Clients = 8;
    private const int Slots = 10;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is not null) throw new LoadFailure(ExitCodes.WrongUsage, "--server: idle is measured of a server that loadfarm starts itself; leave it out");
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        using var rest = new ServerRest(server.Address, Clients);
        var tally = new RunTally(tellStarts: false);
        await using var crowd = await RenderCrowd.JoinAsync(server.Address, renders, Slots, tally, null, cancel);
        context.Say($"{jobs} jobs of {tasks} tasks are run by {renders} renders first");
        var done = tally.MoreClosedAsync((long)jobs * tasks);
        await Jobs.SubmitAsync(rest, jobs, Clients, _ => Jobs.OfFrames(tasks), cancel);
        if (jobs > 0) await crowd.UntilAsync(done, cancel);
        context.Say($"the server settles for {settle} s: it goes on compiling what the jobs have used");
        await Task.Delay(TimeSpan.FromSeconds(settle), context.Time, cancel);

        context.Say($"nothing happens for {seconds} s");
        crowd.StartMeasuring();
        var (began, before) = (Stopwatch.GetTimestamp(), server.Gauge!.ProcessorTime);   // our own server
        await Task.Delay(TimeSpan.FromSeconds(seconds), context.Time, cancel);
        var spent = server.Gauge.ProcessorTime - before;
        return new Findings("idle", [
            new Figure("server_cpu", 100 * spent.TotalSeconds / Stopwatch.GetElapsedTime(began).TotalSeconds, "% of a core"),
            new Figure("server_memory", server.Gauge.ResidentMegabytes, "MB"),
            .. crowd.Measured()]);
    }
}

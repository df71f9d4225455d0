using System.Diagnostics;
using AfLoad.Figures;
using AfLoad.Renders;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>Tasks that are dispatched, ended and journaled each second when the work itself takes no time.</summary>
internal sealed class ThroughputMeasurement(int renders, int slots, int jobs, int tasks, int users, int needs) : IMeasurement
{
    private const int WarmUpTasksMax = 20_000;
    private const int Clients = 8;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        using var rest = new ServerRest(server.Address, Clients);
        var tally = new RunTally(tellStarts: false);
        context.Say($"{renders} renders of {slots} slots join");
        await using var crowd = await RenderCrowd.JoinAsync(server.Address, renders, slots, tally, null, cancel);
        await WarmUpAsync(rest, tally, crowd, cancel);
        var (ids, _, _) = await Jobs.SubmitAsync(rest, jobs, Clients, number => Jobs.Mixed(number, tasks, users, needs, paused: true), cancel);

        context.Say($"{jobs} jobs of {tasks} tasks run");
        var (total, before) = ((long)jobs * tasks, tally.ClosedRuns);
        var done = tally.MoreClosedAsync(total);
        crowd.StartMeasuring();
        var engine = await EngineGauge.BeginAsync(rest, cancel);
        var (began, share) = (Stopwatch.GetTimestamp(), new MachineShare(server.Gauge));
        await Parallel.ForEachAsync(ids, cancel, async (id, token) => await rest.ActAsync(id, "resume", token));
        var ended = await OrTimeUpAsync(crowd.UntilAsync(done, cancel), cancel);
        share.End();
        var turns = await engine.EndAsync();

        var closed = tally.ClosedRuns - before;
        var seconds = Stopwatch.GetElapsedTime(began, ended).TotalSeconds;
        share.Warn(context);
        return new Findings("throughput", [
            new Figure("tasks", closed), new Figure("seconds", seconds, "s"), new Figure("tasks_per_second", closed / seconds, "/s"),
            .. share.Figures(closed), .. turns.Figures(), .. crowd.Measured()])
        { IsComplete = closed == total };
    }

    private async Task WarmUpAsync(ServerRest rest, RunTally tally, RenderCrowd crowd, CancellationToken cancel)
    {
        var warmUp = (int)Math.Min(WarmUpTasksMax, (long)jobs * tasks);
        var warm = tally.MoreClosedAsync(warmUp);
        await rest.SubmitAsync(Jobs.OfFrames(warmUp, "warm up"), cancel);
        await crowd.UntilAsync(warm, cancel);
    }

    private static async Task<long> OrTimeUpAsync(Task<long> done, CancellationToken cancel)
    {
        await ((Task)done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return done.IsCanceled && cancel.IsCancellationRequested ? Stopwatch.GetTimestamp() : await done;
    }
}

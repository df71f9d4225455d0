using AfLoad.Figures;
using AfLoad.Renders;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>
/// How long a server with many jobs takes to be ready again, after it was killed and after it was stopped in order; with runs
/// that have ended and actions that have left nothing behind, if so many are wanted.
/// </summary>
internal sealed class RestartMeasurement(int jobs, int tasks, int done, int age) : IMeasurement
{
    private const int Clients = 8;
    private const int Renders = 100;
    private const int Slots = 10;

    /// <summary>A task that has failed before is remembered by itself, and a plain one is not.</summary>
    private const int FailingOneOf = 10;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is not null) throw new LoadFailure(ExitCodes.WrongUsage, "--server: only a server that loadfarm starts itself is restarted; leave it out");
        if (done > (long)jobs * tasks) throw new LoadFailure(ExitCodes.WrongUsage, $"--done: {jobs} jobs of {tasks} tasks have fewer runs than {done}");
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        double changes;
        using (var rest = new ServerRest(server.Address, Clients))
        {
            context.Say($"{jobs} jobs of {tasks} tasks are submitted");
            var (ids, _, _) = await Jobs.SubmitAsync(rest, jobs, Clients, _ => Jobs.OfFrames(tasks), cancel);
            if (age > 0) await GrowOldAsync(context, rest, ids, cancel);
            if (done > 0) await RunSomeAsync(context, server, cancel);
            changes = (await rest.MetricsAsync(cancel))["afanasy_changes_total"];
        }

        await server.KillAsync();
        var afterKill = await server.StartAsync(cancel);
        var fromJournal = server.RecoveredMilliseconds;
        await server.StopAsync();
        var size = server.DataMegabytes!.Value;   // our own server
        var afterStop = await server.StartAsync(cancel);
        return new Findings("restart", [
            new Figure("changes", changes),
            new Figure("data_on_disk", size, "MB"),
            new Figure("killed_until_ready", afterKill.TotalSeconds, "s"),
            new Figure("recovered_from_journal", fromJournal, "ms"),
            new Figure("stopped_until_ready", afterStop.TotalSeconds, "s"),
            new Figure("recovered_from_snapshot", server.RecoveredMilliseconds, "ms"),
            new Figure("server_memory", server.Gauge!.ResidentMegabytes, "MB")]);   // our own server
    }

    /// <summary>Jobs are paused and go on, in turn.</summary>
    private async Task GrowOldAsync(LoadContext context, ServerRest rest, IReadOnlyList<int> ids, CancellationToken cancel)
    {
        context.Say($"{age} actions make it old");
        var rounds = (age + (2 * ids.Count) - 1) / (2 * ids.Count);
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancel }, async (id, token) =>
        {
            for (var round = 0; round < rounds; round++)
            {
                await rest.ActAsync(id, "pause", token);
                await rest.ActAsync(id, "resume", token);
            }
        });
    }

    private async Task RunSomeAsync(LoadContext context, MeasuredServer server, CancellationToken cancel)
    {
        context.Say($"{done} runs end on {Renders} renders");
        var tally = new RunTally(tellStarts: false) { FailingOneOf = FailingOneOf };
        var enough = tally.MoreClosedAsync(done);
        await using var crowd = await RenderCrowd.JoinAsync(server.Address, Renders, Slots, tally, null, cancel);
        await crowd.UntilAsync(enough, cancel);
    }
}

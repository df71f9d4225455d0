using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>How long a server with many jobs takes to be ready again, after it was killed and after it was stopped in order.</summary>
internal sealed class RestartMeasurement(int jobs, int tasks) : IMeasurement
{
    private const int Clients = 8;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is not null) throw new LoadFailure(ExitCodes.WrongUsage, "--server: only a server that loadfarm starts itself is restarted; leave it out");
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        using (var rest = new ServerRest(server.Address, Clients))
        {
            context.Say($"{jobs} jobs of {tasks} tasks are submitted");
            await Jobs.SubmitAsync(rest, jobs, Clients, _ => Jobs.OfFrames(tasks), cancel);
        }

        await server.KillAsync();
        var afterKill = await server.StartAsync(cancel);
        var fromJournal = server.RecoveredMilliseconds;
        await server.StopAsync();
        var afterStop = await server.StartAsync(cancel);
        return new Findings("restart", [
            new Figure("killed_until_ready", afterKill.TotalSeconds, "s"),
            new Figure("recovered_from_journal", fromJournal, "ms"),
            new Figure("stopped_until_ready", afterStop.TotalSeconds, "s"),
            new Figure("recovered_from_snapshot", server.RecoveredMilliseconds, "ms"),
            new Figure("server_memory", server.Gauge!.ResidentMegabytes, "MB")]);   // our own server
    }
}

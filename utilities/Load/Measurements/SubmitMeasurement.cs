using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>Jobs that many clients can submit each second, each of them durable before it is answered.</summary>
internal sealed class SubmitMeasurement(int jobs, int tasks, int clients, int present) : IMeasurement
{
    private const int WarmUpJobs = 500;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        using var rest = new ServerRest(server.Address, clients);
        var before = Math.Max(WarmUpJobs, present);
        context.Say($"{before} jobs are submitted first");
        await Jobs.SubmitAsync(rest, before, clients, _ => Jobs.OfFrames(tasks), cancel);

        context.Say($"{jobs} jobs of {tasks} tasks from {clients} clients");
        var engine = await EngineGauge.BeginAsync(rest, cancel);
        var spent = server.Gauge?.ProcessorTime;
        var (_, elapsed, each) = await Jobs.SubmitAsync(rest, jobs, clients, _ => Jobs.OfFrames(tasks), cancel);
        spent = server.Gauge?.ProcessorTime - spent;
        var turns = await engine.EndAsync();
        var figures = new List<Figure> { new("jobs", jobs), new("jobs_per_second", jobs / elapsed.TotalSeconds, "/s") };
        if (spent is { } used) figures.Add(new Figure("server_cpu_per_job", used.TotalMilliseconds / jobs, "ms"));
        return new Findings("submit", [.. figures, .. turns.Figures(), .. each.Figures("submit_answered")]);
    }
}

using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>The same with a real afrender: until the process of the task runs, which prints the time itself.</summary>
internal sealed class RealLatencyMeasurement(int count) : IMeasurement
{
    private const int WarmUpJobs = 10;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        var starts = new Times();
        try
        {
            await using var server = await MeasuredServer.OpenAsync(context, cancel);
            using var rest = new ServerRest(server.Address, clients: 1);
            var folder = Directory.CreateDirectory(Path.Combine(context.Folder, $"afanasy-load-{Path.GetRandomFileName()}"));
            using var render = ChildProgram.Start(context.Programs.Render, ["--server", server.Address.ToString(), "--name", $"load-{Environment.ProcessId}", "--data", folder.FullName]);
            try
            {
                await Waiting.UntilAsync(async () => await rest.OnlineRendersAsync(cancel) > 0, context.Time, cancel);
                context.Say($"{WarmUpJobs} jobs to warm up, then {count} jobs, one after the other");
                for (var i = -WarmUpJobs; i < count; i++)
                {
                    var start = await OneAsync(rest, context.Time, cancel);
                    if (i >= 0) starts.Add(start);
                }
            }
            finally
            {
                await render.StopAsync();
                folder.Delete(recursive: true);
            }
        }
        catch (OperationCanceledException) when (starts.Count > 0)
        {
            // What was measured until then counts.
        }

        return new Findings("latency of a process", [new Figure("jobs", starts.Count), .. starts.Figures("submit_to_process")]) { IsComplete = starts.Count == count };
    }

    private static async Task<double> OneAsync(ServerRest rest, TimeProvider time, CancellationToken cancel)
    {
        var asked = time.GetUtcNow();
        var job = await rest.SubmitAsync(Jobs.OfFrames(1, command: Jobs.PrintTime), cancel);
        return (await Jobs.PrintedTimeAsync(rest, job, time, cancel) - asked).TotalMilliseconds;
    }
}

using System.Diagnostics;
using AfLoad.Figures;
using AfLoad.Renders;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>From the submission of a job to the moment at which its first task starts on a render that has nothing else to do.</summary>
internal sealed class LatencyMeasurement(int count) : IMeasurement
{
    /// <summary>Jobs that are run before anything is measured, so that a server that has just started has compiled its code.</summary>
    private const int WarmUpJobs = 50;

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        var (starts, answers) = (new Times(), new Times());
        var done = 0;
        try
        {
            await using var server = await MeasuredServer.OpenAsync(context, cancel);
            using var rest = new ServerRest(server.Address, clients: 1);
            var tally = new RunTally(tellStarts: true);
            await using var crowd = await RenderCrowd.JoinAsync(server.Address, 1, 1, tally, null, cancel);
            context.Say($"{WarmUpJobs} jobs to warm up, then {count} jobs, one after the other");
            for (var i = -WarmUpJobs; i < count; i++)
            {
                var (start, answer) = await OneAsync(rest, tally, crowd, cancel);
                if (i < 0) continue;
                starts.Add(start);
                answers.Add(answer);
                done++;
            }
        }
        catch (OperationCanceledException) when (done > 0)
        {
            // What was measured until then counts.
        }

        return new Findings("latency", [new Figure("jobs", done), .. starts.Figures("submit_to_start"), .. answers.Figures("submit_answered")]) { IsComplete = done == count };
    }

    private static async Task<(double Start, double Answer)> OneAsync(ServerRest rest, RunTally tally, RenderCrowd crowd, CancellationToken cancel)
    {
        var closed = tally.MoreClosedAsync(1);
        var asked = Stopwatch.GetTimestamp();
        await rest.SubmitAsync(Jobs.OfFrames(1), cancel);
        var answered = Stopwatch.GetTimestamp();
        var (_, started) = await crowd.UntilAsync(tally.NextStartAsync(cancel).AsTask(), cancel);
        await crowd.UntilAsync(closed, cancel);
        return (Times.Milliseconds(asked, started), Times.Milliseconds(asked, answered));
    }
}

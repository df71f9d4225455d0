using System.Diagnostics;
using Afanasy.Model;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>What a server takes of memory for many jobs, for one of very many frames and for one of many listed tasks; each in a server of its own.</summary>
internal sealed class MemoryMeasurement(int jobs, int tasks, int frames, int listed) : IMeasurement
{
    private const int Clients = 8;

    /// <summary>Small jobs that are submitted first, so that the time measured is not that of compiling.</summary>
    private const int WarmUpJobs = 200;

    /// <summary>A process is quiet when its memory has moved less than this for a second.</summary>
    private const double QuietMegabytes = 1;

    private const int QuietLooks = 5;
    private const int LooksMax = 100;
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(200);

    public async Task<Findings> RunAsync(LoadContext context, CancellationToken cancel)
    {
        if (context.Server is not null) throw new LoadFailure(ExitCodes.WrongUsage, "--server: memory is measured of a server that loadfarm starts itself; leave it out");
        if (context.Store.IsShared) throw new LoadFailure(ExitCodes.WrongUsage, "--store: memory is measured of three servers, each with a store of its own; leave it out");
        return new Findings("memory", [
            .. await WithAsync(context, $"jobs_{jobs}_of_{tasks}", jobs, Jobs.OfFrames(tasks), cancel),
            .. await WithAsync(context, $"job_of_{frames}_frames", 1, Jobs.OfFrames(frames), cancel),
            .. await WithAsync(context, $"job_of_{listed}_listed", 1, Jobs.OfShots(listed), cancel)]);
    }

    private static async Task<IReadOnlyList<Figure>> WithAsync(LoadContext context, string name, int jobs, JobDescription job, CancellationToken cancel)
    {
        await using var server = await MeasuredServer.OpenAsync(context, cancel);
        using var rest = new ServerRest(server.Address, Clients);
        await rest.OnlineRendersAsync(cancel);
        await Jobs.SubmitAsync(rest, WarmUpJobs, Clients, _ => Jobs.OfFrames(1), cancel);
        var empty = await QuietAsync(server, context.Time, cancel);

        var tasks = job.Blocks[0].TaskCount;
        context.Say($"{jobs} jobs of {tasks} tasks are submitted");
        var began = Stopwatch.GetTimestamp();
        await Jobs.SubmitAsync(rest, jobs, Clients, _ => job, cancel);
        var submitted = Stopwatch.GetElapsedTime(began);
        var full = await QuietAsync(server, context.Time, cancel);

        await server.StopAsync();
        await server.StartAsync(cancel);
        using var again = new ServerRest(server.Address, Clients);
        await again.OnlineRendersAsync(cancel);
        var restarted = await QuietAsync(server, context.Time, cancel);
        return [
            new Figure($"{name}_submitted_in", submitted.TotalMilliseconds, "ms"),
            new Figure($"{name}_server_empty", empty, "MB"),
            new Figure($"{name}_server_then", full, "MB"),
            new Figure($"{name}_server_restarted", restarted, "MB"),
            new Figure($"{name}_each_task", (full - empty) * 1024 * 1024 / ((double)jobs * tasks), "bytes")];
    }

    private static async Task<double> QuietAsync(MeasuredServer server, TimeProvider time, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_lookAgain, time);
        var (last, quiet) = (0.0, 0);
        for (var look = 0; look < LooksMax && quiet < QuietLooks; look++)
        {
            await timer.WaitForNextTickAsync(cancel);
            var now = server.Gauge!.ResidentMegabytes;   // our own server
            quiet = Math.Abs(now - last) < QuietMegabytes ? quiet + 1 : 0;
            last = now;
        }

        return last;
    }
}

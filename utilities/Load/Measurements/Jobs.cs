using System.Collections.Concurrent;
using System.Diagnostics;
using Afanasy.Model;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>The jobs that measurements submit: one block of frames with trivial work.</summary>
internal static class Jobs
{
    public static JobDescription OfFrames(int tasks, string name = "load", string command = "true", bool paused = false) => new()
    {
        Name = name,
        UserName = "loadfarm",
        Offline = paused,
        Blocks = [new BlockDescription { Name = "frames", Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = tasks, Command = command }],
    };

    /// <summary>Submits so many jobs from so many clients at a time; returns their ids, the time in all and that of each.</summary>
    public static async Task<(IReadOnlyList<int> Ids, TimeSpan Elapsed, Times Each)> SubmitAsync(
        ServerRest rest, int jobs, int clients, Func<int, JobDescription> make, CancellationToken cancel)
    {
        var (ids, each) = (new int[jobs], new ConcurrentBag<double>());
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = cancel }, async (number, token) =>
        {
            var asked = Stopwatch.GetTimestamp();
            ids[number] = await rest.SubmitAsync(make(number), token);
            each.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        });
        var elapsed = Stopwatch.GetElapsedTime(began);
        var times = new Times();
        foreach (var milliseconds in each) times.Add(milliseconds);
        return (ids, elapsed, times);
    }
}

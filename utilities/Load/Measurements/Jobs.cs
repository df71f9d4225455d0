using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Afanasy.Model;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Measurements;

/// <summary>The jobs that measurements submit: one block of frames with trivial work.</summary>
internal static class Jobs
{
    /// <summary>The command of a task that says when its process runs.</summary>
    public const string PrintTime = "date +%s.%N";

    private const int ShotCommandLength = 60;

    public static JobDescription OfFrames(int tasks, string name = "load", string command = "true", bool paused = false) => new()
    {
        Name = name,
        UserName = "loadfarm",
        Offline = paused,
        Blocks = [new BlockDescription { Name = "frames", Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = tasks, Command = command }],
    };

    /// <summary>Tasks in a list, each with a name and a command of its own as long as usual ones are.</summary>
    public static JobDescription OfShots(int tasks) => new()
    {
        Name = "load",
        UserName = "loadfarm",
        Blocks =
        [
            new BlockDescription
            {
                Name = "shots",
                Tasks = [.. Enumerable.Range(0, tasks).Select(number => new TaskDescription
                {
                    Name = $"shot_{number:0000}",
                    Command = $"render --scene /projects/film/shot_{number:0000}/".PadRight(ShotCommandLength, 'x'),
                })],
            },
        ],
    };

    /// <summary>One of many jobs: of users in turn, and of so many kinds of need, each of which asks for another capacity.</summary>
    public static JobDescription Mixed(int number, int tasks, int users, int needs = 1, bool paused = false)
    {
        var job = OfFrames(tasks, paused: paused);
        return job with { UserName = $"load{number % users}", Blocks = [job.Blocks[0] with { Capacity = BlockDescription.CapacityDefault - (number % needs) }] };
    }

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

    /// <summary>When the process of a job with <see cref="PrintTime"/> ran.</summary>
    public static async Task<DateTimeOffset> PrintedTimeAsync(ServerRest rest, int job, TimeProvider time, CancellationToken cancel)
    {
        await Waiting.UntilAsync(async () => await rest.StateAsync(job, cancel) == "done", time, cancel);
        var printed = await rest.LogAsync(job, cancel);
        if (!decimal.TryParse(printed.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            throw new LoadFailure(ExitCodes.Failed, $"Job {job} should have printed the time, and printed '{printed}'.");
        return DateTimeOffset.UnixEpoch + TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }
}

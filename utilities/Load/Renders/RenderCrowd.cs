using System.Diagnostics;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Renders;

/// <summary>Many simulated renders, each on its own connection.</summary>
internal sealed class RenderCrowd : IAsyncDisposable
{
    /// <summary>Renders that connect at the same time: a farm that is switched on, without overflowing the listener's queue.</summary>
    private const int JoiningMax = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<SimulatedRender> _renders = [];
    private readonly List<Task> _serving = [];
    private readonly WorkClock? _clock;

    private RenderCrowd(WorkClock? clock) => _clock = clock;

    /// <summary>Ends, with the reason, as soon as one of the renders has lost its server.</summary>
    public Task Broken { get; private set; } = Task.CompletedTask;

    /// <param name="clock">How long runs take; without it they end at once.</param>
    public static async Task<RenderCrowd> JoinAsync(ServerAddress server, int renders, int slots, RunTally tally, WorkClock? clock, CancellationToken cancel)
    {
        var crowd = new RenderCrowd(clock);
        var gate = new Lock();
        try
        {
            await Parallel.ForAsync(0, renders, new ParallelOptions { MaxDegreeOfParallelism = JoiningMax, CancellationToken = cancel }, async (number, token) =>
            {
                var render = await SimulatedRender.JoinAsync(server, $"load-{Environment.ProcessId}-{number}", slots, tally, clock, token);
                lock (gate)
                {
                    crowd._renders.Add(render);
                    crowd._serving.Add(render.RunAsync(crowd._stop.Token));   // from the beginning: who is silent until all have joined is taken for lost
                }
            });
        }
        catch (Exception e) when (e is LoadFailure or OperationCanceledException)
        {
            await crowd.DisposeAsync();
            throw;
        }

        if (clock is not null) crowd._serving.Add(clock.RunAsync(crowd._stop.Token));
        crowd.Broken = Task.WhenAny(crowd._serving).Unwrap();
        return crowd;
    }

    /// <summary>Its renders, by the order in which they joined.</summary>
    public IReadOnlyList<SimulatedRender> Renders => _renders;

    public void StartMeasuring()
    {
        foreach (var render in _renders) render.StartMeasuring();
        _clock?.StartMeasuring();
    }

    public IEnumerable<Figure> Measured()
    {
        var (slotEmpty, answers) = (new Times(), new Times());
        foreach (var render in _renders) render.Measured(slotEmpty, answers);
        return slotEmpty.Figures("slot_empty").Concat(answers.Figures("report_answered"));
    }

    /// <summary>Slots that are empty now, and for how long the one that is it longest: their times are not among those measured.</summary>
    public IEnumerable<Figure> StillEmpty()
    {
        var since = _renders.SelectMany(render => render.EmptySince()).ToList();
        yield return new Figure("slots_still_empty", since.Count);
        if (since.Count > 0) yield return new Figure("still_empty_longest", Times.Milliseconds(since.Min(), Stopwatch.GetTimestamp()), "ms");
    }

    /// <summary>Waits for something that the renders bring about; a render that breaks off ends the waiting.</summary>
    public async Task<T> UntilAsync<T>(Task<T> done, CancellationToken cancel)
    {
        if (await Task.WhenAny(done, Broken).WaitAsync(cancel) == Broken && !done.IsCompleted) await Broken;
        return await done;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var render in _renders) await render.DisposeAsync();
        _stop.Dispose();
    }
}

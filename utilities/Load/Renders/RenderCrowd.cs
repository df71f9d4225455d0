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

    private RenderCrowd()
    {
    }

    /// <summary>Ends, with the reason, as soon as one of the renders has lost its server.</summary>
    public Task Broken { get; private set; } = Task.CompletedTask;

    public static async Task<RenderCrowd> JoinAsync(ServerAddress server, int renders, int slots, RunTally tally, CancellationToken cancel)
    {
        var crowd = new RenderCrowd();
        var gate = new Lock();
        try
        {
            await Parallel.ForAsync(0, renders, new ParallelOptions { MaxDegreeOfParallelism = JoiningMax, CancellationToken = cancel }, async (number, token) =>
            {
                var render = await SimulatedRender.JoinAsync(server, $"load-{Environment.ProcessId}-{number}", slots, tally, token);
                lock (gate) crowd._renders.Add(render);
            });
        }
        catch (Exception e) when (e is LoadFailure or OperationCanceledException)
        {
            await crowd.DisposeAsync();
            throw;
        }

        foreach (var render in crowd._renders) crowd._serving.Add(render.RunAsync(crowd._stop.Token));
        crowd.Broken = Task.WhenAny(crowd._serving).Unwrap();
        return crowd;
    }

    public void StartMeasuring()
    {
        foreach (var render in _renders) render.StartMeasuring();
    }

    public IEnumerable<Figure> Measured()
    {
        var (slotEmpty, answers) = (new Times(), new Times());
        foreach (var render in _renders) render.Measured(slotEmpty, answers);
        return slotEmpty.Figures("slot_empty").Concat(answers.Figures("report_answered"));
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

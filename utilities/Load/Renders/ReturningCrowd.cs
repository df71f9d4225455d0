using System.Diagnostics;
using Afanasy.Model;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Renders;

/// <summary>Renders that lost their server and all come to the new one in the same moment, each with what it runs; who does not get in tries again as afrender does.</summary>
internal sealed class ReturningCrowd(ServerAddress server, RunTally tally, TimeProvider time) : IAsyncDisposable
{
    private const int Slots = 1;

    /// <summary>As long as afrender waits for an answer before it tries anew.</summary>
    private static readonly TimeSpan _handshakeMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<SimulatedRender> _renders = [];
    private readonly List<Task> _serving = [];
    private readonly Times _away = new();
    private readonly Dictionary<string, int> _failedTries = [];

    public int Dropped => _renders.Sum(render => render.Dropped);

    /// <summary>Returns when everybody is in.</summary>
    public Task ReturnAsync(IEnumerable<(string Name, IReadOnlyList<TaskRunId> Held)> renders, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        return Task.WhenAll(renders.Select(render => Task.Run(() => ReturnAsync(render.Name, render.Held, began, cancel), cancel)));
    }

    /// <summary>Why renders did not get in at once, and how often.</summary>
    public IEnumerable<(string Reason, int Tries)> Failures => _failedTries.Select(failure => (failure.Key, failure.Value));

    public IEnumerable<Figure> Figures() => [.. _away.Figures("back_after"), new Figure("failed_tries", _failedTries.Values.Sum())];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var render in _renders) await render.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReturnAsync(string name, IReadOnlyList<TaskRunId> held, long began, CancellationToken cancel)
    {
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            if (await TryReturnAsync(name, held, cancel) is { } render)
            {
                lock (_lock)
                {
                    _away.Add(Times.Milliseconds(began, Stopwatch.GetTimestamp()));
                    _renders.Add(render);
                    _serving.Add(render.RunAsync(_stop.Token));
                }

                return;
            }

            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancel);
        }
    }

    private async Task<SimulatedRender?> TryReturnAsync(string name, IReadOnlyList<TaskRunId> held, CancellationToken cancel)
    {
        using var tooLong = new CancellationTokenSource(_handshakeMax, time);
        using var handshake = CancellationTokenSource.CreateLinkedTokenSource(cancel, tooLong.Token);
        try
        {
            return await SimulatedRender.JoinAsync(server, name, Slots, tally, null, handshake.Token, held);
        }
        catch (Exception e) when (e is LoadFailure or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            lock (_lock) _failedTries[e.Message] = _failedTries.GetValueOrDefault(e.Message) + 1;
            return null;
        }
    }
}

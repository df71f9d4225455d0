using System.Diagnostics;
using Afanasy.Model;
using AfLoad.Figures;

namespace AfLoad.Renders;

/// <summary>
/// Says when runs have done their work: one timer for all simulated renders. The first run of a slot takes less the earlier it
/// began, so that from then on ends are spread evenly.
/// </summary>
internal sealed class WorkClock(TimeSpan work, int slots, TimeProvider time)
{
    /// <summary>How exactly an end is kept; finer ticks cost this process more than they tell.</summary>
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(2);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(SimulatedRender Render, TaskRunId Run), long> _held = new();
    private readonly TaskCompletionSource<bool> _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Times _late = new();
    private int _begun;

    /// <summary>Ends when a run has begun in every slot.</summary>
    public Task<bool> Full => _full.Task;

    public void Hold(SimulatedRender render, TaskRunId run, bool isFirst, long now)
    {
        lock (_lock)
        {
            var share = isFirst ? (double)++_begun / slots : 1;
            _held.Enqueue((render, run), now + (long)(share * work.TotalSeconds * Stopwatch.Frequency));
            if (_begun == slots) _full.TrySetResult(true);
        }
    }

    public void StartMeasuring()
    {
        lock (_lock) _late.Clear();
    }

    /// <summary>How much later than they should runs were ended: more than a little, and this process has too much to do.</summary>
    public void Measured(Times late)
    {
        lock (_lock) late.Add(_late);
    }

    /// <summary>Ends runs until cancelled. A render that cannot report tells so itself.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_tick, time);
        var reports = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                while (TryTake(out var due)) reports.Add(due.Render.EndAsync(due.Run, stop));
                await Task.WhenAll(reports).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                reports.Clear();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private bool TryTake(out (SimulatedRender Render, TaskRunId Run) due)
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            if (!_held.TryPeek(out due, out var at) || at > now) return false;
            _held.Dequeue();
            _late.Add(Times.Milliseconds(at, now));
            return true;
        }
    }
}

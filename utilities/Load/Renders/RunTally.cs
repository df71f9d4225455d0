using System.Diagnostics;
using System.Threading.Channels;
using Afanasy.Messages;
using Afanasy.Model;

namespace AfLoad.Renders;

/// <summary>Counts what all simulated renders together have done, and tells when it is enough.</summary>
internal sealed class RunTally
{
    private readonly Channel<(TaskRunId Run, long At)>? _starts;
    private readonly Lock _lock = new();
    private TaskCompletionSource<long>? _enough;
    private long _closed;
    private long _wanted;

    /// <param name="tellStarts">Whether each start is kept for <see cref="NextStartAsync"/>.</param>
    public RunTally(bool tellStarts) => _starts = tellStarts ? Channel.CreateUnbounded<(TaskRunId, long)>() : null;

    /// <summary>Of so many tasks one fails at its first attempt; 0 is none.</summary>
    public int FailingOneOf { get; init; }

    public long ClosedRuns => Interlocked.Read(ref _closed);

    /// <summary>Waits until so many more runs have ended on the server's disk; returns the moment.</summary>
    public Task<long> MoreClosedAsync(long more)
    {
        lock (_lock)
        {
            _wanted = _closed + more;
            _enough = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _enough.Task;
        }
    }

    /// <summary>The next start that a render was told of, and when.</summary>
    public ValueTask<(TaskRunId Run, long At)> NextStartAsync(CancellationToken cancel) => _starts!.Reader.ReadAsync(cancel);   // made for those who ask

    internal RunOutcome OutcomeOf(TaskRunId run) =>
        FailingOneOf > 0 && run.Run == 1 && run.Task % FailingOneOf == 0 ? RunOutcome.Failed : RunOutcome.Done;

    internal void Started(IReadOnlyList<RunStart> starts, long now)
    {
        if (_starts is null) return;
        foreach (var start in starts) _starts.Writer.TryWrite((start.Run, now));
    }

    internal void Closed(int runs)
    {
        lock (_lock)
        {
            _closed += runs;
            if (_enough is { } enough && _closed >= _wanted) enough.TrySetResult(Stopwatch.GetTimestamp());
        }
    }
}

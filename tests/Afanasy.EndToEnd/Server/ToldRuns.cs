using System.Collections.Concurrent;
using Afanasy.Model;

namespace Afanasy.EndToEnd.Server;

/// <summary>What all renders of a test together were told and have been answered, and what of it should never have been.</summary>
internal sealed class ToldRuns
{
    private readonly ConcurrentDictionary<TaskRunId, string> _told = [];
    private readonly ConcurrentDictionary<TaskRunId, RunOutcome> _reported = [];
    private readonly ConcurrentDictionary<TaskRunId, RunOutcome> _closed = [];

    public ConcurrentQueue<string> Wrongs { get; } = [];

    /// <summary>The ends that the server has confirmed, by their runs.</summary>
    public IReadOnlyDictionary<TaskRunId, RunOutcome> Closed => _closed;

    public void Told(TaskRunId run, string render)
    {
        if (!_told.TryAdd(run, render)) Wrongs.Enqueue($"{run} was started on {render}, and before on {_told[run]}");
    }

    public bool WasTold(TaskRunId run) => _told.ContainsKey(run);

    public void Reported(TaskRunId run, RunOutcome outcome) => _reported[run] = outcome;

    public bool WasReported(TaskRunId run) => _reported.ContainsKey(run);

    public bool WasReported(TaskRunId run, RunOutcome outcome) => _reported.TryGetValue(run, out var said) && said == outcome;

    public void Confirmed(TaskRunId run, RunOutcome outcome)
    {
        if (!_closed.TryAdd(run, outcome)) Wrongs.Enqueue($"the end of {run} was taken twice");
    }
}

using Afanasy.Model;
using AfRender.Processes;

namespace AfRender.Agent;

/// <summary>One run's output on its way to one server: from which byte on, and whether more can come.</summary>
internal sealed class OutputSource(TaskRunId run, RunSpool spool, long sent)
{
    public TaskRunId Run => run;

    public RunSpool Spool => spool;

    /// <summary>Bytes that the server has, or that are on their way.</summary>
    public long Sent { get; set; } = sent;

    public bool IsFinished { get; set; }

    public bool IsDrained => Sent >= spool.Length;
}

/// <summary>The outputs that one session sends, in turn. The agent adds and removes, the session takes.</summary>
internal sealed class OutputQueue
{
    private readonly Lock _lock = new();
    private readonly List<OutputSource> _sources = [];
    private int _turn;

    /// <param name="offset">What the server has already; never more than there is.</param>
    public void Add(TaskRunId run, RunSpool spool, long offset)
    {
        lock (_lock) _sources.Add(new OutputSource(run, spool, Math.Clamp(offset, 0, spool.Length)));
    }

    public void Remove(TaskRunId run)
    {
        lock (_lock) _sources.RemoveAll(source => source.Run == run);
    }

    /// <summary>Says that the run prints nothing more; true when everything is sent already.</summary>
    public bool Finish(TaskRunId run)
    {
        lock (_lock)
        {
            if (_sources.Find(source => source.Run == run) is not { } source) return true;
            source.IsFinished = true;
            return source.IsDrained;
        }
    }

    /// <summary>The next one that has something to send; null when nobody has.</summary>
    public OutputSource? Next()
    {
        lock (_lock)
        {
            for (var i = 0; i < _sources.Count; i++)
            {
                _turn = (_turn + 1) % _sources.Count;
                if (!_sources[_turn].IsDrained) return _sources[_turn];
            }

            return null;
        }
    }

    /// <summary>Counts bytes that were sent; true when this was the last of a finished run.</summary>
    public bool Advance(OutputSource source, long bytes)
    {
        lock (_lock)
        {
            source.Sent += bytes;
            return source.IsFinished && source.IsDrained;
        }
    }
}

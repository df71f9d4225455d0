using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Simulation.Stage;

/// <summary>The process dies here; only what was committed before is left.</summary>
internal sealed class Crash : Exception;

/// <summary>
/// A journal of bytes in memory. Shows every fact to a watch before it is applied, and ends the process at any step that it is
/// told: before a fact, before the commit, or right behind it.
/// </summary>
internal sealed class MemoryJournal(Action<Change> watch) : IJournal
{
    private readonly List<byte[]> _pending = [];
    private readonly List<byte[]> _committed = [];
    private List<byte[]> _snapshot = [];
    private long _snapshotSequence;

    /// <summary>So many facts from now the process dies; the commit counts as one. Null is not at all.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>The process dies when the next commit is done.</summary>
    public bool DiesBehindCommit { get; set; }

    public string Place => "memory";

    public long LastSequence { get; private set; }

    public bool HasUncommitted => _pending.Count > 0;

    /// <summary>Everything that was ever committed.</summary>
    public IReadOnlyList<byte[]> Committed => _committed;

    public Snapshot? ReadSnapshot() => _snapshot.Count == 0 ? null : new Snapshot(_snapshotSequence, [.. _snapshot.Select(record => ChangeCodec.Read(record))]);

    public IEnumerable<Change> ReadAfter(long sequence) => _committed.Skip((int)sequence).Select(record => ChangeCodec.Read(record));

    public void Append(Change change)
    {
        Step();
        watch(change);
        _pending.Add(ChangeCodec.Write(change));
    }

    public void Append(FinishedRun run)
    {
    }

    public void Append(JobRecord job)
    {
    }

    public void Append(UserAction action)
    {
    }

    public void Commit()
    {
        Step();
        _committed.AddRange(_pending);
        _pending.Clear();
        LastSequence = _committed.Count;
        if (!DiesBehindCommit) return;
        DiesBehindCommit = false;
        throw new Crash();
    }

    public void WriteSnapshot(IReadOnlyList<Change> changes)
    {
        _snapshot = [.. changes.Select(ChangeCodec.Write)];
        _snapshotSequence = LastSequence;
    }

    /// <summary>What was not committed is lost.</summary>
    public void Forget()
    {
        _pending.Clear();
        (DiesAfter, DiesBehindCommit) = (null, false);
    }

    public void Dispose()
    {
    }

    private void Step()
    {
        if (DiesAfter is not { } left) return;
        DiesAfter = left - 1;
        if (left <= 0) throw new Crash();
    }
}

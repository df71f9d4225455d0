using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>A farm that is made from a journal: from a snapshot, then change by change.</summary>
internal sealed class Replay
{
    public Farm Farm { get; private set; } = new();

    /// <summary>The last change that the farm has.</summary>
    public long Sequence { get; private set; }

    /// <summary>The change at which the snapshot was taken that it began from; 0 when it began from nothing.</summary>
    public long SnapshotSequence { get; private set; }

    /// <summary>Begins anew, with a snapshot or with an empty farm.</summary>
    public void Begin(Snapshot? snapshot)
    {
        Farm = new Farm();
        foreach (var change in snapshot?.Changes ?? []) Take(change);
        Sequence = SnapshotSequence = snapshot?.Sequence ?? 0;
    }

    public void Apply(IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            Take(change);
            Sequence++;
        }
    }

    private void Take(Change change)
    {
        Farm.Apply(change);
        Farm.Touches.Clear();
    }
}

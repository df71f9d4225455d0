using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>A farm that is made from a journal: from a snapshot, then change by change.</summary>
/// <param name="place">The store, as an operator knows it.</param>
internal sealed class Replay(string place)
{
    public Farm Farm { get; private set; } = new();

    /// <summary>The last change that the farm has.</summary>
    public long Sequence { get; private set; }

    /// <summary>The change at which the snapshot was taken that it began from; 0 when it began from nothing.</summary>
    public long SnapshotSequence { get; private set; }

    /// <summary>Begins anew, with a snapshot or with an empty farm.</summary>
    /// <exception cref="JournalException">A change does not fit the farm before it; so of <see cref="Apply"/>.</exception>
    public void Begin(Snapshot? snapshot)
    {
        Farm = new Farm();
        foreach (var change in snapshot?.Changes ?? []) Take(change, $"a change of the snapshot at change {snapshot?.Sequence}");
        Sequence = SnapshotSequence = snapshot?.Sequence ?? 0;
    }

    public void Apply(IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            Take(change, $"change {Sequence + 1}");
            Sequence++;
        }
    }

    private void Take(Change change, string which)
    {
        try
        {
            Farm.Apply(change);
        }
        catch (Exception e)
        {
            // Applying a change that was true cannot fail, so whatever it threw, this one was not: the journal is not what was written.
            throw JournalException.Damaged(place, $"{place}: {which} ({change.GetType().Name}) does not fit the farm before it: {e.Message}", e);
        }

        Farm.Touches.Clear();
    }
}

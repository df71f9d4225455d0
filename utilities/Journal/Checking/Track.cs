using System.Diagnostics;
using AfJournal.Stores;
using AfServer.Journaling;
using AfServer.Model;

namespace AfJournal.Checking;

/// <summary>The farm as it is after <see cref="Reached"/>, made from a snapshot (or from nothing) and the changes after it.</summary>
/// <param name="Start">The change that the snapshot was taken at; 0 is nothing.</param>
/// <param name="At">When the last change was made.</param>
/// <param name="Problem">Why it goes no further; null when it came to where it should.</param>
internal sealed record Track(long Start, long Reached, Farm Farm, DateTimeOffset? At, string? Problem)
{
    private const long Nowhere = -1;

    /// <summary>Its snapshot makes a farm, whatever is wrong with the changes after it.</summary>
    public bool IsFarm => Reached != Nowhere;

    public string StartWords => Start == 0 ? "from the beginning" : $"from the snapshot at change {Start}";

    public static Track Follow(IStoredJournal journal, long start, IEnumerable<Change> snapshot, long until)
    {
        var farm = new Farm();
        var (reached, at, doing) = (Nowhere, default(DateTimeOffset?), $"the snapshot at change {start}");
        try
        {
            foreach (var change in snapshot) Apply(farm, change);
            reached = start;
            foreach (var row in journal.RowsFrom(start + 1).TakeWhile(row => row.Sequence <= until))
            {
                if (row.Sequence != reached + 1) throw row.Missing(journal.Place, reached + 1);
                doing = $"change {row.Sequence}";
                var change = row.Decode(journal.Place);
                Apply(farm, change);
                (reached, at) = (row.Sequence, change.At);
            }
        }
        catch (JournalException e)
        {
            return new Track(start, reached, farm, at, e.Message);
        }
        catch (Exception e) when (IsMisfit(e))
        {
            return new Track(start, reached, farm, at, $"{doing} does not fit the farm before it ({e.GetType().Name}: {e.Message})");
        }

        return new Track(start, reached, farm, at, reached < until ? $"{Words.Amount.Range(reached + 1, until)} missing at the end" : null);
    }

    private static void Apply(Farm farm, Change change)
    {
        farm.Apply(change);
        farm.Touches.Clear();
    }

    /// <summary>What applying a change throws when it speaks of what is not there. Applying true changes never throws.</summary>
    private static bool IsMisfit(Exception e) =>
        e is KeyNotFoundException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or NullReferenceException or ArithmeticException or InvalidCastException or UnreachableException;
}

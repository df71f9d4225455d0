using AfServer.Journaling;

namespace AfJournal.Stores;

/// <summary>Of a snapshot what stands beside its parts.</summary>
internal readonly record struct StoredSnapshot(long Sequence, string Taken);

/// <summary>One part of a snapshot, with the checksum that stands beside it.</summary>
internal readonly record struct StoredPart(SnapshotPart Part, long Checksum);

/// <summary>
/// A farm's journal as it stands at one moment, row by row and only to be read. Nothing is judged here but what the store
/// itself cannot deliver: that is a <see cref="JournalException"/>.
/// </summary>
internal interface IStoredJournal : IDisposable
{
    /// <summary>Where it is, in words for a person.</summary>
    string Place { get; }

    /// <summary>How large it is and of which version, in words.</summary>
    string Describe();

    /// <summary>What the store's own check finds, in its words; nothing when it is sound.</summary>
    IEnumerable<string> StorageProblems();

    /// <summary>The number that the last change must have.</summary>
    long End { get; }

    /// <summary>Oldest first.</summary>
    IReadOnlyList<StoredSnapshot> Snapshots { get; }

    /// <summary>The changes from this number on that are there, in the order of their numbers.</summary>
    IEnumerable<JournalRow> RowsFrom(long sequence);

    IEnumerable<StoredPart> PartsOf(long snapshot);

    /// <summary>The rows that can be read, each with the values of <see cref="HistoryTable.Columns"/>.</summary>
    /// <param name="onGap">Is told in words which rows the store cannot deliver.</param>
    IEnumerable<object?[]> History(HistoryTable table, Action<string> onGap);
}

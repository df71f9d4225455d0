using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>A snapshot: the changes that rebuild the farm as it stood after change number <paramref name="Sequence"/>.</summary>
public sealed record Snapshot(long Sequence, IReadOnlyList<Change> Changes);

/// <summary>
/// Where facts are kept. What was appended is durable after <see cref="Commit"/> and not before; one commit is one transaction.
/// Not thread-safe: the engine owns it. A commit that throws leaves the journal unusable: the process must end.
/// </summary>
public interface IJournal : IDisposable
{
    /// <summary>Where it is kept, as an operator knows it: a file, or a database.</summary>
    string Place { get; }

    /// <summary>The number of the last change that is durable; 0 in an empty journal.</summary>
    long LastSequence { get; }

    /// <summary>The newest snapshot that can be read, or null.</summary>
    Snapshot? ReadSnapshot();

    /// <summary>The changes after a sequence number, in order, without gaps.</summary>
    IEnumerable<Change> ReadAfter(long sequence);

    /// <summary>Adds one fact to the transaction being prepared; its sequence number is the next one.</summary>
    void Append(Change change);

    /// <summary>Adds history rows to the same transaction.</summary>
    void Append(FinishedRun run);

    void Append(JobRecord job);

    void Append(UserAction action);

    /// <summary>Makes everything appended durable, or throws.</summary>
    void Commit();

    /// <summary>Writes a snapshot taken at <see cref="LastSequence"/> and forgets journal records that no kept snapshot needs.</summary>
    void WriteSnapshot(IReadOnlyList<Change> changes);
}

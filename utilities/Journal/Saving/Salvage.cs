using AfJournal.Checking;
using AfJournal.Stores;
using AfJournal.Words;
using AfServer.Journaling;
using AfServer.Model;

namespace AfJournal.Saving;

/// <summary>What was written, and what had to be left out.</summary>
internal sealed record Saved(long Sequence, long Missing, IReadOnlyList<string> LeftOut);

/// <summary>
/// Writes the farm as it stood after one change: from the snapshot before it and the changes between. History that came later
/// is left out, because runs of the same numbers will come again.
/// </summary>
/// <param name="end">The number of the last change that the journal had.</param>
internal sealed class Salvage(IStoredJournal journal, Track track, long end, Steps steps, TimeProvider time)
{
    private readonly List<string> _leftOut = [];

    /// <summary>The way to a change, or to the last one that can be had.</summary>
    /// <exception cref="ToolFailure">There is no way to it.</exception>
    public static Track WayTo(IStoredJournal journal, Track? best, long? until)
    {
        if (best is null) throw new ToolFailure(ExitCodes.Damaged, $"{journal.Place}: there is neither a snapshot that can be read nor the first change, nothing can be kept. Put a copy back.");
        var goal = until ?? best.Reached;
        if (goal > best.Reached) throw new ToolFailure(ExitCodes.Damaged, $"{journal.Place}: change {goal} cannot be had, the last good one is {best.Reached}. Give --until {best.Reached}, or --until last-good.");
        foreach (var start in journal.Snapshots.Select(snapshot => snapshot.Sequence).Where(start => start <= goal).Reverse().Append(0))
        {
            if (Changes(journal, start) is { } changes && Track.Follow(journal, start, changes, goal) is { Problem: null } track) return track;
        }

        throw new ToolFailure(ExitCodes.Damaged, $"{journal.Place}: change {goal} cannot be had. It is before the oldest snapshot, and the changes that led there are forgotten or damaged.");
    }

    public Saved Write(string file)
    {
        FarmFileWriter.Write(file, writer =>
        {
            writer.End(WriteFarm(writer));
            WriteHistory(writer);
        });
        return new Saved(track.Reached, end - track.Reached, _leftOut);
    }

    private static List<Change>? Changes(IStoredJournal journal, long start)
    {
        if (start == 0) return [];
        try
        {
            return SnapshotParts.Join(start, journal.PartsOf(start).Select(part => (part.Part, part.Checksum)));
        }
        catch (Exception e) when (e is InvalidDataException or JournalException)
        {
            return null;
        }
    }

    /// <summary>A server wants two snapshots with changes between, or all changes from the first on.</summary>
    private long WriteFarm(FarmFileWriter writer)
    {
        steps.Begin($"writing the farm as it stood after change {track.Reached}");
        var now = time.GetUtcNow();
        foreach (var row in journal.RowsFrom(track.Start + 1).TakeWhile(row => row.Sequence <= track.Reached)) writer.Add(row);
        if (track.Start == 0) return track.Reached;

        var start = journal.Snapshots.Single(snapshot => snapshot.Sequence == track.Start);
        foreach (var part in journal.PartsOf(track.Start)) writer.Add(start, part);
        var last = track.Reached;
        if (last == track.Start)
        {
            // A change that changes nothing.
            last++;
            writer.Add(JournalRow.Of(last, ChangeCodec.Write(new Change.JobsOrdered([]) { At = now })));
        }

        writer.Add(new StoredSnapshot(last, HistoryColumns.Text(now)), [.. track.Farm.Describe(now)]);
        return last;
    }

    /// <summary>When the snapshot was taken that no change follows.</summary>
    private DateTimeOffset? Taken() => journal.Snapshots.FirstOrDefault(snapshot => snapshot.Sequence == track.Start) is { Taken.Length: > 0 } start ? HistoryColumns.Time(start.Taken) : null;

    private void WriteHistory(FarmFileWriter writer)
    {
        var known = new KnownHistory(track.Farm, track.Reached < end ? track.At ?? Taken() : null);
        foreach (var table in HistoryTable.All)
        {
            steps.Begin($"writing the history, {table.Name}");
            var (unreadable, later, count) = (0L, 0L, 0L);
            foreach (var row in journal.History(table, gap => _leftOut.Add($"history, {table.Name}: {gap}")))
            {
                steps.Count(++count, "rows");
                if (table.Problem(row) is not null) unreadable++;
                else if (known.AsKnown(table, row) is { } kept) writer.Add(table, kept);
                else later++;
            }

            if (unreadable > 0) _leftOut.Add($"history, {table.Name}: {Amount.Of(unreadable, "row")} that cannot be understood");
            if (later > 0) _leftOut.Add($"history, {table.Name}: {Amount.Of(later, "row")} of after change {track.Reached}");
        }
    }
}

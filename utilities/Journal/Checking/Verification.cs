using AfJournal.Stores;
using AfJournal.Words;
using AfServer.Journaling;
using AfServer.Model;

namespace AfJournal.Checking;

/// <summary>Reads all of a journal and judges it: the store, every record, every snapshot, the farm that they make, the history.</summary>
internal sealed class Verification
{
    private readonly IStoredJournal _journal;
    private readonly Steps _steps;
    private readonly List<Check> _checks = [];
    private readonly List<(long Sequence, List<Change> Changes)> _snapshots = [];
    private long _first;

    // Also what lies beyond the end that the store names, and can be read.
    private long _end;

    private Verification(IStoredJournal journal, Steps steps) => (_journal, _steps) = (journal, steps);

    public static Verdict Of(IJournalStore store, Steps steps)
    {
        using var journal = store.Open();
        return Of(journal, steps);
    }

    public static Verdict Of(IStoredJournal journal, Steps steps) => new Verification(journal, steps).Judge();

    private Verdict Judge()
    {
        CheckStorage();
        CheckRecords();
        CheckSnapshots();
        var best = CheckReplay();
        foreach (var table in HistoryTable.All) CheckHistory(table);
        return new Verdict(_journal.Place, _end, _checks, best);
    }

    private void CheckStorage()
    {
        _steps.Begin("checking how it is stored");
        Look("store", () => _journal.StorageProblems().ToList() is { Count: > 0 } problems ? Bad(problems) : Good(_journal.Describe()));
    }

    private void CheckRecords()
    {
        _steps.Begin("reading the changes");
        _end = _journal.End;
        var (count, last, problems, times) = (0L, 0L, new Problems(), (First: "", Last: ""));
        try
        {
            foreach (var row in _journal.RowsFrom(long.MinValue))
            {
                if (count == 0) _first = row.Sequence;
                else if (row.Sequence != last + 1) problems.Add($"{Amount.Range(last + 1, row.Sequence - 1)} missing");
                var follows = row.Sequence == last + 1;
                (last, count) = (row.Sequence, count + 1);
                var decoded = Decoded(row, problems);
                if (decoded is not null || follows) _end = Math.Max(_end, row.Sequence);
                if (decoded is not { } change) continue;
                times = (times.First.Length > 0 ? times.First : Amount.Time(change.At), Amount.Time(change.At));
                _steps.Count(count, "changes");
            }
        }
        catch (JournalException e)
        {
            problems.Add(e.InnerException?.Message is { } cause ? $"changes after {last} cannot be read: {cause}" : e.Message);
        }

        foreach (var problem in EndProblems(last, problems.Count > 0).ToList()) problems.Add(problem);
        var found = count == 0 ? "none, as in a new farm" : $"{Amount.Range(_first, last)}, from {times.First} to {times.Last}";
        Look("changes", () => problems.Count > 0 ? Bad(problems) : Good(found));
    }

    private Change? Decoded(JournalRow row, Problems problems)
    {
        try
        {
            return row.Decode(_journal.Place);
        }
        catch (JournalException e)
        {
            problems.Add(e.InnerException is { } cause ? $"change {row.Sequence}: {cause.Message}" : $"change {row.Sequence} is damaged, its checksum does not match");
            return null;
        }
    }

    /// <summary>What is missing at the ends leaves no gap; the same is asked when a server starts.</summary>
    private IEnumerable<string> EndProblems(long last, bool wasCutShort)
    {
        var snapshots = _journal.Snapshots;
        var neededAfter = snapshots.Count < 2 ? 0 : snapshots[^2].Sequence;
        if (_first > neededAfter + 1) yield return $"{Amount.Range(neededAfter + 1, _first - 1)} missing at the beginning";
        if (last < _journal.End && !wasCutShort) yield return $"{Amount.Range(last + 1, _journal.End)} missing at the end";
        if (last > _journal.End) yield return $"it should end with change {_journal.End}, but has change {last}";
        if (snapshots.Count > 0 && snapshots[^1].Sequence > _journal.End) yield return $"it should end with change {_journal.End}, but has a snapshot at change {snapshots[^1].Sequence}";
    }

    private void CheckSnapshots()
    {
        foreach (var (sequence, taken) in _journal.Snapshots)
        {
            _steps.Begin($"reading the snapshot at change {sequence}");
            Look($"snapshot {sequence}", () =>
            {
                var changes = SnapshotParts.Join(sequence, _journal.PartsOf(sequence).Select(part => (part.Part, part.Checksum)));
                _snapshots.Add((sequence, changes));
                _end = Math.Max(_end, sequence);
                return Good($"{Amount.Of(changes.Count, "fact")}, taken {taken}");
            });
        }

        if (_journal.Snapshots.Count == 0) _checks.Add(new Check("snapshots", true, "none: everything is in the changes"));
    }

    /// <summary>The farm from each snapshot on, and from the beginning where there are fewer than two; all must end as the same.</summary>
    private Track? CheckReplay()
    {
        var starts = _snapshots.AsEnumerable();
        if (_snapshots.Count < 2 && _first <= 1) starts = starts.Prepend((Sequence: 0L, Changes: []));
        var tracks = new List<(Track Track, UInt128 Mark)>();
        foreach (var (sequence, changes) in starts)
        {
            _steps.Begin($"making the farm {(sequence == 0 ? "from the beginning" : $"from the snapshot at change {sequence}")}");
            var track = Track.Follow(_journal, sequence, changes, _end);
            Look(sequence == 0 ? "farm from the start" : $"farm from {sequence}", () => track.Problem is { } problem ? Bad([track.IsFarm ? $"stops after change {track.Reached}: {problem}" : problem]) : Good(new Verdict("", 0, [], track).FarmWords));
            tracks.Add((track, track.Problem is null ? FarmMark.Of(track.Farm) : 0));
        }

        var whole = tracks.Where(track => track.Track.Problem is null).ToList();
        if (whole.Count > 1) Look("both farms", () => Compare(whole));
        if (tracks.Count == 0) Look("farm", () => Bad(["there is nothing that it could be made from"]));
        return tracks.Select(track => track.Track).Where(track => track.IsFarm).MaxBy(track => (track.Reached, track.Start));
    }

    private static Check Compare(List<(Track Track, UInt128 Mark)> whole)
    {
        if (whole.All(track => track.Mark == whole[0].Mark)) return Good("the same");
        var (first, last) = (whole[0].Track, whole[^1].Track);
        var difference = FarmMark.Difference(first.Farm, last.Farm);
        return Bad([$"{first.StartWords} and {last.StartWords} two different farms come out{(difference is null ? "" : $"; the first difference is: {ChangeWords.Line(difference)}")}"]);
    }

    private void CheckHistory(HistoryTable table)
    {
        _steps.Begin($"reading the history, {table.Name}");
        var (count, problems) = (0L, new Problems());
        foreach (var row in _journal.History(table, problems.Add))
        {
            if (table.Problem(row) is { } problem) problems.Add($"row {count + 1}: {problem}");
            _steps.Count(++count, "rows");
        }

        Look($"history, {table.Name}", () => problems.Count > 0 ? Bad(problems) : Good(Amount.Of(count, "row")));
    }

    private void Look(string subject, Func<Check> look)
    {
        Check check;
        try
        {
            check = look();
        }
        catch (JournalException e)
        {
            check = Bad([e.InnerException?.Message ?? e.Message]);
        }
        catch (InvalidDataException e)
        {
            check = Bad([e.Message]);
        }

        _checks.Add(check with { Subject = subject });
    }

    private static Check Good(string found) => new("", true, found);

    private static Check Bad(Problems problems) => new("", false, problems.Words);

    private static Check Bad(List<string> problems)
    {
        var all = new Problems();
        foreach (var problem in problems) all.Add(problem);
        return Bad(all);
    }

    /// <summary>What is wrong with one thing. A journal can be damaged in a million places, so only the first are kept.</summary>
    private sealed class Problems
    {
        /// <summary>As many as a person reads; the rest is counted.</summary>
        private const int ShownMax = 5;

        private readonly List<string> _shown = [];

        public long Count { get; private set; }

        public string Words => string.Join("; ", _shown) + (Count > ShownMax ? $"; and {Count - ShownMax} more" : "");

        public void Add(string problem)
        {
            if (Count++ < ShownMax) _shown.Add(problem);
        }
    }
}

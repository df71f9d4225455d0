using Afanasy.Model;
using AfJournal.Stores;
using AfServer.Journaling;
using AfServer.Model;

namespace AfJournal.Saving;

/// <summary>Tells the history that a farm has behind it from what came later.</summary>
/// <param name="farm">The farm as it stood at a moment.</param>
/// <param name="moment">That moment; null is the end of all.</param>
internal sealed class KnownHistory(Farm farm, DateTimeOffset? moment)
{
    private const int JobColumn = 0;
    private static readonly int _started = ColumnOf(HistoryTable.Jobs, "started");
    private static readonly int _done = ColumnOf(HistoryTable.Jobs, "done");
    private static readonly int _deleted = ColumnOf(HistoryTable.Jobs, "deleted");
    private static readonly int _at = ColumnOf(HistoryTable.Actions, "at");

    /// <summary>The row as it was then; null when it was not there yet.</summary>
    public object?[]? AsKnown(HistoryTable table, object?[] row) =>
        table == HistoryTable.Runs ? IsKnownRun(row) ? row : null
        : table == HistoryTable.Jobs ? KnownJob(row)
        : moment is not { } end || HistoryColumns.Time((string)row[_at]!) <= end ? row : null;   // a row without a problem has its time

    private bool IsKnownRun(object?[] row)
    {
        var run = new TaskRunId(new JobId(At(row, 0)), At(row, 1), At(row, 2), At(row, 3));
        if (!farm.Jobs.TryGetValue(run.Job, out var job)) return run.Job.Value < farm.NextJob.Value;
        return run.Block < job.Blocks.Count && run.Task < job.Blocks[run.Block].States.Size && run.Run <= job.Blocks[run.Block].RunsOf(run.Task) && !farm.Running.ContainsKey(run);
    }

    private object?[]? KnownJob(object?[] row)
    {
        var number = new JobId(At(row, JobColumn));
        if (number.Value >= farm.NextJob.Value) return null;
        if (!farm.Jobs.TryGetValue(number, out var job)) return row;
        var known = row.ToArray();
        (known[_started], known[_done], known[_deleted]) = (HistoryColumns.Text(job.Started), HistoryColumns.Text(job.Done), null);
        return known;
    }

    private static int At(object?[] row, int column) => (int)(row[column] as long? ?? 0);

    private static int ColumnOf(HistoryTable table, string name) => table.Columns.ToList().FindIndex(column => column.Name == name);
}

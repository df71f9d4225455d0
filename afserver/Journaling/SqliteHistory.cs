using System.Collections.Concurrent;
using Afanasy.Model;
using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>Reads history on read-only connections of its own; never waits for the engine, never makes it wait.</summary>
internal sealed class SqliteHistory(string file) : IHistory
{
    // More readers at a time gain nothing on one disk; the rest wait their turn for some milliseconds.
    private const int ConnectionsMax = 4;

    // Documented in IHistory.
    private const int RunsOfTaskMax = 1000;

    private readonly SemaphoreSlim _free = new(ConnectionsMax);
    private readonly ConcurrentBag<Reader> _readers = [];

    public IReadOnlyList<FinishedRun> RunsOf(TaskId task) => Read(reader => reader.RunsOf(task));

    public IReadOnlyDictionary<int, FinishedRun> LastRuns(BlockId block, int firstTask, int lastTask) =>
        Read(reader => reader.LastRuns(block, firstTask, lastTask));

    public void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
        _readers.Clear();
        _free.Dispose();
    }

    private T Read<T>(Func<Reader, T> query)
    {
        _free.Wait();
        Reader? broken = null;
        try
        {
            if (!_readers.TryTake(out var reader)) reader = new Reader(file);
            broken = reader;
            var answer = query(reader);
            _readers.Add(reader);
            broken = null;
            return answer;
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, file, "while reading history");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException)
        {
            throw new JournalException($"{file} has a history row that this server did not write: {e.Message}", e);
        }
        finally
        {
            broken?.Dispose();
            _free.Release();
        }
    }

    private sealed class Reader : IDisposable
    {
        private const string Columns = "job, block, task, run, render, service, started, ended, outcome, exit_code, reason, job_name, block_name, user_name, branch, project, capacity";

        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _runsOf;
        private readonly SqliteCommand _lastRuns;

        public Reader(string file)
        {
            _connection = JournalSchema.Connect(file, SqliteOpenMode.ReadOnly);
            _runsOf = _connection.Prepared(
                $"SELECT {Columns} FROM runs WHERE job = $job AND block = $block AND task = $task ORDER BY run DESC LIMIT {RunsOfTaskMax}",
                "$job", "$block", "$task");

            // SQLite promises that the other columns come from the row that has the maximum.
            _lastRuns = _connection.Prepared(
                $"SELECT {Columns}, max(run) FROM runs WHERE job = $job AND block = $block AND task BETWEEN $first AND $last GROUP BY task",
                "$job", "$block", "$first", "$last");
        }

        public List<FinishedRun> RunsOf(TaskId task)
        {
            _runsOf.Set(task.Job.Value, task.Block, task.Task);
            var runs = new List<FinishedRun>();
            using var rows = _runsOf.ExecuteReader();
            while (rows.Read())
                runs.Add(Row(rows));
            runs.Reverse();
            return runs;
        }

        public Dictionary<int, FinishedRun> LastRuns(BlockId block, int firstTask, int lastTask)
        {
            _lastRuns.Set(block.Job.Value, block.Block, firstTask, lastTask);
            var runs = new Dictionary<int, FinishedRun>();
            using var rows = _lastRuns.ExecuteReader();
            while (rows.Read())
            {
                var run = Row(rows);
                runs.Add(run.Run.Task, run);
            }

            return runs;
        }

        public void Dispose()
        {
            _runsOf.Dispose();
            _lastRuns.Dispose();
            _connection.Dispose();
        }

        private static FinishedRun Row(SqliteDataReader row) => new(
            new TaskRunId(new JobId(row.GetInt32(0)), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)),
            row.GetString(4),
            row.GetString(5),
            HistoryColumns.Time(row.GetString(6)),
            HistoryColumns.Time(row.GetString(7)),
            HistoryColumns.Outcome(row.GetString(8)),
            row.GetInt32(9),
            row.GetString(10))
        {
            JobName = row.GetString(11),
            BlockName = row.GetString(12),
            UserName = row.GetString(13),
            Branch = row.GetString(14),
            Project = row.GetString(15),
            Capacity = row.GetInt32(16),
        };
    }
}

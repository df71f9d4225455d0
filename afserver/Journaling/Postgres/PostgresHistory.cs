using Afanasy.Model;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>Reads history on connections of its own; never waits for the engine, never makes it wait.</summary>
internal sealed class PostgresHistory(PostgresDatabase database) : IHistory
{
    // More readers at a time gain little; the rest wait their turn for some milliseconds.
    private const int ConnectionsMax = 4;

    // Documented in IHistory.
    private const int RunsOfTaskMax = 1000;

    private const string Columns = "job, block, task, run, render, service, started, ended, outcome, exit_code, reason, job_name, block_name, user_name, branch, project, capacity";

    private readonly NpgsqlDataSource _readers = database.Readers(ConnectionsMax);

    public IReadOnlyList<FinishedRun> RunsOf(TaskId task)
    {
        var runs = Read(
            $"SELECT {Columns} FROM runs WHERE job = $1 AND block = $2 AND task = $3 ORDER BY run DESC LIMIT {RunsOfTaskMax}", task.Job.Value, task.Block, task.Task);
        runs.Reverse();
        return runs;
    }

    public IReadOnlyDictionary<int, FinishedRun> LastRuns(BlockId block, int firstTask, int lastTask) => Read(
        $"SELECT DISTINCT ON (task) {Columns} FROM runs WHERE job = $1 AND block = $2 AND task BETWEEN $3 AND $4 ORDER BY task, run DESC",
        block.Job.Value, block.Block, firstTask, lastTask).ToDictionary(run => run.Run.Task);

    public void Dispose() => _readers.Dispose();

    private List<FinishedRun> Read(string sql, params ReadOnlySpan<object> values)
    {
        try
        {
            using var connection = _readers.OpenConnection();
            using var command = connection.Command(sql, values);
            using var rows = command.ExecuteReader();
            var runs = new List<FinishedRun>();
            while (rows.Read()) runs.Add(Row(rows));
            return runs;
        }
        catch (Exception e) when (PostgresFailure.IsOfDatabase(e))
        {
            throw PostgresFailure.From(e, database.Place, "while reading history");
        }
        catch (FormatException e)
        {
            throw new JournalException($"{database.Place} has a history row that this server did not write: {e.Message}", e);
        }
    }

    private static FinishedRun Row(NpgsqlDataReader row) => new(
        new TaskRunId(new JobId(row.GetInt32(0)), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)),
        row.GetString(4),
        row.GetString(5),
        row.GetFieldValue<DateTimeOffset>(6),
        row.GetFieldValue<DateTimeOffset>(7),
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

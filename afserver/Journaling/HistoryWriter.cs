using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>Writes history rows on the journal's own connection, so that they are in the turn's transaction.</summary>
internal sealed class HistoryWriter(SqliteConnection connection) : IDisposable
{
    private readonly List<FinishedRun> _runs = [];
    private readonly List<JobRecord> _jobs = [];
    private readonly List<UserAction> _actions = [];

    private readonly SqliteCommand _insertRun = connection.Prepared(
        "INSERT INTO runs VALUES($job, $block, $task, $run, $render, $service, $started, $ended, $seconds, $outcome, $exit_code, $reason)",
        "$job", "$block", "$task", "$run", "$render", "$service", "$started", "$ended", "$seconds", "$outcome", "$exit_code", "$reason");

    private readonly SqliteCommand _insertJob = connection.Prepared(
        "INSERT OR REPLACE INTO jobs VALUES($job, $name, $user_name, $project, $tasks, $submitted, $started, $done, $deleted)",
        "$job", "$name", "$user_name", "$project", "$tasks", "$submitted", "$started", "$done", "$deleted");

    private readonly SqliteCommand _insertAction = connection.Prepared(
        "INSERT INTO actions(at, user_name, host_name, operation, target, detail) VALUES($at, $user_name, $host_name, $operation, $target, $detail)",
        "$at", "$user_name", "$host_name", "$operation", "$target", "$detail");

    public bool IsEmpty => _runs.Count + _jobs.Count + _actions.Count == 0;

    public void Add(FinishedRun run) => _runs.Add(run);

    public void Add(JobRecord job) => _jobs.Add(job);

    public void Add(UserAction action) => _actions.Add(action);

    /// <summary>Inserts what was added, in the transaction that is open.</summary>
    public void Write()
    {
        foreach (var r in _runs)
        {
            _insertRun.Execute(
                r.Run.Job.Value, r.Run.Block, r.Run.Task, r.Run.Run, r.Render, r.Service, HistoryColumns.Text(r.Started), HistoryColumns.Text(r.Ended),
                (r.Ended - r.Started).TotalSeconds, HistoryColumns.Text(r.Outcome), r.ExitCode, r.Reason);
        }

        foreach (var j in _jobs)
        {
            _insertJob.Execute(
                j.Job.Value, j.Name, j.UserName, j.Project, j.Tasks, HistoryColumns.Text(j.Submitted), HistoryColumns.Text(j.Started),
                HistoryColumns.Text(j.Done), HistoryColumns.Text(j.Deleted));
        }

        foreach (var a in _actions)
            _insertAction.Execute(HistoryColumns.Text(a.At), a.UserName, a.HostName, a.Operation, a.Target, a.Detail);

        _runs.Clear();
        _jobs.Clear();
        _actions.Clear();
    }

    public void Dispose()
    {
        _insertRun.Dispose();
        _insertJob.Dispose();
        _insertAction.Dispose();
    }
}

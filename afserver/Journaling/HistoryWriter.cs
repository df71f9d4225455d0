using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>Writes history rows on the journal's own connection, so that they are in the turn's transaction.</summary>
internal sealed class HistoryWriter(SqliteConnection connection) : IDisposable
{
    private readonly List<FinishedRun> _runs = [];
    private readonly List<JobRecord> _jobs = [];
    private readonly List<UserAction> _actions = [];

    private readonly SqliteInsert _insertRun = new(connection, "INSERT INTO runs VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly SqliteInsert _insertJob = new(connection, "INSERT OR REPLACE INTO jobs VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly SqliteInsert _insertAction = new(
        connection, "INSERT INTO actions(at, user_name, host_name, operation, target, detail) VALUES(?, ?, ?, ?, ?, ?)");

    public bool IsEmpty => _runs.Count + _jobs.Count + _actions.Count == 0;

    public void Add(FinishedRun run) => _runs.Add(run);

    public void Add(JobRecord job) => _jobs.Add(job);

    public void Add(UserAction action) => _actions.Add(action);

    /// <summary>Inserts what was added, in the transaction that is open.</summary>
    public void Write()
    {
        foreach (var r in _runs)
        {
            _insertRun
                .Add(r.Run.Job.Value).Add(r.Run.Block).Add(r.Run.Task).Add(r.Run.Run).Add(r.Render).Add(r.Service)
                .Add(HistoryColumns.Text(r.Started)).Add(HistoryColumns.Text(r.Ended)).Add((r.Ended - r.Started).TotalSeconds)
                .Add(HistoryColumns.Text(r.Outcome)).Add(r.ExitCode).Add(r.Reason)
                .Add(r.JobName).Add(r.BlockName).Add(r.UserName).Add(r.Branch).Add(r.Project).Add(r.Capacity).Execute();
        }

        foreach (var j in _jobs)
        {
            _insertJob
                .Add(j.Job.Value).Add(j.Name).Add(j.UserName).Add(j.Project).Add(j.Tasks).Add(HistoryColumns.Text(j.Submitted))
                .Add(HistoryColumns.Text(j.Started)).Add(HistoryColumns.Text(j.Done)).Add(HistoryColumns.Text(j.Deleted)).Add(j.Branch).Execute();
        }

        foreach (var a in _actions)
            _insertAction.Add(HistoryColumns.Text(a.At)).Add(a.UserName).Add(a.HostName).Add(a.Operation).Add(a.Target).Add(a.Detail).Execute();

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

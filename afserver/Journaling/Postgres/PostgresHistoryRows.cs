using NpgsqlTypes;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>The history rows of one turn, written as arrays: one statement for each table, however many rows there are.</summary>
internal sealed class PostgresHistoryRows
{
    private readonly List<FinishedRun> _runs = [];
    private readonly List<JobRecord> _jobs = [];
    private readonly List<UserAction> _actions = [];

    public bool IsEmpty => _runs.Count + _jobs.Count + _actions.Count == 0;

    public void Add(FinishedRun run) => _runs.Add(run);

    public void Add(JobRecord job) => _jobs.Add(job);

    public void Add(UserAction action) => _actions.Add(action);

    public void Clear()
    {
        _runs.Clear();
        _jobs.Clear();
        _actions.Clear();
    }

    /// <summary>Adds what inserts the rows; they stay here until <see cref="Clear"/>, because a broken commit is tried again.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_runs.Count > 0) AddRuns(batch);
        if (_jobs.Count > 0) AddJobs(batch);
        if (_actions.Count > 0) AddActions(batch);
    }

    private void AddRuns(NpgsqlBatch batch) => batch.Add(
        "INSERT INTO runs SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        Numbers(_runs, r => r.Run.Job.Value),
        Numbers(_runs, r => r.Run.Block),
        Numbers(_runs, r => r.Run.Task),
        Numbers(_runs, r => r.Run.Run),
        Texts(_runs, r => r.Render),
        Texts(_runs, r => r.Service),
        Times(_runs, r => r.Started),
        Times(_runs, r => r.Ended),
        _runs.ConvertAll(r => (r.Ended - r.Started).TotalSeconds).ToArray(),
        Texts(_runs, r => HistoryColumns.Text(r.Outcome)),
        Numbers(_runs, r => r.ExitCode),
        Texts(_runs, r => r.Reason),
        Texts(_runs, r => r.JobName),
        Texts(_runs, r => r.BlockName),
        Texts(_runs, r => r.UserName),
        Texts(_runs, r => r.Branch),
        Texts(_runs, r => r.Project),
        Numbers(_runs, r => r.Capacity));

    private void AddJobs(NpgsqlBatch batch)
    {
        // One statement may not touch a row twice: of a job that changed twice in a turn the last word counts.
        var jobs = _jobs.GroupBy(j => j.Job).Select(group => group.Last()).ToList();
        batch.Add(
            """
            INSERT INTO jobs SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (job) DO UPDATE SET name = excluded.name, user_name = excluded.user_name, project = excluded.project, tasks = excluded.tasks,
                submitted = excluded.submitted, started = excluded.started, done = excluded.done, deleted = excluded.deleted, branch = excluded.branch
            """,
            Numbers(jobs, j => j.Job.Value),
            Texts(jobs, j => j.Name),
            Texts(jobs, j => j.UserName),
            Texts(jobs, j => j.Project),
            Numbers(jobs, j => j.Tasks),
            Times(jobs, j => j.Submitted),
            TimesOrNone(jobs, j => j.Started),
            TimesOrNone(jobs, j => j.Done),
            TimesOrNone(jobs, j => j.Deleted),
            Texts(jobs, j => j.Branch));
    }

    private void AddActions(NpgsqlBatch batch) => batch.Add(
        "INSERT INTO actions(at, user_name, host_name, operation, target, detail) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)",
        Times(_actions, a => a.At),
        Texts(_actions, a => a.UserName),
        Texts(_actions, a => a.HostName),
        Texts(_actions, a => a.Operation),
        Texts(_actions, a => a.Target),
        Texts(_actions, a => a.Detail));

    private static int[] Numbers<T>(List<T> rows, Converter<T, int> column) => rows.ConvertAll(column).ToArray();

    /// <summary>PostgreSQL takes no zero character in a text; SQLite's tables have it cut there.</summary>
    private static string[] Texts<T>(List<T> rows, Func<T, string> column) => rows.ConvertAll(row => column(row).Replace('\0', '\uFFFD')).ToArray();

    private static DateTime[] Times<T>(List<T> rows, Func<T, DateTimeOffset> column) => rows.ConvertAll(row => column(row).UtcDateTime).ToArray();

    /// <summary>With their offsets: of times that may be none, the driver would take the kind from the first one, even where there is none.</summary>
    private static DateTimeOffset?[] TimesOrNone<T>(List<T> rows, Func<T, DateTimeOffset?> column) => rows.ConvertAll(row => column(row)?.ToUniversalTime()).ToArray();
}

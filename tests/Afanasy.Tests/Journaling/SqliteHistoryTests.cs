using Afanasy.Model;
using AfServer.Journaling;

namespace Afanasy.Tests.Journaling;

public sealed class SqliteHistoryTests
{
    private readonly TemporaryFolder _folder = new();
    private SqliteJournal _journal = null!; // both set before every test
    private SqliteHistory _history = null!;

    [SetUp]
    public void Open()
    {
        _journal = Journals.Open(_folder["farm.db"]);
        _history = new SqliteHistory(_folder["farm.db"]);
    }

    [TearDown]
    public void Clean()
    {
        _history.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Runs_of_a_task_come_oldest_first_and_as_they_were([Values] RunOutcome outcome)
    {
        var runs = new[] { 1, 2, 10 }.Select(n => Run(0, 5, n) with { Outcome = outcome, Reason = "it's «so»\n" }).ToList();
        foreach (var run in runs)
            _journal.Append(run);
        _journal.Append(Run(0, 6, 1));
        _journal.Append(Run(1, 5, 1));
        _journal.Commit();

        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 5)), Is.EqualTo(runs));
        Assert.That(_history.RunsOf(new TaskId(new JobId(2), 0, 5)), Is.Empty);
    }

    [Test]
    public void The_last_run_of_each_task_is_found_by_its_number()
    {
        foreach (var run in new[] { Run(0, 1, 1), Run(0, 2, 1), Run(0, 2, 11), Run(0, 2, 2), Run(0, 4, 1), Run(0, 5, 1), Run(1, 3, 1) })
            _journal.Append(run);
        _journal.Commit();

        var last = _history.LastRuns(new BlockId(new JobId(1), 0), 2, 4);

        Assert.That(last, Is.EquivalentTo(new Dictionary<int, FinishedRun> { [2] = Run(0, 2, 11), [4] = Run(0, 4, 1) }));
    }

    [Test]
    public void At_most_the_newest_thousand_runs_are_told()
    {
        for (var n = 1; n <= 1003; n++)
            _journal.Append(Run(0, 0, n));
        _journal.Commit();

        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 0)).Select(r => r.Run.Run), Is.EqualTo(Enumerable.Range(4, 1000)));
    }

    [Test]
    public void What_is_not_committed_is_not_seen()
    {
        _journal.Append(Run(0, 0, 1));

        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 0)), Is.Empty);
    }

    [Test]
    public void A_run_that_would_be_counted_twice_is_refused_with_the_whole_turn()
    {
        _journal.Append(Run(0, 0, 1));
        _journal.Commit();
        _journal.Append(Run(0, 0, 2));
        _journal.Append(Run(0, 0, 1));

        Assert.That(_journal.Commit, Throws.TypeOf<JournalException>());
        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 0)), Has.Count.EqualTo(1));
    }

    [Test]
    public void The_newest_record_of_a_job_replaces_the_older()
    {
        var job = new JobRecord(new JobId(7), "shot", "anna", "film", 100, StoppedClock.Noon, null, null, null);
        _journal.Append(job);
        _journal.Commit();
        _journal.Append(job with { Started = StoppedClock.Noon.AddSeconds(1), Done = StoppedClock.Noon.AddMinutes(1) });
        _journal.Append(new UserAction(StoppedClock.Noon, "anna", "desk", "pause", "J7", ""));
        _journal.Commit();

        Assert.That(Number("SELECT count(*) FROM jobs WHERE name = 'shot' AND done = '2026-01-01T12:01:00.000Z' AND deleted IS NULL"), Is.EqualTo(1));
        Assert.That(Number("SELECT count(*) FROM actions WHERE at = '2026-01-01T12:00:00.000Z' AND operation = 'pause'"), Is.EqualTo(1));
    }

    [Test]
    public void A_run_and_its_job_say_where_they_belong()
    {
        _journal.Append(Run(0, 0, 1));
        _journal.Append(new JobRecord(new JobId(1), "shot", "anna", "film", 1, StoppedClock.Noon, null, null, null) { Branch = "/film" });
        _journal.Commit();

        Assert.That(
            Number("SELECT count(*) FROM runs WHERE job_name = 'shot' AND block_name = 'beauty' AND user_name = 'anna' AND branch = '/film/sq1' AND project = 'film' AND capacity = 1000"),
            Is.EqualTo(1));
        Assert.That(Number("SELECT count(*) FROM jobs WHERE branch = '/film' AND deleted IS NULL"), Is.EqualTo(1));
    }

    [Test]
    public void Tables_of_an_older_server_are_brought_to_this_version_with_all_their_rows()
    {
        var old = _folder["old.db"];
        File.Copy(SampleJournal.File(1), old);
        foreach (var task in new[] { 9, 10 })
        {
            using var journal = Journals.Open(old);
            journal.Append(Run(0, task, 1));
            journal.Commit();
        }

        using var history = new SqliteHistory(old);

        Assert.That(history.RunsOf(new TaskId(new JobId(1), 0, 2)).Single(), Is.EqualTo(SampleJournal.Run));
        Assert.That(history.RunsOf(new TaskId(new JobId(1), 0, 9)).Single(), Is.EqualTo(Run(0, 9, 1)));
        Assert.That(Journals.Number(old, "SELECT count(*) FROM runs"), Is.EqualTo(3));
        Assert.That(Journals.Number(old, "PRAGMA user_version"), Is.EqualTo(2));
        Assert.That(Columns(old), Is.EqualTo(Columns(_folder["farm.db"])), "as if the file were new");
    }

    [Test]
    public void The_examples_of_the_handbook_run()
    {
        _journal.Append(Run(0, 0, 1));
        _journal.Append(new JobRecord(new JobId(1), "shot", "anna", "film", 1, StoppedClock.Noon, null, null, null));
        _journal.Commit();
        var queries = HandbookQueries().ToList();

        Assert.That(queries, Has.Count.GreaterThan(1));
        foreach (var query in queries)
            Assert.That(() => Number(query), Throws.Nothing, query);
    }

    [Test]
    public async Task Many_threads_read_while_turns_are_committed()
    {
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var last = _history.LastRuns(new BlockId(new JobId(1), 0), 0, 1000);
                Assert.That(last.Keys.Order(), Is.EqualTo(Enumerable.Range(0, last.Count)), "whole turns only, in their order");
                Assert.That(last.Count % 5, Is.Zero);
            }
        })).ToList();

        for (var task = 0; task < 500; task++)
        {
            _journal.Append(Run(0, task, 1));
            if (task % 5 == 4) _journal.Commit();
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.That(_history.LastRuns(new BlockId(new JobId(1), 0), 0, 1000), Has.Count.EqualTo(500));
    }

    private static FinishedRun Run(int block, int task, int run) => new(
        new TaskRunId(new JobId(1), block, task, run), "render-1", "blender", StoppedClock.Noon, StoppedClock.Noon.AddMilliseconds(1500 + run), RunOutcome.Done, run, "")
    {
        JobName = "shot",
        BlockName = "beauty",
        UserName = "anna",
        Branch = "/film/sq1",
        Project = "film",
        Capacity = 1000 + task,
    };

    private static List<string> Columns(string file)
    {
        using var connection = JournalSchema.Connect(file, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT m.name || '.' || c.name || ' ' || c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid";
        using var rows = command.ExecuteReader();
        var columns = new List<string>();
        while (rows.Read()) columns.Add(rows.GetString(0));
        return columns;
    }

    private static IEnumerable<string> HandbookQueries()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Afanasy.sln")))
            folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, "doc", "journal.md")).Split("```").Where((_, i) => i % 2 == 1).Where(q => q.StartsWith("sql")).Select(q => q[3..]);
    }

    private long Number(string sql) => Journals.Number(_folder["farm.db"], sql);
}

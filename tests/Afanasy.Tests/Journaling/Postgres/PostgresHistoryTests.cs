using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using Npgsql;

namespace Afanasy.Tests.Journaling.Postgres;

internal sealed class PostgresHistoryTests
{
    private static readonly BlockId _block = new(new JobId(1), 0);

    private string _connection = "";   // of this test's own database
    private FarmServer _server = null!;   // all set before every test
    private PostgresJournal _journal = null!;
    private PostgresHistory _history = null!;

    [SetUp]
    public async Task MakeAsync()
    {
        _connection = await PostgresRun.NewDatabaseAsync();
        _server = new FarmServer(_connection);
        _journal = await _server.LeadAsync();
        _history = new PostgresHistory(new PostgresDatabase(_connection));
    }

    [TearDown]
    public void End()
    {
        _history?.Dispose();
        _server?.Dispose();
    }

    [Test]
    public void Runs_of_a_task_come_oldest_first_and_as_they_were()
    {
        var runs = Enum.GetValues<RunOutcome>().Select((outcome, n) => Run(5, n + 1) with { Outcome = outcome, Reason = "it's «so»\n" }).ToList();
        foreach (var run in runs.AsEnumerable().Reverse()) _journal.Append(run);
        _journal.Append(Run(6, 1));
        _journal.Commit();

        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 5)), Is.EqualTo(runs));
        Assert.That(_history.RunsOf(new TaskId(new JobId(2), 0, 5)), Is.Empty);
    }

    [Test]
    public void The_last_run_of_each_task_is_found_by_its_number()
    {
        foreach (var run in new[] { Run(1, 1), Run(2, 1), Run(2, 11), Run(2, 2), Run(4, 1), Run(5, 1) }) _journal.Append(run);
        _journal.Commit();

        Assert.That(_history.LastRuns(_block, 2, 4), Is.EquivalentTo(new Dictionary<int, FinishedRun> { [2] = Run(2, 11), [4] = Run(4, 1) }));
    }

    [Test]
    public void At_most_the_newest_thousand_runs_are_told()
    {
        for (var n = 1; n <= 1003; n++) _journal.Append(Run(0, n));
        _journal.Commit();

        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 0)).Select(run => run.Run.Run), Is.EqualTo(Enumerable.Range(4, 1000)));
    }

    [Test]
    public void A_run_that_ended_twice_is_never_written()
    {
        _journal.Append(Run(0, 1));
        _journal.Commit();
        _journal.Append(Run(0, 1) with { Outcome = RunOutcome.Failed });

        Assert.That(_journal.Commit, Throws.InstanceOf<JournalException>().With.Message.Contains("counted twice"));
    }

    [Test]
    public void A_zero_character_does_not_stop_the_farm()
    {
        _journal.Append(Run(0, 1) with { Reason = "It printed: \0\0" });
        _journal.Commit();

        Assert.That(_history.RunsOf(new TaskId(new JobId(1), 0, 0))[0].Reason, Is.EqualTo("It printed: \uFFFD\uFFFD"));
    }

    [Test]
    public void Of_a_job_the_last_word_counts_also_within_a_turn()
    {
        var job = new JobRecord(new JobId(1), "shot", "anna", "film", 3, StoppedClock.Noon, null, null, null) { Branch = "/film" };
        _journal.Append(job);
        _journal.Commit();
        _journal.Append(job with { Name = "once" });
        _journal.Append(job with { Name = "twice", Started = StoppedClock.Noon.AddSeconds(1), Done = StoppedClock.Noon.AddSeconds(2) });
        _journal.Commit();

        Assert.That(Text("SELECT name || ' ' || to_char(done - submitted, 'SS') || ' ' || branch || ' ' || (deleted IS NULL) FROM jobs"), Is.EqualTo("twice 02 /film true"));
    }

    [Test]
    public void A_job_that_waits_and_one_that_is_done_may_change_in_one_turn()
    {
        var waiting = new JobRecord(new JobId(1), "shot", "anna", "film", 3, StoppedClock.Noon, null, null, null);
        _journal.Append(waiting);
        _journal.Append(waiting with { Job = new JobId(2), Started = StoppedClock.Noon.AddSeconds(1), Done = StoppedClock.Noon.AddSeconds(2) });
        _journal.Commit();

        Assert.That(Text("SELECT string_agg(coalesce(to_char(done - submitted, 'SS'), 'waits'), ' ' ORDER BY job) FROM jobs"), Is.EqualTo("waits 02"));
    }

    [Test]
    public void What_people_did_is_kept_in_order()
    {
        _journal.Append(new UserAction(StoppedClock.Noon, "anna", "box1", "pause", "job 1", "{}"));
        _journal.Append(new UserAction(StoppedClock.Noon, "bert", "box2", "delete", "job 2", ""));
        _journal.Commit();

        Assert.That(Text("SELECT string_agg(user_name || ' ' || operation, ', ' ORDER BY id) FROM actions"), Is.EqualTo("anna pause, bert delete"));
    }

    private static FinishedRun Run(int task, int run) =>
        new(new TaskRunId(_block.Job, _block.Block, task, run), "box1", "blender", StoppedClock.Noon, StoppedClock.Noon.AddSeconds(run), RunOutcome.Done, 0, "")
        {
            JobName = "shot",
            BlockName = "frames",
            UserName = "anna",
            Branch = "/film",
            Project = "film",
            Capacity = 1000,
        };

    private string? Text(string sql)
    {
        using var connection = new NpgsqlConnection(_connection);
        connection.Open();
        return connection.Ask<string>(sql);
    }
}

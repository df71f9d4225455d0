using System.Diagnostics;
using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>Figures for doc/journal.md; run with <c>-c Release</c> on a quiet machine.</summary>
[Explicit("Measures; the figures depend on the machine.")]
[NonParallelizable]
public sealed class JournalSpeedTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [TestCase(1, 5_000)]
    [TestCase(16, 3_000)]
    [TestCase(100, 3_000)]
    [TestCase(1000, 500)]
    public void Changes_per_second(int perCommit, int commits)
    {
        using var journal = Journals.Open(_folder["farm.db"]);
        journal.Turn(1);
        var (worst, began) = (TimeSpan.Zero, Stopwatch.GetTimestamp());
        for (var commit = 0; commit < commits; commit++)
        {
            var turn = Stopwatch.GetTimestamp();
            for (var i = 0; i < perCommit; i++)
                journal.Append(new Change.RunStarted(new TaskRunId(new JobId(commit), 0, i, 1), new RenderId(i)) { At = StoppedClock.Noon });
            journal.Commit();
            if (Stopwatch.GetElapsedTime(turn) is var took && took > worst) worst = took;
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        TestContext.Out.WriteLine($"{perCommit} per commit: {perCommit * commits / seconds:N0} changes/s, {seconds / commits * 1e6:N0} µs per commit, worst {worst.TotalMilliseconds:N1} ms");
        if (perCommit >= 100) Assert.That(perCommit * commits / seconds, Is.GreaterThan(100_000));
    }

    [Test]
    public void Ended_runs_with_history_per_second()
    {
        using var journal = Journals.Open(_folder["farm.db"]);
        var began = Stopwatch.GetTimestamp();
        for (var commit = 0; commit < 2000; commit++)
        {
            for (var i = 0; i < 50; i++)
            {
                var run = new TaskRunId(new JobId(commit / 20), 0, (commit * 50) + i, 1);
                journal.Append(new Change.RunEnded(run, RunOutcome.Done, 0, "") { At = StoppedClock.Noon });
                journal.Append(new FinishedRun(run, "render-17", "blender", StoppedClock.Noon, StoppedClock.Noon.AddSeconds(commit), RunOutcome.Done, 0, ""));
            }

            journal.Commit();
        }

        TestContext.Out.WriteLine($"{100_000 / Stopwatch.GetElapsedTime(began).TotalSeconds:N0} ended runs/s with their history row, 50 per commit");
    }

    [Test]
    public void Opening_a_big_journal()
    {
        const int Changes = 1_000_000;
        var file = _folder["farm.db"];
        using (var journal = Journals.Open(file))
        {
            for (var i = 0; i < 100; i++)
                journal.Turn(Changes / 100);
        }

        var bytes = new FileInfo(file).Length;
        Measure($"quick_check of {bytes >> 20} MiB", () => Journals.Number(file, "PRAGMA quick_check"));
        using var again = Journals.Open(file);
        Measure("replay of 1,000,000 changes (read, checksum, decode)", () => Assert.That(again.ReadAfter(0).Count(), Is.EqualTo(Changes)));
        var farm = Enumerable.Range(1, 100_000).Select(SampleChanges.Pause).ToList();
        Measure("snapshot of 100,000 changes", () => again.WriteSnapshot(farm));
        Measure("the next one", () => again.WriteSnapshot(farm));
        again.Turn(1);
        Measure("a second snapshot, with a slice forgotten", () => again.WriteSnapshot(farm));
        for (var i = 0; i < 5; i++)
            Measure("a turn of 100 with a slice forgotten", () => again.Turn(100));
        Measure("reading the snapshot", () => Assert.That(again.ReadSnapshot()!.Changes, Has.Count.EqualTo(100_000)));
    }

    private static void Measure(string what, Action work)
    {
        var began = Stopwatch.GetTimestamp();
        work();
        TestContext.Out.WriteLine($"{what}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N1} ms");
    }
}

using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Benchmarks;

/// <summary>One turn on disk: so many tasks that end and as many that start, with their history rows, in one commit.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private string _folder = "";
    private SqliteJournal? _journal;
    private int _task;

    [Params(1, 10, 100, 1000)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("afanasy-benchmark-").FullName;
        _journal = SqliteJournal.Open(Path.Combine(_folder, "farm.db"), TimeProvider.System, NullLogger<SqliteJournal>.Instance);
    }

    [GlobalCleanup]
    public void Close()
    {
        _journal?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public void Commit()
    {
        var journal = _journal!;   // opened before
        for (var i = 0; i < Tasks; i++)
        {
            var run = new TaskRunId(new JobId(1), 0, _task++, 1);
            journal.Append(new Change.RunEnded(run, RunOutcome.Done, 0, "") { At = SampleFarm.Noon });
            journal.Append(new FinishedRun(run, "render1", "generic", SampleFarm.Noon, SampleFarm.Noon, RunOutcome.Done, 0, ""));
            journal.Append(new Change.RunStarted(run, new RenderId(1)) { At = SampleFarm.Noon });
        }

        journal.Commit();
    }
}

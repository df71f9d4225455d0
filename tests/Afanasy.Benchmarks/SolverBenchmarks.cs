using Afanasy.Model;
using AfServer.Model;
using BenchmarkDotNet.Attributes;

namespace Afanasy.Benchmarks;

/// <summary>
/// One decision: the next task and its render, the start made true, the end made true, indexes refreshed. It should cost the
/// same whatever waits. Each hundred tasks that are done are made ready again, so that the same number always waits.
/// </summary>
[MemoryDiagnoser]
public class SolverBenchmarks
{
    private const int Decisions = 10_000;
    private const int Lap = 100;

    private readonly List<TaskId> _done = [];
    private SampleFarm? _thousand;
    private SampleFarm? _hundredThousand;
    private SampleFarm? _million;
    private SampleFarm? _hundredJobs;
    private SampleFarm? _tenThousandJobs;

    [Params(100, 1000)]
    public int Renders { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _thousand = new SampleFarm(1, 1_000, Renders);
        _hundredThousand = new SampleFarm(1, 100_000, Renders);
        _million = new SampleFarm(1, 1_000_000, Renders);
        _hundredJobs = new SampleFarm(100, 100_000, Renders);
        _tenThousandJobs = new SampleFarm(10_000, 1_000_000, Renders);
    }

    [Benchmark(OperationsPerInvoke = Decisions, Baseline = true)]
    public void One_job_of_1000() => Decide(_thousand!);   // all of them are filled before

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void One_job_of_100000() => Decide(_hundredThousand!);

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void One_job_of_1000000() => Decide(_million!);

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_100_of_1000() => Decide(_hundredJobs!);

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_10000_of_100() => Decide(_tenThousandJobs!);

    private void Decide(SampleFarm sample)
    {
        var (farm, solver) = (sample.Farm, sample.Solver);
        for (var i = 1; i <= Decisions; i++)
        {
            if (solver.Next() is not { } next) throw new InvalidOperationException("The farm ran out of work.");
            farm.Apply(new Change.RunStarted(next.Run, next.Render) { At = SampleFarm.Noon });
            solver.Refresh(farm.Jobs[next.Run.Job].Blocks[next.Run.Block], farm.Renders[next.Render]);
            farm.Apply(new Change.RunEnded(next.Run, RunOutcome.Done, 0, "") { At = SampleFarm.Noon });
            _done.Add(next.Run.TaskId);
            if (i % Lap == 0) MakeReadyAgain(farm);
            solver.Refresh(farm.Touches);
            farm.Touches.Clear();
        }
    }

    private void MakeReadyAgain(Farm farm)
    {
        foreach (var task in _done) farm.Apply(new Change.TasksRestarted(task.BlockId, task.Task, task.Task) { At = SampleFarm.Noon });
        _done.Clear();
    }
}

using AfServer.Model;
using BenchmarkDotNet.Attributes;

namespace Afanasy.Benchmarks;

/// <summary>
/// One decision on a full farm: a run ends, indexes are refreshed, the next task and its render are found, the start is made true
/// and followed. It should cost the same whatever waits. Each hundred tasks that are done are made ready again, so that the same
/// number always waits.
/// </summary>
[MemoryDiagnoser]
public class SolverBenchmarks
{
    private const int Decisions = 10_000;
    private const int Lap = 100;

    private SampleFarm? _oneJob;
    private SampleFarm? _oneLargeJob;
    private SampleFarm? _hundredJobs;
    private SampleFarm? _thousandJobs;
    private SampleFarm? _tenThousandJobs;
    private SampleFarm? _manyNeeds;

    [Params(100, 1000, 10_000)]
    public int Renders { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _oneJob = new SampleFarm(1, 100_000, Renders);
        _oneLargeJob = new SampleFarm(1, 1_000_000, Renders);
        _hundredJobs = new SampleFarm(100, 1_000_000, Renders);
        _thousandJobs = new SampleFarm(1_000, 1_000_000, Renders);
        _tenThousandJobs = new SampleFarm(10_000, 1_000_000, Renders);
        _manyNeeds = new SampleFarm(1_000, 1_000_000, Renders, needs: 100);
    }

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_1_of_100000() => Decide(_oneJob!);   // all of them are filled before

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_1_of_1000000() => Decide(_oneLargeJob!);

    [Benchmark(OperationsPerInvoke = Decisions, Baseline = true)]
    public void Jobs_100_of_10000() => Decide(_hundredJobs!);

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_1000_of_1000() => Decide(_thousandJobs!);

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_10000_of_100() => Decide(_tenThousandJobs!);

    [Benchmark(OperationsPerInvoke = Decisions)]
    public void Jobs_1000_with_100_needs() => Decide(_manyNeeds!);

    private static void Decide(SampleFarm farm)
    {
        for (var i = 0; i < Decisions; i++) farm.EndOneAndStartOne(Lap);
    }
}

using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Afanasy.Benchmarks;

internal static class Program
{
    /// <summary>"memory" prints what waiting tasks take; anything else is for the benchmarks. They run in this process: a generated project would fall under the rules of this repository.</summary>
    public static void Main(string[] args)
    {
        if (args is ["memory"])
        {
            TaskMemory.Print(Console.Out);
            return;
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(
            args,
            DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(7).WithWarmupCount(3).AsDefault()));
    }
}

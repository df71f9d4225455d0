using System.Diagnostics;
using AfLoad.Figures;

namespace AfLoad.Servers;

/// <summary>What a measurement takes of this machine's processors, from now on: the server's part, and that of this process.</summary>
internal sealed class MachineShare(ProcessGauge? server)
{
    /// <summary>Above it the server and this process wait for each other's processors.</summary>
    private const double FullShare = 0.9;

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _ownBefore = Environment.CpuUsage.TotalTime;
    private readonly TimeSpan? _serverBefore = server?.ProcessorTime;
    private TimeSpan _elapsed;
    private TimeSpan _own;
    private TimeSpan? _server;

    public void End()
    {
        _elapsed = Stopwatch.GetElapsedTime(_began);
        _own = Environment.CpuUsage.TotalTime - _ownBefore;
        _server = server?.ProcessorTime - _serverBefore;
    }

    private double OwnCores => _own / _elapsed;

    private double ServerCores => (_server ?? TimeSpan.Zero) / _elapsed;

    /// <summary>Nothing of the server when it is another one than ours.</summary>
    public IEnumerable<Figure> Figures(long tasks)
    {
        if (_server is { } used)
        {
            yield return new Figure("server_cpu_per_task", used.TotalMilliseconds / Math.Max(1, tasks), "ms");
            yield return new Figure("server_cores_used", ServerCores);
            yield return new Figure("server_memory", server!.ResidentMegabytes, "MB");   // there, as its time was
        }

        yield return new Figure("loadfarm_cores_used", OwnCores);
    }

    /// <summary>Says so when the figures are those of this machine rather than of the server.</summary>
    public void Warn(LoadContext context)
    {
        if (OwnCores + ServerCores < FullShare * Environment.ProcessorCount) return;
        context.Say($"WARNING: of {Environment.ProcessorCount} processors loadfarm itself took {OwnCores:0.0} and the server {ServerCores:0.0}: the machine is the limit. Give less load, or measure from another machine with --server.");
    }
}

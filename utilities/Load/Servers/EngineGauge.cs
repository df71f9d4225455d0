using System.Diagnostics;
using AfLoad.Figures;

namespace AfLoad.Servers;

/// <summary>Reads the figures of a server's engine when a measurement begins and when it ends.</summary>
internal sealed class EngineGauge
{
    /// <summary>The last reading is made even when the time of the measurement is up.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly ServerRest _rest;
    private readonly PrometheusText _before;
    private readonly long _began = Stopwatch.GetTimestamp();

    private EngineGauge(ServerRest rest, PrometheusText before) => (_rest, _before) = (rest, before);

    public static async Task<EngineGauge> BeginAsync(ServerRest rest, CancellationToken cancel) => new(rest, await rest.MetricsAsync(cancel));

    public async Task<EngineShare> EndAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        var after = await _rest.MetricsAsync(patience.Token);
        return new EngineShare(_before, after, Stopwatch.GetElapsedTime(_began));
    }
}

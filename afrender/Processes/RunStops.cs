namespace AfRender.Processes;

/// <summary>How a run is told to end: first it is asked, then it is killed.</summary>
internal sealed class RunStops : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();

    public CancellationToken Stop => _stop.Token;

    public CancellationToken Kill => _kill.Token;

    public void AskToStop() => _stop.Cancel();

    public void KillNow()
    {
        _kill.Cancel();
        _stop.Cancel();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _kill.Dispose();
    }
}

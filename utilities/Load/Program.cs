using System.Runtime.InteropServices;

namespace AfLoad;

internal static class Program
{
    /// <summary>The first SIGINT or SIGTERM ends the measurement and its server in order, the second one ends the process at once.</summary>
    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            if (stop.IsCancellationRequested) return;
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        return await LoadProgram.RunAsync(args, Console.Out, Console.Error, TimeProvider.System, stop.Token);
    }
}

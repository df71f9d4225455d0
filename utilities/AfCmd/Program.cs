using System.Runtime.InteropServices;
using AfCmd.Terminal;

namespace AfCmd;

internal static class Program
{
    /// <summary>The first SIGINT or SIGTERM ends the command in order, the second one ends the process at once.</summary>
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
        return await AfCmdProgram.RunAsync(args, CommandConsole.OfProcess(), stop.Token);
    }
}

using System.Runtime.InteropServices;
using Afanasy.Settings;
using AfServer.Hosting;

namespace AfServer;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var read = SettingsReader.Read<ServerSettings>(args, "afserver", "The server of the render farm.");
        if (read.Settings is not { } settings) return read.ExitCode;

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await ServerHost.RunAsync(settings, Console.Out, Console.Error, TimeProvider.System, stop.Token);

        // The first signal stops in order; a second interrupt is left to the system, which ends the process at once.
        void Stop(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested && signal.Signal == PosixSignal.SIGINT) return;
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}

using System.Runtime.InteropServices;
using Afanasy.Model;
using Afanasy.Settings;
using AfRender.Hosting;

namespace AfRender;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var read = SettingsReader.Read<AgentSettings>(args, "afrender", "The agent on a machine that renders. SIGTERM ends it with its runs; SIGHUP ends it and leaves them to its next start (Linux).");
        if (read.Settings is not { } settings) return read.ExitCode;

        using var stop = new CancellationTokenSource();
        using var stopAtOnce = new CancellationTokenSource();
        using var handOver = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = OperatingSystem.IsLinux() ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, HandOver) : null;
        var stops = new HostStops(stop.Token, stopAtOnce.Token, handOver.Token);
        return await RenderHost.RunAsync(settings, ServiceFiles.FolderOfProgram, Console.Out, Console.Error, stops);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (stop.IsCancellationRequested && signal.Signal == PosixSignal.SIGINT) stopAtOnce.Cancel();
            stop.Cancel();
        }

        void HandOver(PosixSignalContext signal)
        {
            signal.Cancel = true;
            handOver.Cancel();
        }
    }
}

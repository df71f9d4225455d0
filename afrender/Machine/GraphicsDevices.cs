using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AfRender.Machine;

/// <summary>The graphics devices of this machine, as their driver's own program tells them.</summary>
internal static class GraphicsDevices
{
    public const string Program = "nvidia-smi";

    /// <summary>What an operator writes who wants none to be used.</summary>
    public const string None = "none";

    /// <summary>No machine has more; what a driver says beyond is not read.</summary>
    private const int DevicesMax = 64;

    /// <summary>It takes a second where the driver sleeps; one that hangs must not keep the machine from the farm.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    /// <summary>Memory of each device in megabytes, by its number; none when there is no driver or it does not answer.</summary>
    public static async Task<IReadOnlyList<int>> AskAsync(string program, TimeProvider time, CancellationToken stop)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["--query-gpu=memory.total", "--format=csv,noheader,nounits"])
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return [];
        }

        process.StandardInput.Close();
        using var tooLong = new CancellationTokenSource(_longest, time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop, tooLong.Token);
        try
        {
            var complaints = process.StandardError.ReadToEndAsync(giveUp.Token);
            var answer = await process.StandardOutput.ReadToEndAsync(giveUp.Token);
            await complaints;
            await process.WaitForExitAsync(giveUp.Token);
            return process.ExitCode == 0 ? Parse(answer) : [];
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return [];
        }
    }

    /// <summary>One number a line; a device that does not tell its memory ("[N/A]") keeps its place with 0.</summary>
    private static IReadOnlyList<int> Parse(string answer) =>
        [.. answer.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(DevicesMax).Select(Megabytes)];

    private static int Megabytes(string line) => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) ? megabytes : 0;
}

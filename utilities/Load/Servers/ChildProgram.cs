using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AfLoad.Servers;

/// <summary>A program of the farm that this process has started, and ends by its id.</summary>
internal sealed class ChildProgram : IDisposable
{
    private const int TerminateSignal = 15;
    private const int HaltSignal = 19;

    /// <summary>Enough to say why a program has ended.</summary>
    private const int ErrorLinesMax = 20;

    /// <summary>A program of the farm ends within 5 s; a loaded machine takes longer.</summary>
    private static readonly TimeSpan _stopMax = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _errors = [];

    private Task _rest = Task.CompletedTask;

    private ChildProgram(Process process) => _process = process;

    public int Id => _process.Id;

    /// <exception cref="LoadFailure">There is no such program.</exception>
    public static ChildProgram Start(string program, IEnumerable<string> arguments)
    {
        if (!File.Exists(program)) throw new LoadFailure(ExitCodes.Failed, $"{program} is not there. Build it, or start loadfarm with utilities/loadfarm.");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var child = new ChildProgram(Process.Start(start)!);   // a new process, never a reused one
        child._process.ErrorDataReceived += (_, line) => child.Remember(line.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line that begins so; what else is printed, then and later, is dropped.</summary>
    /// <exception cref="LoadFailure">The program has ended without such a line.</exception>
    public async Task<string> SaysAsync(string beginning, CancellationToken cancel)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (!line.StartsWith(beginning, StringComparison.Ordinal)) continue;
            _rest = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return line;
        }

        await _process.WaitForExitAsync(cancel);
        lock (_errors) throw new LoadFailure(ExitCodes.Failed, $"The program ended with code {_process.ExitCode}: {string.Join(Environment.NewLine, _errors)}");
    }

    /// <summary>Asks it to end in order, and ends it at once when it does not.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        _ = Kill(_process.Id, TerminateSignal);
        using var patience = new CancellationTokenSource(_stopMax);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await KillAsync();
        await _rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The same, without waiting until it has gone.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    /// <summary>Freezes it: it holds what it has, and does nothing any more.</summary>
    public void Halt() => _ = Kill(_process.Id, HaltSignal);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Remember(string? line)
    {
        if (line is null) return;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > ErrorLinesMax) _errors.Dequeue();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}

using System.Diagnostics;
using System.Text;

namespace Afanasy.EndToEnd.Support;

/// <summary>How a program ended, and all that it said.</summary>
internal sealed record ProgramEnd(int Code, string Out, string Error);

/// <summary>A program that a test has started: what it says, signals to it, and its end.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    /// <summary>The longest of all is the build before the first demo, on a machine that is busy with other things.</summary>
    private static readonly TimeSpan _endMax = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task _pumps;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _both = new();

    private RunningProgram(string name, Process process)
    {
        Name = name;
        _process = process;
        Id = process.Id;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, _out), PumpAsync(process.StandardError, _error));
    }

    public string Name { get; }

    public int Id { get; }

    public bool HasEnded => _process.HasExited;

    public string Out => TextOf(_out);

    public string Error => TextOf(_error);

    /// <summary>Both streams, as they came.</summary>
    public string Said => TextOf(_both);

    public static RunningProgram Start(string name, ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        var process = Process.Start(start)!;   // a new process, never a reused one
        process.StandardInput.Close();
        return new RunningProgram(name, process);
    }

    public void Send(Signal signal) => SystemProcesses.Send(Id, signal);

    /// <summary>Waits until it has said this; a program that ends without is a failure at once.</summary>
    public async Task SaysAsync(string text)
    {
        await Until.TrueAsync(() => Said.Contains(text, StringComparison.Ordinal) || _pumps.IsCompleted, $"{Name} to say '{text}'");
        if (!Said.Contains(text, StringComparison.Ordinal)) throw new InvalidOperationException($"{Name} ended without saying '{text}'.");
    }

    public async Task<ProgramEnd> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(_endMax);
            await _pumps.WaitAsync(_endMax);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} did not end within {_endMax.TotalMinutes} minutes.");
        }

        return new ProgramEnd(_process.ExitCode, Out, Error);
    }

    /// <summary>Sends the signal, and says how long the program took to end and how it did.</summary>
    public async Task<(TimeSpan Took, int Code)> EndByAsync(Signal signal)
    {
        var asked = Stopwatch.StartNew();
        Send(signal);
        await _process.WaitForExitAsync().WaitAsync(_endMax);
        return (asked.Elapsed, _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Send(Signal.Kill);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string TextOf(StringBuilder text)
    {
        lock (_both) return text.ToString();
    }

    private async Task PumpAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            lock (_both)
            {
                to.Append(buffer, 0, read);
                _both.Append(buffer, 0, read);
            }
        }
    }
}

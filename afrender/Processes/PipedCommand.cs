using System.Diagnostics;

namespace AfRender.Processes;

/// <summary>A command with pipes that have no name: it ends when its agent ends. For systems and disks without named ones.</summary>
internal sealed class PipedCommand : IStartedCommand
{
    private readonly Process _process;
    private readonly Stream _printed;
    private readonly Stream _complained;
    private readonly Func<ReadOnlyMemory<byte>, Fifo?, Task> _takeLines;

    /// <exception cref="System.ComponentModel.Win32Exception">The system does not start it.</exception>
    public PipedCommand(ProcessStartInfo start, Func<ReadOnlyMemory<byte>, Fifo?, Task> takeLines)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;   // a new process, never a reused one
        _process.StandardInput.Close();
        _printed = _process.StandardOutput.BaseStream;
        _complained = _process.StandardError.BaseStream;
        _takeLines = takeLines;
    }

    public (int Process, bool IsSpared) Root => (_process.Id, false);

    public Task PumpAsync(CancellationToken giveUp) =>
        Task.WhenAll(OutputPump.PumpAsync(_printed, Take, giveUp), OutputPump.PumpAsync(_complained, Take, giveUp));

    public async Task<int> ExitedAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }

    public void KillRoot()
    {
        // It is the command itself, and is ended with all others.
    }

    public Task ReleaseAsync() => Task.CompletedTask;

    public void Dispose()
    {
        // A process leaves the streams that were asked for to their reader, two handles for each run.
        _printed.Dispose();
        _complained.Dispose();
        _process.Dispose();
    }

    private Task Take(ReadOnlyMemory<byte> lines) => _takeLines(lines, null);
}

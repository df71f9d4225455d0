using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace AfRender.Processes;

/// <summary>
/// A command in its <see cref="RunWrapper"/>, with named pipes: when its agent dies, it goes on, waits where it prints more
/// than its pipe holds, and the next agent adopts it.
/// </summary>
internal sealed class KeptCommand : IStartedCommand
{
    /// <summary>Of a wrapper that somebody has killed before it could say anything, as a shell says it.</summary>
    private const int KilledCode = 128 + 9;

    /// <summary>An exit code and a line end, a few times.</summary>
    private const int StatusBytesMax = 256;

    /// <summary>Nobody tells when a process that is not our child ends.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>A shell that has nothing to do ends within milliseconds, on a busy machine too.</summary>
    private static readonly TimeSpan _releaseMax = TimeSpan.FromSeconds(2);

    private readonly string _folder;
    private readonly int _wrapper;
    private readonly Process? _child;
    private readonly Fifo _printed;
    private readonly Fifo _complained;
    private readonly Fifo _status;
    private readonly Func<ReadOnlyMemory<byte>, Fifo?, Task> _takeLines;
    private readonly TaskProcessContext _context;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _gone;

    private KeptCommand(string folder, ProcessStartInfo? start, int wrapper, Func<ReadOnlyMemory<byte>, Fifo?, Task> takeLines, TaskProcessContext context)
    {
        var isNew = start is not null;
        var opened = new List<Fifo>();
        try
        {
            foreach (var name in new[] { RunWrapper.Printed, RunWrapper.Complained, RunWrapper.Status })
                opened.Add(Fifo.Open(Path.Combine(folder, name), isNew));
            if (isNew) LinuxCalls.MakeFifo(Path.Combine(folder, RunWrapper.Answers));
            _child = start is null ? null : Process.Start(start);
        }
        catch
        {
            opened.ForEach(pipe => pipe.Dispose());
            throw;
        }

        (_printed, _complained, _status) = (opened[0], opened[1], opened[2]);
        _folder = folder;
        _wrapper = _child?.Id ?? wrapper;
        _takeLines = takeLines;
        _context = context;
        _gone = GoneAsync();
    }

    public (int Process, bool IsSpared) Root => (_wrapper, true);

    /// <exception cref="IOException">The disk has no named pipes, or no room for them; nothing was started.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The system does not start it.</exception>
    public static KeptCommand Start(string folder, ProcessStartInfo start, Func<ReadOnlyMemory<byte>, Fifo?, Task> takeLines, TaskProcessContext context)
    {
        Directory.CreateDirectory(folder);
        return new KeptCommand(folder, start, 0, takeLines, context);
    }

    /// <summary>Goes on with the command of an agent that is no more.</summary>
    /// <exception cref="IOException">Its pipes cannot be opened.</exception>
    public static KeptCommand Adopt(string folder, int wrapper, Func<ReadOnlyMemory<byte>, Fifo?, Task> takeLines, TaskProcessContext context) =>
        new(folder, start: null, wrapper, takeLines, context);

    public Task PumpAsync(CancellationToken giveUp) =>
        Task.WhenAll(PumpAsync(_printed, giveUp), PumpAsync(_complained, giveUp));

    public async Task<int> ExitedAsync()
    {
        var code = await StatusAsync();

        // Until now the command could not be told from one that has not begun; from now on the pipes end with whoever holds them.
        _printed.CloseWriter();
        _complained.CloseWriter();
        return code;
    }

    public void KillRoot()
    {
        if (_child is null ? IsAlive() : !_child.HasExited) _context.Tree.Kill([_wrapper]);
    }

    public async Task ReleaseAsync()
    {
        if (TryTellToEnd() && await IsGoneAsync()) return;
        KillRoot();
        await IsGoneAsync();
    }

    public void Dispose()
    {
        _disposed.Cancel();
        _printed.Dispose();
        _complained.Dispose();
        _status.Dispose();
        _child?.Dispose();
        _disposed.Dispose();
    }

    private Task PumpAsync(Fifo pipe, CancellationToken giveUp) => OutputPump.PumpAsync(pipe, lines => _takeLines(lines, pipe), giveUp);

    private async Task<int> StatusAsync()
    {
        while (true)
        {
            // In this order: what the wrapper has said last is there before it has gone.
            var isGone = _gone.IsCompleted && IsSilentForEver();
            if (Said() is { } code) return code;
            if (isGone) return _child is { ExitCode: > 0 } ended ? ended.ExitCode : KilledCode;

            using var over = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
            if (_gone.IsCompleted) await _status.HappensAsync(_lookAgain, over.Token);
            else await Task.WhenAny(_gone, _status.HappensAsync(Timeout.InfiniteTimeSpan, over.Token));
            await over.CancelAsync();
        }
    }

    /// <summary>What was taken for the wrapper may have been another process; the wrapper, and it alone, holds this pipe until it ends.</summary>
    private bool IsSilentForEver()
    {
        _status.CloseWriter();
        return _status.HasNoWriter;
    }

    /// <summary>The exit code; null when it is not said yet. It is not taken out: another agent may have to ask once more.</summary>
    private int? Said()
    {
        Span<byte> buffer = stackalloc byte[StatusBytesMax];
        var count = _status.Look(buffer);
        var line = count > 0 ? buffer[..count].IndexOf((byte)'\n') : -1;
        return line > 0 && Utf8Parser.TryParse(buffer[..line], out int code, out var used) && used == line ? code : null;
    }

    private async Task GoneAsync()
    {
        if (_child is not null)
        {
            await _child.WaitForExitAsync(_disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        while (!_disposed.IsCancellationRequested && IsAlive())
            await Task.Delay(_lookAgain, _context.Time, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool IsAlive() => RunWrapper.IsAlive(_wrapper, _folder);

    private async Task<bool> IsGoneAsync()
    {
        await _gone.WaitAsync(_releaseMax, _context.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _gone.IsCompleted;
    }

    /// <summary>False when it cannot be reached: the command may have removed its pipes.</summary>
    private bool TryTellToEnd()
    {
        try
        {
            using var answers = LinuxCalls.Open(Path.Combine(_folder, RunWrapper.Answers), LinuxCalls.WriteOnly);
            return answers is not null && LinuxCalls.Write(answers, Encoding.UTF8.GetBytes(RunWrapper.End)) == RunWrapper.End.Length;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

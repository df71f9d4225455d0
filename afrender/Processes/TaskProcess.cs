using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Parsing;
using Microsoft.Extensions.Logging;

namespace AfRender.Processes;

/// <summary>What every run of an agent shares.</summary>
internal sealed record TaskProcessContext(
    ShellCommand Shell, IProcessTree Tree, string InstanceId, TimeProvider Time, ILogger<TaskProcess> Logger);

/// <summary>Runs one command to its end, with all processes that it makes, and gives exactly one result, whatever happens.</summary>
internal sealed partial class TaskProcess : IDisposable
{
    /// <summary>Long enough for a renderer to remove its temporary files, short enough for a stop that takes less than 5 s.</summary>
    private static readonly TimeSpan _stopGrace = TimeSpan.FromSeconds(3);

    /// <summary>A process that the command left behind can hold its pipes open; after this it is ended.</summary>
    private static readonly TimeSpan _outputGrace = TimeSpan.FromSeconds(2);

    /// <summary>Nobody tells when a process that is not our child ends: it has to be looked for.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(25);

    /// <summary>A killed process that waits for a dead disk stays; 40 looks are a second.</summary>
    private const int KillRoundsMax = 40;

    /// <summary>Progress stands at the beginning of a line.</summary>
    private const int ParsedBytesMax = 4096;

    private readonly RunStart _start;
    private readonly RunSpool _spool;
    private readonly ProgressReader _progress;
    private readonly string _scratch;
    private readonly TaskProcessContext _context;
    private readonly ILogger<TaskProcess> _logger;
    private readonly SemaphoreSlim _lines = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private ProgressSeen _seen = ProgressSeen.Nothing;

    public TaskProcess(RunStart start, RunSpool spool, ProgressReader progress, string scratch, TaskProcessContext context)
    {
        _start = start;
        _spool = spool;
        _progress = progress;
        _scratch = scratch;
        _context = context;
        _logger = context.Logger;
    }

    /// <summary>How far it is; may be read by any thread.</summary>
    public ProgressSeen Seen => Volatile.Read(ref _seen);

    /// <summary>Asks the tree to end, and ends it a little later; the result is Stopped.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Ends the tree at once; the result is Stopped.</summary>
    public void Kill()
    {
        _kill.Cancel();
        _stop.Cancel();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _kill.Dispose();
        _lines.Dispose();
    }

    public async Task<RunResult> RunAsync()
    {
        await Task.Yield();
        if (_stop.IsCancellationRequested) return new RunResult(RunOutcome.Stopped, -1, "Stopped before it began.", TimeSpan.Zero);
        if (ShellCommand.Problem(_start) is { } problem) return NotStarted(problem);

        using var process = new Process { StartInfo = _context.Shell.StartInfo(_start, _scratch) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return NotStarted(e.Message);
        }

        var started = _context.Time.GetTimestamp();
        LogStarted(_start.Run, process.Id, _start.Service);
        process.StandardInput.Close();
        return await FollowAsync(process, started);
    }

    private async Task<RunResult> FollowAsync(Process process, long started)
    {
        var mark = new RunMark(_context.InstanceId, _start.Run, process.Id);
        using var giveUp = new CancellationTokenSource();

        // Disposed here: a process leaves the streams that were asked for to their reader, two handles for each run.
        using var printed = process.StandardOutput;
        using var complained = process.StandardError;
        var output = Task.WhenAll(
            OutputPump.PumpAsync(printed.BaseStream, TakeLinesAsync, giveUp.Token),
            OutputPump.PumpAsync(complained.BaseStream, TakeLinesAsync, giveUp.Token));
        var exited = process.WaitForExitAsync(CancellationToken.None);

        var stopped = !await EndsByItselfAsync(exited);
        if (stopped) await EndTreeAsync(mark, exited);
        var elapsed = _context.Time.GetElapsedTime(started);

        await WaitAsync(output, _outputGrace, CancellationToken.None);
        await KillTreeAsync(mark, isLeftover: !stopped);
        if (!await WaitAsync(output, _outputGrace, CancellationToken.None)) await giveUp.CancelAsync();
        await output;
        await _spool.FinishAsync();
        if (_spool.Problem is { } lost) LogOutputLost(_start.Run, lost);
        return Result(process, exited, stopped, elapsed);
    }

    private RunResult Result(Process process, Task exited, bool stopped, TimeSpan elapsed)
    {
        if (!exited.IsCompleted) return new RunResult(RunOutcome.Stopped, -1, $"Process {process.Id} could not be killed.", elapsed);

        var code = process.ExitCode;
        var outcome = stopped ? RunOutcome.Stopped : code == 0 ? RunOutcome.Done : RunOutcome.Failed;
        return new RunResult(outcome, code, outcome == RunOutcome.Failed ? ExitWords(code) : "", elapsed);
    }

    /// <summary>The words for what the shell says with an exit code.</summary>
    private static string ExitWords(int code) => code switch
    {
        126 when !OperatingSystem.IsWindows() => "Exit code 126: the command cannot be executed.",
        127 when !OperatingSystem.IsWindows() => "Exit code 127: the command was not found.",
        > 128 and <= 192 when !OperatingSystem.IsWindows() => $"Exit code {code}: ended by signal {code - 128}.",
        _ => $"Exit code {code}.",
    };

    private RunResult NotStarted(string reason)
    {
        LogNotStarted(_start.Run, reason);
        return new RunResult(RunOutcome.NotStarted, -1, reason, TimeSpan.Zero);
    }

    private async Task<bool> EndsByItselfAsync(Task exited)
    {
        var stop = Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
        return await Task.WhenAny(exited, stop) == exited;
    }

    private async Task EndTreeAsync(RunMark mark, Task exited)
    {
        if (!_kill.IsCancellationRequested)
        {
            var asked = _context.Time.GetTimestamp();
            _context.Tree.Terminate(_context.Tree.Members(mark));
            await WaitAsync(exited, _stopGrace, _kill.Token);
            while (_context.Time.GetElapsedTime(asked) < _stopGrace && !_kill.IsCancellationRequested && _context.Tree.Members(mark).Count > 0)
                await Task.Delay(_lookAgain, _context.Time, _kill.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillTreeAsync(mark, isLeftover: false);
        await WaitAsync(exited, _outputGrace, CancellationToken.None);
    }

    /// <summary>Until nothing is left: a process that is being killed may be making another one.</summary>
    private async Task KillTreeAsync(RunMark mark, bool isLeftover)
    {
        for (var round = 0; round < KillRoundsMax; round++)
        {
            var members = _context.Tree.Members(mark);
            if (members.Count == 0) return;
            if (isLeftover && round == 0) LogLeftBehind(_start.Run, members.Count);
            _context.Tree.Kill(members);
            await Task.Delay(_lookAgain, _context.Time, CancellationToken.None);
        }

        if (_context.Tree.Members(mark) is [var survivor, ..]) LogNotKilled(_start.Run, survivor);
    }

    private async Task TakeLinesAsync(ReadOnlyMemory<byte> lines)
    {
        await _lines.WaitAsync(CancellationToken.None);
        try
        {
            await _spool.AppendAsync(lines);
            if (_progress.IsOfUse) Parse(lines.Span);
        }
        finally
        {
            _lines.Release();
        }
    }

    private void Parse(ReadOnlySpan<byte> lines)
    {
        foreach (var range in lines.SplitAny("\n\r"u8))
        {
            var line = lines[range];
            if (line.IsEmpty) continue;
            var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, ParsedBytesMax)]);
            if (_progress.Read(text)) Volatile.Write(ref _seen, _progress.Seen);
        }
    }

    /// <summary>True when the work ended in time.</summary>
    private async Task<bool> WaitAsync(Task work, TimeSpan longest, CancellationToken hurry)
    {
        await work.WaitAsync(longest, _context.Time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return work.IsCompleted;
    }

    [LoggerMessage(5001, LogLevel.Information, "{Run} started, process {Process}, service {Service}.")]
    private partial void LogStarted(TaskRunId run, int process, string service);

    [LoggerMessage(5002, LogLevel.Warning, "{Run} could not be started: {Reason}")]
    private partial void LogNotStarted(TaskRunId run, string reason);

    [LoggerMessage(5003, LogLevel.Information, "{Run} left {Count} processes behind; they are killed.")]
    private partial void LogLeftBehind(TaskRunId run, int count);

    [LoggerMessage(5004, LogLevel.Error, "{Run} is over, but its process {Process} cannot be killed; it may wait for a disk that does not answer.")]
    private partial void LogNotKilled(TaskRunId run, int process);

    [LoggerMessage(5005, LogLevel.Warning, "{Run} lost output: {Reason}")]
    private partial void LogOutputLost(TaskRunId run, string reason);
}

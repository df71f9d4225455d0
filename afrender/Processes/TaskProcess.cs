using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Parsing;
using Microsoft.Extensions.Logging;

namespace AfRender.Processes;

/// <summary>What every run of an agent shares.</summary>
/// <param name="KeepsRuns">Commands outlive the agent, for another one to adopt them.</param>
internal sealed record TaskProcessContext(
    ShellCommand Shell, IProcessTree Tree, string InstanceId, TimeProvider Time, ILogger<TaskProcess> Logger, bool KeepsRuns);

/// <summary>Runs a task's commands to their end and looks at what they made; gives exactly one result, whatever happens.</summary>
internal sealed partial class TaskProcess : IDisposable
{
    /// <summary>Progress stands at the beginning of a line.</summary>
    private const int ParsedBytesMax = 4096;

    private const int KilledCode = 128 + 9;

    private readonly RunStart _start;
    private readonly RunSpool _spool;
    private readonly ProgressReader _progress;
    private readonly OutputVerdict _verdict;
    private readonly CommandProcess _commands;
    private readonly RunFiles _files;
    private readonly RunRecords _records;
    private readonly TaskProcessContext _context;
    private readonly ILogger<TaskProcess> _logger;
    private readonly SemaphoreSlim _lines = new(1);
    private readonly RunStops _stops = new();
    private ProgressSeen _seen = ProgressSeen.Nothing;
    private RunState _state;
    private bool _isAdopted;
    private bool _isParsed;

    public TaskProcess(RunStart start, RunSpool spool, ProgressReader progress, OutputVerdict verdict, RunRecords records, TaskProcessContext context)
    {
        _start = start;
        _spool = spool;
        _progress = progress;
        _verdict = verdict;
        _commands = new CommandProcess(start, records, _stops, TakeLinesAsync, context);
        _files = new RunFiles(start, start.WorkingDirectory.Length > 0 ? start.WorkingDirectory : records.Scratch);
        _records = records;
        _state = new RunState(RunRecords.Version, RunStep.Pre, BeganAt: 0, MainOutputAt: 0, Main: null);
        _context = context;
        _logger = context.Logger;
    }

    /// <summary>True until it runs, when a command of a predecessor is what it goes on with.</summary>
    public bool IsAdopted => _isAdopted;

    /// <summary>How far it is; may be read by any thread.</summary>
    public ProgressSeen Seen => Volatile.Read(ref _seen);

    private bool SkipsExisting => Has(BlockTraits.SkipExistingFiles);

    private bool ChecksFiles => Has(BlockTraits.CheckRenderedFiles);

    /// <summary>Asks the tree to end, and ends it a little later; the result is Stopped.</summary>
    public void Stop() => _stops.AskToStop();

    /// <summary>Ends the tree at once; the result is Stopped.</summary>
    public void Kill() => _stops.KillNow();

    public void Dispose()
    {
        _commands.Dispose();
        _stops.Dispose();
        _lines.Dispose();
    }

    /// <summary>Goes on where a predecessor was: call before it runs.</summary>
    /// <param name="wrapper">The living wrapper of the command at which the run is.</param>
    /// <exception cref="IOException">The command's pipes cannot be opened.</exception>
    public void Adopt(RunState state, int wrapper)
    {
        _commands.Adopt(state.Step, wrapper);
        _state = state;
        _isAdopted = true;
    }

    /// <summary>Writes down what the run is to do: call at once when it was ordered, so that another agent can start it.</summary>
    public void KeepOrder()
    {
        if (_context.KeepsRuns) TryWrite(() => _records.WriteOrder(_start));
    }

    public async Task<RunResult> RunAsync()
    {
        await Task.Yield();
        if (!_isAdopted) _state = _state with { BeganAt = _context.Time.GetTimestamp() };
        var result = await StepsAsync();
        await _spool.FinishAsync();
        if (_spool.Problem is { } lost) LogOutputLost(_start.Run, lost);
        if (result.Outcome == RunOutcome.NotStarted) LogNotStarted(_start.Run, result.Reason);
        result = result with { Elapsed = result.Outcome is RunOutcome.NotStarted or RunOutcome.Skipped ? TimeSpan.Zero : Elapsed() };

        _spool.Flush();
        TryWrite(() => _records.WriteResult(_start.Run, result));
        await _commands.ReleaseAsync();
        return result;
    }

    private async Task<RunResult> StepsAsync()
    {
        if (!_isAdopted)
        {
            if (ShellCommand.Problem(_start) is { } problem) return Result(RunOutcome.NotStarted, -1, problem);
            if (SkipsExisting && _files.AllExist()) return Result(RunOutcome.Skipped, 0, "All of its files exist.");
        }

        if (_state.Step == RunStep.Pre && _start.CommandPre.Length > 0)
        {
            var before = await StepAsync(RunStep.Pre, _start.CommandPre);
            if (before is not { Kind: CommandEndKind.Exited, ExitCode: 0 }) return BadStep(before, RunOutcome.Failed, "pre");
        }

        var result = _state.Main ?? await MainAsync();
        if (result.Outcome != RunOutcome.Done) return result;
        if (ChecksFiles && !_isAdopted && _files.FirstProblem() is { } missing) return Result(RunOutcome.BadFiles, result.ExitCode, missing);
        if (_start.CommandPost.Length == 0) return result;

        _state = _state with { Main = result };
        var after = await StepAsync(RunStep.Post, _start.CommandPost);
        return after is { Kind: CommandEndKind.Exited, ExitCode: 0 } ? result : BadStep(after, RunOutcome.FailedPost, "post");
    }

    private async Task<RunResult> MainAsync()
    {
        if (_isAdopted) await _spool.ReadLinesAsync(_state.MainOutputAt, Parse);
        else _state = _state with { MainOutputAt = _spool.Length };

        _isParsed = true;
        var end = await StepAsync(RunStep.Main, _start.Command);
        _isParsed = false;
        return MainResult(end);
    }

    /// <summary>Follows the command that was adopted, or starts this one when the disk knows of it.</summary>
    private async Task<CommandEnd> StepAsync(RunStep step, string command)
    {
        if (_isAdopted)
        {
            _isAdopted = false;
            return await _commands.FollowAsync();
        }

        _state = _state with { Step = step };
        if (_context.KeepsRuns && !TryWrite(() => _records.WriteState(_state))) TryWrite(_records.RemoveOrder);
        await _commands.ReleaseAsync();
        return await _commands.RunAsync(step, command);
    }

    /// <summary>A disk that takes no records loses the run only if the agent dies too.</summary>
    private bool TryWrite(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(_start.Run, e.Message);
            return false;
        }
    }

    private TimeSpan Elapsed() => _context.Time.GetElapsedTime(_state.BeganAt);

    private RunResult MainResult(CommandEnd end)
    {
        if (end.Kind != CommandEndKind.Exited) return Unended(end);
        if (_verdict.Of(end.ExitCode) is { } verdict)
            return Result(verdict.Outcome, end.ExitCode, end.ExitCode == 0 ? $"It printed: {verdict.Line}" : $"{ExitWords(end.ExitCode)} It printed: {verdict.Line}");
        return end.ExitCode == 0 ? Result(RunOutcome.Done, 0, "") : Result(RunOutcome.Failed, end.ExitCode, ExitWords(end.ExitCode));
    }

    /// <param name="failed">The outcome of a run whose command before or after it did not do well.</param>
    private static RunResult BadStep(CommandEnd end, RunOutcome failed, string which) => end.Kind switch
    {
        CommandEndKind.Stopped => Unended(end),
        CommandEndKind.NotStarted => Result(failed, end.ExitCode, $"The {which} command could not be started: {end.Trouble}"),
        _ => Result(failed, end.ExitCode, $"The {which} command failed. {ExitWords(end.ExitCode)}"),
    };

    private static RunResult Unended(CommandEnd end) =>
        Result(end.Kind == CommandEndKind.Stopped ? RunOutcome.Stopped : RunOutcome.NotStarted, end.ExitCode, end.Trouble);

    private static RunResult Result(RunOutcome outcome, int exitCode, string reason) => new(outcome, exitCode, reason, TimeSpan.Zero);

    private bool Has(BlockTraits trait) => ((BlockTraits)_start.BlockFlags).HasFlag(trait);

    /// <summary>The words for what the shell says with an exit code.</summary>
    private static string ExitWords(int code) => code switch
    {
        126 when !OperatingSystem.IsWindows() => "Exit code 126: the command cannot be executed.",
        127 when !OperatingSystem.IsWindows() => "Exit code 127: the command was not found.",
        KilledCode when !OperatingSystem.IsWindows() =>
            $"Exit code {code}: killed by signal 9, and not by the farm. A system that runs out of memory does so; a person may.",
        > 128 and <= 192 when !OperatingSystem.IsWindows() => $"Exit code {code}: ended by signal {code - 128}.",
        _ => $"Exit code {code}.",
    };

    private async Task TakeLinesAsync(ReadOnlyMemory<byte> lines, Fifo? from)
    {
        await _lines.WaitAsync(CancellationToken.None);
        try
        {
            await _spool.AppendAsync(lines, from);
            if (_isParsed) Parse(lines.Span);
        }
        finally
        {
            _lines.Release();
        }
    }

    private void Parse(ReadOnlySpan<byte> lines)
    {
        if (!_progress.IsOfUse && !_verdict.IsOfUse) return;
        foreach (var range in lines.SplitAny("\n\r"u8))
        {
            var line = lines[range];
            if (line.IsEmpty) continue;
            var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, ParsedBytesMax)]);
            if (_progress.Read(text)) Volatile.Write(ref _seen, _progress.Seen);
            _verdict.Read(text);
        }
    }

    [LoggerMessage(5002, LogLevel.Warning, "{Run} could not be started: {Reason}")]
    private partial void LogNotStarted(TaskRunId run, string reason);

    [LoggerMessage(5005, LogLevel.Warning, "{Run} lost output: {Reason}")]
    private partial void LogOutputLost(TaskRunId run, string reason);

    [LoggerMessage(5007, LogLevel.Warning, "{Run} is lost if this agent is killed now, for what the next one must know of it cannot be written: {Reason}")]
    private partial void LogNotWritten(TaskRunId run, string reason);
}

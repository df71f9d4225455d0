using System.ComponentModel;
using Afanasy.Messages;
using Afanasy.Model;
using Microsoft.Extensions.Logging;

namespace AfRender.Processes;

/// <summary>What became of one command.</summary>
internal enum CommandEndKind
{
    /// <summary>It ended by itself, with its exit code.</summary>
    Exited,

    /// <summary>It was told to end.</summary>
    Stopped,

    /// <summary>The system did not start it.</summary>
    NotStarted,
}

/// <summary>How one command ended.</summary>
/// <param name="Trouble">What went wrong with starting or ending it; empty when nothing did.</param>
internal sealed record CommandEnd(CommandEndKind Kind, int ExitCode, string Trouble = "");

/// <summary>Runs the commands of a run to their ends, one after the other, with all processes that they make.</summary>
internal sealed partial class CommandProcess(
    RunStart start, RunRecords records, RunStops stops, Func<ReadOnlyMemory<byte>, Fifo?, Task> takeLines, TaskProcessContext context) : IDisposable
{
    /// <summary>Long enough for a renderer to remove its temporary files, short enough for a stop that takes less than 5 s.</summary>
    private static readonly TimeSpan _stopGrace = TimeSpan.FromSeconds(3);

    /// <summary>A process that the command left behind can hold its pipes open; after this it is ended.</summary>
    private static readonly TimeSpan _outputGrace = TimeSpan.FromSeconds(2);

    /// <summary>Nobody tells when a process that is not our child ends: it has to be looked for.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(25);

    /// <summary>A killed process that waits for a dead disk stays; 40 looks are a second.</summary>
    private const int KillRoundsMax = 40;

    private readonly ILogger<TaskProcess> _logger = context.Logger;

    private IStartedCommand? _last;

    /// <summary>Starts a command and follows it to its end. What keeps its end is there until <see cref="ReleaseAsync"/>.</summary>
    public async Task<CommandEnd> RunAsync(RunStep step, string command)
    {
        if (stops.Stop.IsCancellationRequested) return new CommandEnd(CommandEndKind.Stopped, -1, "Stopped before it began.");

        try
        {
            _last = Start(step, command);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return new CommandEnd(CommandEndKind.NotStarted, -1, e.Message);
        }

        LogStarted(start.Run, _last.Root.Process, start.Service);
        return await FollowAsync(_last);
    }

    /// <summary>Takes over a command that a predecessor has started, so that <see cref="FollowAsync()"/> can follow it.</summary>
    /// <exception cref="IOException">Its pipes cannot be opened.</exception>
    public void Adopt(RunStep step, int wrapper) => _last = KeptCommand.Adopt(records.StepFolder(step), wrapper, takeLines, context);

    /// <summary>Follows the adopted command to its end.</summary>
    public Task<CommandEnd> FollowAsync() => FollowAsync(_last ?? throw new InvalidOperationException("No command was adopted."));

    /// <summary>Call when the end of the last command is known to the disk, or need not be.</summary>
    public async Task ReleaseAsync()
    {
        if (_last is null) return;
        await _last.ReleaseAsync();
        _last.Dispose();
        _last = null;
    }

    public void Dispose() => _last?.Dispose();

    private IStartedCommand Start(RunStep step, string command)
    {
        if (context.KeepsRuns)
        {
            try
            {
                var pipes = records.StepFolder(step);
                return KeptCommand.Start(pipes, context.Shell.KeptStartInfo(start, command, records.Scratch, pipes), takeLines, context);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotKept(start.Run, e.Message);
            }
        }

        return new PipedCommand(context.Shell.StartInfo(start, command, records.Scratch), takeLines);
    }

    private async Task<CommandEnd> FollowAsync(IStartedCommand command)
    {
        var (root, isSpared) = command.Root;
        var mark = new RunMark(context.InstanceId, start.Run, root, isSpared);
        using var giveUp = new CancellationTokenSource();
        var output = command.PumpAsync(giveUp.Token);
        var exited = command.ExitedAsync();

        var stopped = !await EndsByItselfAsync(exited);
        if (stopped) await EndTreeAsync(command, mark, exited);

        await WaitAsync(output, _outputGrace, CancellationToken.None);
        await KillTreeAsync(mark, isLeftover: !stopped);
        if (!await WaitAsync(output, _outputGrace, CancellationToken.None)) await giveUp.CancelAsync();
        await output;
        if (!exited.IsCompleted) return new CommandEnd(CommandEndKind.Stopped, -1, $"Process {root} could not be killed.");
        return new CommandEnd(stopped ? CommandEndKind.Stopped : CommandEndKind.Exited, await exited);
    }

    private async Task<bool> EndsByItselfAsync(Task exited)
    {
        var stop = Task.Delay(Timeout.InfiniteTimeSpan, stops.Stop);
        return await Task.WhenAny(exited, stop) == exited;
    }

    private async Task EndTreeAsync(IStartedCommand command, RunMark mark, Task exited)
    {
        if (!stops.Kill.IsCancellationRequested) await AskToEndAsync(mark, exited);

        // First, so that it cannot start the command now.
        if (!exited.IsCompleted) command.KillRoot();
        await KillTreeAsync(mark, isLeftover: false);
        await WaitAsync(exited, _outputGrace, CancellationToken.None);
    }

    private async Task AskToEndAsync(RunMark mark, Task exited)
    {
        var asked = context.Time.GetTimestamp();
        var members = context.Tree.Members(mark);
        while (members.Count == 0 && !exited.IsCompleted && IsInGrace(asked))
        {
            // It was stopped so soon that its command has not begun yet.
            await LookLaterAsync();
            members = context.Tree.Members(mark);
        }

        context.Tree.Terminate(members);
        await WaitAsync(exited, _stopGrace, stops.Kill);
        while (IsInGrace(asked) && context.Tree.Members(mark).Count > 0) await LookLaterAsync();
    }

    private bool IsInGrace(long asked) => context.Time.GetElapsedTime(asked) < _stopGrace && !stops.Kill.IsCancellationRequested;

    private async Task LookLaterAsync() =>
        await Task.Delay(_lookAgain, context.Time, stops.Kill).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Until nothing is left: a process that is being killed may be making another one.</summary>
    private async Task KillTreeAsync(RunMark mark, bool isLeftover)
    {
        for (var round = 0; round < KillRoundsMax; round++)
        {
            var members = context.Tree.Members(mark);
            if (members.Count == 0) return;
            if (isLeftover && round == 0) LogLeftBehind(start.Run, members.Count);
            context.Tree.Kill(members);
            await Task.Delay(_lookAgain, context.Time, CancellationToken.None);
        }

        if (context.Tree.Members(mark) is [var survivor, ..]) LogNotKilled(start.Run, survivor);
    }

    /// <summary>True when the work ended in time.</summary>
    private async Task<bool> WaitAsync(Task work, TimeSpan longest, CancellationToken hurry)
    {
        await work.WaitAsync(longest, context.Time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return work.IsCompleted;
    }

    [LoggerMessage(5001, LogLevel.Information, "{Run} started, process {Process}, service {Service}.")]
    private partial void LogStarted(TaskRunId run, int process, string service);

    [LoggerMessage(5003, LogLevel.Information, "{Run} left {Count} processes behind; they are killed.")]
    private partial void LogLeftBehind(TaskRunId run, int count);

    [LoggerMessage(5004, LogLevel.Error, "{Run} is over, but its process {Process} cannot be killed; it may wait for a disk that does not answer.")]
    private partial void LogNotKilled(TaskRunId run, int process);

    [LoggerMessage(5006, LogLevel.Warning, "{Run} ends when this agent ends, for its named pipes cannot be made: {Reason}")]
    private partial void LogNotKept(TaskRunId run, string reason);
}

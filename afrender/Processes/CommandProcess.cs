using System.ComponentModel;
using System.Diagnostics;
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

/// <summary>Runs one of a run's commands to its end, with all processes that it makes.</summary>
internal sealed partial class CommandProcess(
    RunStart start, string scratch, RunStops stops, Func<ReadOnlyMemory<byte>, Task> takeLines, TaskProcessContext context)
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

    public async Task<CommandEnd> RunAsync(string command)
    {
        if (stops.Stop.IsCancellationRequested) return new CommandEnd(CommandEndKind.Stopped, -1, "Stopped before it began.");

        using var process = new Process { StartInfo = context.Shell.StartInfo(start, command, scratch) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return new CommandEnd(CommandEndKind.NotStarted, -1, e.Message);
        }

        LogStarted(start.Run, process.Id, start.Service);
        process.StandardInput.Close();
        return await FollowAsync(process);
    }

    private async Task<CommandEnd> FollowAsync(Process process)
    {
        var mark = new RunMark(context.InstanceId, start.Run, process.Id);
        using var giveUp = new CancellationTokenSource();

        // Disposed here: a process leaves the streams that were asked for to their reader, two handles for each run.
        using var printed = process.StandardOutput;
        using var complained = process.StandardError;
        var output = Task.WhenAll(
            OutputPump.PumpAsync(printed.BaseStream, takeLines, giveUp.Token),
            OutputPump.PumpAsync(complained.BaseStream, takeLines, giveUp.Token));
        var exited = process.WaitForExitAsync(CancellationToken.None);

        var stopped = !await EndsByItselfAsync(exited);
        if (stopped) await EndTreeAsync(mark, exited);

        await WaitAsync(output, _outputGrace, CancellationToken.None);
        await KillTreeAsync(mark, isLeftover: !stopped);
        if (!await WaitAsync(output, _outputGrace, CancellationToken.None)) await giveUp.CancelAsync();
        await output;
        if (!exited.IsCompleted) return new CommandEnd(CommandEndKind.Stopped, -1, $"Process {process.Id} could not be killed.");
        return new CommandEnd(stopped ? CommandEndKind.Stopped : CommandEndKind.Exited, process.ExitCode);
    }

    private async Task<bool> EndsByItselfAsync(Task exited)
    {
        var stop = Task.Delay(Timeout.InfiniteTimeSpan, stops.Stop);
        return await Task.WhenAny(exited, stop) == exited;
    }

    private async Task EndTreeAsync(RunMark mark, Task exited)
    {
        if (!stops.Kill.IsCancellationRequested)
        {
            var asked = context.Time.GetTimestamp();
            context.Tree.Terminate(context.Tree.Members(mark));
            await WaitAsync(exited, _stopGrace, stops.Kill);
            while (context.Time.GetElapsedTime(asked) < _stopGrace && !stops.Kill.IsCancellationRequested && context.Tree.Members(mark).Count > 0)
                await Task.Delay(_lookAgain, context.Time, stops.Kill).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillTreeAsync(mark, isLeftover: false);
        await WaitAsync(exited, _outputGrace, CancellationToken.None);
    }

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
}

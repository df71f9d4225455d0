using Afanasy.Model;
using AfServer.Engine;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Gateways.Views;

/// <summary>A task as the doors show it. What is over is filled in from the history, outside the turn.</summary>
internal sealed record TaskView
{
    public int Job { get; init; }
    public int Block { get; init; }
    public int Task { get; init; }
    public string Name { get; init; } = "";
    public string State { get; init; } = "";

    /// <summary>The number of the last attempt; 0 when it never ran.</summary>
    public int Run { get; init; }

    public string? Render { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public int Progress { get; init; }
    public long? Frame { get; init; }
    public string Activity { get; init; } = "";
    public int? ExitCode { get; init; }
    public string? Reason { get; init; }

    /// <summary>Failed attempts since a person restarted it last.</summary>
    public int Errors { get; init; }

    public long? FrameFirst { get; init; }
    public long? FrameLast { get; init; }

    /// <summary>Within a turn: everything but what the history knows.</summary>
    public static TaskView Of(Block block, int number, Presences presences)
    {
        var (description, state, remembered) = (block.Description, block.States.Of(number), block.Find(number));
        var frames = description.IsNumeric ? description.Frames.Of(number) : (FrameSpan?)null;
        var run = remembered?.Run;
        var progress = run is null ? null : presences.ProgressOf(run.Id);
        return new TaskView
        {
            Job = block.Job.Id.Value,
            Block = block.Number,
            Task = number,
            Name = RunStarts.TaskName(description, number),
            State = state.Word(),
            Run = block.RunsOf(number),
            Render = run?.Render.Name,
            Started = run?.Started,
            Progress = state == TaskState.Done ? 100 : progress?.Percent ?? 0,
            Frame = progress is { Frame: >= 0 } ? progress.Frame : null,
            Activity = run is { IsStopping: true } ? "stopping" : progress?.Activity ?? "",
            Errors = remembered?.Errors ?? 0,
            FrameFirst = frames?.First,
            FrameLast = frames?.Last,
        };
    }

    /// <summary>Outside the turn: adds how the last attempt ended, unless one is under way.</summary>
    public TaskView With(FinishedRun? last) => last is null || State == TaskState.Running.Word() ? this : this with
    {
        Render = last.Render,
        Started = last.Started,
        Ended = last.Ended,
        ExitCode = last.ExitCode,
        Reason = last.Reason.Length == 0 ? null : last.Reason,
    };
}

/// <summary>One attempt as the doors show it.</summary>
internal sealed record RunView(
    int Run, string Render, DateTimeOffset Started, DateTimeOffset? Ended, string Outcome, int? ExitCode, string? Reason)
{
    public static RunView Of(FinishedRun run) =>
        new(run.Run.Run, run.Render, run.Started, run.Ended, run.Outcome.Word(), run.ExitCode, run.Reason.Length == 0 ? null : run.Reason);

    public static RunView Of(TaskRun run) => new(run.Id.Run, run.Render.Name, run.Started, null, "running", null, null);
}

using System.Text.Json.Serialization;
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

    // What only some tasks have is left out of the others: a window holds a thousand of them.

    /// <summary>How the last attempt ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastOutcome { get; init; }

    /// <summary>Megabytes that it reserves, more than its block says because that was not enough.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Memory { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HostErrorsView>? ErrorHosts { get; init; }

    /// <summary>Of the attempt that is under way: the renders of a multi-host task, the master first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Of the attempt that is under way: the devices that it has for itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Gpus { get; init; }

    /// <summary>Of the attempt that is under way: what it takes of the render's capacity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Capacity { get; init; }

    /// <summary>A job of higher priority wants its place at this moment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PreemptedAt { get; init; }

    /// <summary>Within a turn: everything but what the history knows.</summary>
    public static TaskView Of(Block block, int number, FarmView view)
    {
        var (description, state, remembered) = (block.Description, block.States.Of(number), block.Find(number));
        var frames = description.IsNumeric ? description.Frames.Of(number) : (FrameSpan?)null;
        var run = remembered?.Run;
        var progress = run is null ? null : view.Presences.ProgressOf(run.Id);
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
            LastOutcome = remembered?.LastOutcome?.Word(),
            Memory = remembered is { Memory: > 0 } ? remembered.Memory : null,
            ErrorHosts = remembered?.ErrorHosts is { } hosts ? HostErrorsView.Of(hosts, view.Farm) : null,
            Hosts = run is { Helpers.Count: > 0 } ? [.. run.Hosts.Select(host => host.Name)] : null,
            Gpus = run is { Grant.Gpus.Count: > 0 } ? run.Grant.Gpus : null,
            Capacity = run?.Grant.Capacity,
            PreemptedAt = run?.PreemptedAt,
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
        LastOutcome = last.Outcome.Word(),
    };
}

/// <summary>How often a task failed on a render.</summary>
internal sealed record HostErrorsView(string Render, int Errors)
{
    /// <summary>A task that fails on more renders than this fails everywhere.</summary>
    private const int HostsMax = 20;

    public static IReadOnlyList<HostErrorsView> Of(IReadOnlyDictionary<RenderId, int> hosts, Farm farm) =>
        [.. hosts.OrderByDescending(host => host.Value).ThenBy(host => host.Key).Take(HostsMax).Select(host => new HostErrorsView(NameOf(host.Key, farm), host.Value))];

    /// <summary>A render that was forgotten has its number only.</summary>
    public static string NameOf(RenderId id, Farm farm) => farm.Renders.TryGetValue(id, out var render) ? render.Name : id.ToString();
}

/// <summary>One attempt as the doors show it.</summary>
internal sealed record RunView(
    int Run, string Render, DateTimeOffset Started, DateTimeOffset? Ended, string Outcome, int? ExitCode, string? Reason)
{
    public static RunView Of(FinishedRun run) =>
        new(run.Run.Run, run.Render, run.Started, run.Ended, run.Outcome.Word(), run.ExitCode, run.Reason.Length == 0 ? null : run.Reason);

    public static RunView Of(TaskRun run) => new(run.Id.Run, run.Render.Name, run.Started, null, "running", null, null);
}

namespace Afanasy.Model;

/// <summary>Where one task stands. The numbers are journaled: never change or reuse one.</summary>
public enum TaskState
{
    /// <summary>Something it depends on is not finished.</summary>
    Waiting = 0,

    /// <summary>Can be given to a render.</summary>
    Ready = 1,

    /// <summary>A render has it.</summary>
    Running = 2,

    /// <summary>Rendered.</summary>
    Done = 3,

    /// <summary>Failed more often than its block allows; waits for a person.</summary>
    Error = 4,

    /// <summary>A person said that it need not run; counts as finished.</summary>
    Skipped = 5,
}

/// <summary>What a job is doing, the one thing that matters most to who looks.</summary>
public enum JobState
{
    /// <summary>Nothing can start: dependencies are not finished.</summary>
    Waiting,

    /// <summary>Tasks could start as soon as a render takes them.</summary>
    Ready,

    /// <summary>At least one task runs.</summary>
    Running,

    /// <summary>Nothing runs and nothing can start until somebody decides about failed tasks.</summary>
    Error,

    /// <summary>Every task is done or skipped.</summary>
    Done,

    /// <summary>A person holds it: running tasks go on, nothing new starts.</summary>
    Paused,
}

/// <summary>How one run ended. The numbers are journaled and sent: never change or reuse one.</summary>
public enum RunOutcome
{
    /// <summary>The process ended with success.</summary>
    Done = 1,

    /// <summary>The process ended with a failure; counts as an error.</summary>
    Failed = 2,

    /// <summary>The server or the render was told to end it; no error is counted.</summary>
    Stopped = 3,

    /// <summary>The process could not be started; counts as an error.</summary>
    NotStarted = 4,

    /// <summary>Its render fell silent, or came back without it; no error is counted.</summary>
    RenderLost = 5,
}

/// <summary>The words for states on every door: lower case, one word.</summary>
public static class StateNames
{
    public static string Word(this TaskState state) => state switch
    {
        TaskState.Waiting => "waiting",
        TaskState.Ready => "ready",
        TaskState.Running => "running",
        TaskState.Done => "done",
        TaskState.Error => "error",
        TaskState.Skipped => "skipped",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a task state."),
    };

    public static string Word(this JobState state) => state switch
    {
        JobState.Waiting => "waiting",
        JobState.Ready => "ready",
        JobState.Running => "running",
        JobState.Error => "error",
        JobState.Done => "done",
        JobState.Paused => "paused",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a job state."),
    };

    public static string Word(this RunOutcome outcome) => outcome switch
    {
        RunOutcome.Done => "done",
        RunOutcome.Failed => "failed",
        RunOutcome.Stopped => "stopped",
        RunOutcome.NotStarted => "not started",
        RunOutcome.RenderLost => "render lost",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a run outcome."),
    };

    /// <summary>Finds the task state of a word; false when there is none of that name.</summary>
    public static bool TryParse(string word, out TaskState state)
    {
        foreach (var candidate in Enum.GetValues<TaskState>())
        {
            state = candidate;
            if (candidate.Word() == word) return true;
        }

        state = default;
        return false;
    }
}

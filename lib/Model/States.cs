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

    /// <summary>A person, or its service, said that it need not run; counts as finished.</summary>
    Skipped = 5,

    /// <summary>A person holds it; it does not start until it is continued.</summary>
    Suspended = 6,
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

    /// <summary>What the run printed says that it failed; counts as an error.</summary>
    ParserError = 6,

    /// <summary>What the run printed says that no retry helps; an error that is final.</summary>
    FatalError = 7,

    /// <summary>It ended well but its result does not satisfy the parser; counts as an error.</summary>
    BadResult = 8,

    /// <summary>It got no licence; no error: the task waits and is tried again.</summary>
    LicenceShortage = 9,

    /// <summary>It was killed for want of memory; counts as an error, and is tried again with more.</summary>
    OutOfMemory = 10,

    /// <summary>The command did well and the command after it failed; counts as done.</summary>
    FailedPost = 11,

    /// <summary>Files that it should have written are missing or of a wrong size; counts as an error.</summary>
    BadFiles = 12,

    /// <summary>Its service found that nothing is to be done; counts as skipped.</summary>
    Skipped = 13,

    /// <summary>It ended well, but sooner than its block allows; counts as an error.</summary>
    TooShort = 14,
}

/// <summary>Why a running task was told to end, and with it what the task is afterwards. The numbers are journaled: never change or reuse one.</summary>
public enum StopCause
{
    /// <summary>A person wants it to begin anew.</summary>
    Restart = 1,

    /// <summary>A person says that it need not run.</summary>
    Skip = 2,

    /// <summary>A person says that it is done.</summary>
    Done = 3,

    /// <summary>A person holds it.</summary>
    Suspend = 4,

    /// <summary>Its render is to be free; it starts elsewhere.</summary>
    Eject = 5,

    /// <summary>It ran longer than its block allows; an error.</summary>
    MaxRunTime = 6,

    /// <summary>Its progress stood still for longer than its block allows; an error.</summary>
    NoProgress = 7,

    /// <summary>A job of higher priority takes its place; it starts again later.</summary>
    Preempted = 8,
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
        TaskState.Suspended => "suspended",
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
        RunOutcome.ParserError => "parser error",
        RunOutcome.FatalError => "fatal error",
        RunOutcome.BadResult => "bad result",
        RunOutcome.LicenceShortage => "licence shortage",
        RunOutcome.OutOfMemory => "out of memory",
        RunOutcome.FailedPost => "post command failed",
        RunOutcome.BadFiles => "bad files",
        RunOutcome.Skipped => "skipped",
        RunOutcome.TooShort => "too short",
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

using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Gathers what an operation does to tasks, each task once, and turns it into few changes: a mark for each range, a stop for each run.</summary>
internal sealed class TaskMarking(JobOperation operation)
{
    private static readonly Dictionary<JobOperation, Effect> _effects = new()
    {
        [JobOperation.Restart] = new([TaskState.Done, TaskState.Error, TaskState.Skipped, TaskState.Suspended], TaskMark.Restart, StopCause.Restart, HasHistory),
        [JobOperation.RestartErrors] = new([TaskState.Error], TaskMark.Restart),
        [JobOperation.RestartSkipped] = new([TaskState.Skipped], TaskMark.Restart),
        [JobOperation.RestartDone] = new([TaskState.Done], TaskMark.Restart),
        [JobOperation.RestartRunning] = new([], TaskMark.Restart, StopCause.Restart),
        [JobOperation.RestartWarnings] = new([], TaskMark.Restart, null, HasWarned),
        [JobOperation.Skip] = new([TaskState.Waiting, TaskState.Ready, TaskState.Error, TaskState.Suspended], TaskMark.Skip, StopCause.Skip),
        [JobOperation.Done] = new([TaskState.Waiting, TaskState.Ready, TaskState.Error, TaskState.Suspended, TaskState.Skipped], TaskMark.Done, StopCause.Done),
        [JobOperation.Suspend] = new([TaskState.Waiting, TaskState.Ready, TaskState.Skipped], TaskMark.Suspend, StopCause.Suspend),
        [JobOperation.Continue] = new([TaskState.Suspended], TaskMark.Continue),
    };

    private readonly Dictionary<Block, TaskSet> _marked = [];
    private readonly Dictionary<TaskRunId, TaskRun> _stopped = [];

    public static bool Knows(JobOperation operation) => _effects.ContainsKey(operation);

    /// <summary>Whether it goes by the present state of a task: whatever depends on it then simply starts anew.</summary>
    public static bool IsChoosy(JobOperation operation) => operation is not JobOperation.Restart && Knows(operation) && _effects[operation].Mark == TaskMark.Restart;

    /// <summary>The tasks among these that the operation changes, running ones too.</summary>
    public static ChosenTasks Concerned(JobOperation operation, ChosenTasks among)
    {
        var effect = _effects[operation];
        var concerned = NotRunning(effect, among);
        if (effect.Stop is null) return new(among.Block, concerned);
        foreach (var run in RunStops.Of(among.Block))
        {
            if (among.Has(run.Id.Task)) concerned.Add(run.Id.Task);
        }

        return new(among.Block, concerned);
    }

    public void Add(ChosenTasks tasks) => Add(operation, tasks);

    /// <summary>Tasks that depend on those that were added.</summary>
    public void AddDependent(ChosenTasks tasks) => Add(IsChoosy(operation) ? JobOperation.Restart : operation, tasks);

    /// <summary>The changes, and how many tasks they are about.</summary>
    public (List<Change> Changes, int Changed) Finish(FarmView view)
    {
        var (changes, changed) = (new List<Change>(), 0);
        foreach (var (block, tasks) in _marked.OrderBy(entry => entry.Key.Job.Id).ThenBy(entry => entry.Key.Number))
        {
            changed += tasks.Count;
            foreach (var (first, last) in ChosenTasks.Ranges(tasks))
                changes.Add(new Change.TasksMarked(block.Id, first, last, _effects[operation].Mark) { At = view.Now });
        }

        foreach (var run in _stopped.Values)
        {
            if (_effects[StopsLike].Stop is { } cause && RunStops.Ask(view, run, cause, changes)) changed++;
        }

        return (changes, changed);
    }

    private JobOperation StopsLike => IsChoosy(operation) ? JobOperation.Restart : operation;

    private void Add(JobOperation how, ChosenTasks tasks)
    {
        var effect = _effects[how];
        var concerned = NotRunning(effect, tasks);
        if (!_marked.TryGetValue(tasks.Block, out var marked)) _marked.Add(tasks.Block, concerned);
        else for (var task = concerned.First(); task >= 0; task = concerned.First(task + 1)) marked.Add(task);

        if (effect.Stop is null) return;
        foreach (var run in RunStops.Of(tasks.Block))
        {
            if (tasks.Has(run.Id.Task)) _stopped.TryAdd(run.Id, run);
        }
    }

    private static TaskSet NotRunning(Effect effect, ChosenTasks among)
    {
        var (block, chosen) = among;
        var concerned = new TaskSet(block.States.Size);
        if (chosen is not null)
        {
            for (var task = chosen.First(); task >= 0; task = chosen.First(task + 1))
            {
                if (Array.IndexOf(effect.From, block.States.Of(task)) >= 0) concerned.Add(task);
            }
        }
        else
        {
            foreach (var state in effect.From)
            {
                for (var task = block.States.First(state); task >= 0; task = block.States.First(state, task + 1)) concerned.Add(task);
            }
        }

        if (effect.Remembered is null) return concerned;
        foreach (var (number, task) in block.Remembered)
        {
            if (among.Has(number) && task.Run is null && effect.Remembered(task)) concerned.Add(number);
        }

        return concerned;
    }

    /// <summary>A task that waits for its next attempt begins with none counted, as if it had never run.</summary>
    private static bool HasHistory(JobTask task) => task.Errors > 0 || task.Memory > 0 || task.ErrorHosts is not null || task.LastOutcome is not null;

    private static bool HasWarned(JobTask task) => task.LastOutcome == RunOutcome.FailedPost;

    /// <summary>From which states a task that does not run is marked how, and why one that runs is stopped.</summary>
    private sealed record Effect(TaskState[] From, TaskMark Mark, StopCause? Stop = null, Func<JobTask, bool>? Remembered = null);
}

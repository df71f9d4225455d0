using Afanasy.Model;

namespace AfServer.Model;

/// <summary>The state of every task of a block: a set of tasks for each state that occurs, so that a waiting task costs a bit.</summary>
internal sealed class TaskStates
{
    private static readonly TaskState[] _unfinished = [TaskState.Waiting, TaskState.Ready, TaskState.Running, TaskState.Error];
    private static readonly TaskState[] _all = Enum.GetValues<TaskState>();

    private readonly TaskSet?[] _sets = new TaskSet?[_all.Length];

    public TaskStates(int size, TaskState initial)
    {
        Size = size;
        SetOf(initial).Fill();
    }

    public int Size { get; }

    public bool AllFinished => Count(TaskState.Done) + Count(TaskState.Skipped) == Size;

    public int Count(TaskState state) => _sets[(int)state]?.Count ?? 0;

    public TaskState Of(int task)
    {
        foreach (var state in _all)
        {
            if (_sets[(int)state] is { } set && set.Contains(task)) return state;
        }

        throw new InvalidOperationException($"Task {task} has no state.");
    }

    public void Set(int task, TaskState state)
    {
        _sets[(int)Of(task)]?.Remove(task);
        SetOf(state).Add(task);
    }

    /// <summary>Takes all tasks of one state to another.</summary>
    public void MoveAll(TaskState from, TaskState to)
    {
        if (Count(from) == 0) return;
        if (Count(to) == 0)
        {
            (_sets[(int)from], _sets[(int)to]) = (_sets[(int)to], _sets[(int)from]);
            return;
        }

        for (var task = First(from); task >= 0; task = First(from, task + 1)) Set(task, to);
    }

    /// <summary>The first task of this state that is not below <paramref name="from"/>, or -1.</summary>
    public int First(TaskState state, int from = 0) => _sets[(int)state]?.First(from) ?? -1;

    /// <summary>Whether every task from first to last, both included, is done or skipped.</summary>
    public bool Finished(int first, int last)
    {
        foreach (var state in _unfinished)
        {
            var task = First(state, first);
            if (task >= 0 && task <= last) return false;
        }

        return true;
    }

    /// <summary>The states in task order as runs of equal ones, the first <paramref name="most"/> of them.</summary>
    public IEnumerable<(TaskState State, int First, int Last)> Runs(int most = int.MaxValue)
    {
        var task = 0;
        while (task < Size && most-- > 0)
        {
            var state = Of(task);
            var next = _all.Where(other => other != state).Select(other => First(other, task)).Where(found => found >= 0).DefaultIfEmpty(Size).Min();
            yield return (state, task, next - 1);
            task = next;
        }
    }

    private TaskSet SetOf(TaskState state) => _sets[(int)state] ??= new TaskSet(Size);
}

using Afanasy.Model;

namespace AfServer.Model;

/// <summary>The state of every task of a block: a set of tasks for each state that occurs, so that a waiting task costs a bit.</summary>
internal sealed class TaskStates
{
    private static readonly TaskState[] _all = Enum.GetValues<TaskState>();

    private readonly TaskSet?[] _sets = new TaskSet?[_all.Length];
    private TaskOrder _order;
    private TaskSet? _starts;

    public TaskStates(int size, TaskState initial, TaskOrder order)
    {
        Size = size;
        SetOf(initial).Fill();
        _order = order;
        Reorder(order);
    }

    public int Size { get; private set; }

    public bool AllFinished => Count(TaskState.Done) + Count(TaskState.Skipped) == Size;

    public bool NoneEnded => Count(TaskState.Done) + Count(TaskState.Skipped) + Count(TaskState.Error) == 0;

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
        if (_starts is null) return;
        if (state == TaskState.Ready) _starts.Add(_order.PositionOf(task));
        else _starts.Remove(_order.PositionOf(task));
    }

    /// <summary>Takes all tasks of one state to another.</summary>
    public void MoveAll(TaskState from, TaskState to)
    {
        if (Count(from) == 0) return;
        if (Count(to) == 0)
        {
            (_sets[(int)from], _sets[(int)to]) = (_sets[(int)to], _sets[(int)from]);
            Reorder(_order);
            return;
        }

        for (var task = First(from); task >= 0; task = First(from, task + 1)) Set(task, to);
    }

    /// <summary>The first task of this state that is not below <paramref name="from"/>, or -1.</summary>
    public int First(TaskState state, int from = 0) => _sets[(int)state]?.First(from) ?? -1;

    /// <summary>The ready tasks in the order in which they start.</summary>
    public IEnumerable<int> ReadyInOrder()
    {
        if (_starts is null)
        {
            for (var task = First(TaskState.Ready); task >= 0; task = First(TaskState.Ready, task + 1)) yield return task;
            yield break;
        }

        for (var position = _starts.First(); position >= 0; position = _starts.First(position + 1)) yield return _order.TaskAt(position);
    }

    /// <summary>Whether every task from first to last, both included, has ended as it should.</summary>
    public bool Ended(int first, int last, DependOutcome outcome)
    {
        foreach (var state in _all)
        {
            if (Satisfies(state, outcome)) continue;
            var task = First(state, first);
            if (task >= 0 && task <= last) return false;
        }

        return true;
    }

    /// <summary>Whether a task in this state is what who waits for it wants.</summary>
    public static bool Satisfies(TaskState state, DependOutcome outcome) => state switch
    {
        TaskState.Done or TaskState.Skipped => outcome != DependOutcome.Failed,
        TaskState.Error => outcome != DependOutcome.Done,
        _ => false,
    };

    /// <summary>Takes up another order of starting.</summary>
    public void Reorder(TaskOrder order)
    {
        _order = order;
        _starts = order.IsPlain ? null : new TaskSet(order.PositionsMax);
        if (_starts is null) return;
        for (var task = First(TaskState.Ready); task >= 0; task = First(TaskState.Ready, task + 1)) _starts.Add(order.PositionOf(task));
    }

    /// <summary>More tasks at the end, all in one state.</summary>
    public void Grow(int size, TaskState state, TaskOrder order)
    {
        var first = Size;
        Size = size;
        for (var i = 0; i < _sets.Length; i++) _sets[i] = _sets[i]?.Grown(size);
        var set = SetOf(state);
        for (var task = first; task < size; task++) set.Add(task);
        Reorder(order);
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

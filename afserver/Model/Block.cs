using Afanasy.Model;

namespace AfServer.Model;

/// <summary>One block of a job. Tasks that nothing happened to are a bit in <see cref="States"/> and nothing else.</summary>
internal sealed class Block
{
    private readonly Dictionary<int, JobTask> _remembered = [];
    private readonly Dictionary<RenderId, HostErrors> _errorHosts = [];
    private TaskSet? _ranOnce;

    public Block(Job job, int number, BlockDescription description)
    {
        Job = job;
        Number = number;
        Description = description;
        Order = TaskOrder.Of(description);
        States = new TaskStates(description.TaskCount, TaskState.Ready, Order);
    }

    public Job Job { get; }

    public int Number { get; }

    public BlockId Id => new(Job.Id, Number);

    public BlockDescription Description { get; private set; }

    public TaskOrder Order { get; private set; }

    public TaskStates States { get; }

    public BlockEdges Edges { get; } = new();

    /// <summary>Tasks that need more memory than the block says.</summary>
    public HashSet<int> RaisedTasks { get; } = [];

    /// <summary>Errors on each render that are not forgotten.</summary>
    public IReadOnlyDictionary<RenderId, HostErrors> ErrorHosts => _errorHosts;

    /// <summary>Counts up with every change of the errors.</summary>
    public int ErrorsVersion { get; private set; }

    /// <summary>It got no licence and rests until then.</summary>
    public DateTimeOffset? SleepsUntil { get; set; }

    /// <summary>How long its good runs took.</summary>
    public RunTimes Times { get; set; }

    public int RetriesAllowed => Own(Description.ErrorsRetries, Job.User.Settings.ErrorsRetries);

    public int ErrorsToAvoidHost => Own(Description.ErrorsAvoidHost, Job.User.Settings.ErrorsAvoidHost);

    public int TaskErrorsToAvoidHost => Own(Description.ErrorsTaskSameHost, Job.User.Settings.ErrorsTaskSameHost);

    /// <summary>Seconds; 0 is never.</summary>
    public int ForgiveTime => Own(Description.ErrorsForgiveTime, Job.User.Settings.ErrorsForgiveTime);

    /// <summary>Whether its own limit lets one more task start.</summary>
    public bool MayStartMore =>
        SleepsUntil is null && (Description.MaxRunningTasks < 0 || States.Count(TaskState.Running) < Description.MaxRunningTasks);

    /// <summary>Tasks of which more is known than their state.</summary>
    public IReadOnlyDictionary<int, JobTask> Remembered => _remembered;

    public JobTask? Find(int task) => _remembered.GetValueOrDefault(task);

    /// <summary>Attempts so far.</summary>
    public int RunsOf(int task) => Find(task)?.Runs ?? (RanOnce(task) ? 1 : 0);

    /// <summary>The task may start as far as the approval of previews goes.</summary>
    public bool IsApproved(int task) => !Job.Description.Ppa || Math.Abs(Description.Sequential) <= 1 || Order.IsPreview(task);

    public bool Avoids(RenderId render) => ErrorsToAvoidHost > 0 && _errorHosts.GetValueOrDefault(render).Count >= ErrorsToAvoidHost;

    public bool Avoids(int task, RenderId render) => TaskErrorsToAvoidHost > 0 && Find(task)?.ErrorsOn(render) >= TaskErrorsToAvoidHost;

    /// <summary>Other words for the same tasks; the listed ones stay.</summary>
    public void Edit(BlockDescription description)
    {
        Description = description with { Tasks = Description.Tasks };
        Order = TaskOrder.Of(Description);
        States.Reorder(Order);
        ErrorsVersion++;
    }

    public void Append(IReadOnlyList<TaskDescription> tasks, TaskState state)
    {
        Description = Description with { Tasks = [.. Description.Tasks, .. tasks], Flags = Description.Flags | BlockTraits.AppendedTasks };
        Order = TaskOrder.Of(Description);
        States.Grow(Description.TaskCount, state, Order);
        _ranOnce = _ranOnce?.Grown(States.Size);
    }

    public JobTask Remember(int task)
    {
        if (_remembered.TryGetValue(task, out var known)) return known;
        var fresh = new JobTask { Runs = RunsOf(task) };
        _remembered.Add(task, fresh);
        _ranOnce?.Remove(task);
        return fresh;
    }

    /// <summary>Drops what need not be remembered of a task that does not run: most tasks run once and well.</summary>
    public void ForgetIfPlain(int task)
    {
        if (!_remembered.TryGetValue(task, out var known) || known.Runs > 1 || known.Errors > 0 || known.Run is not null) return;
        if (known.LastOutcome is not null || known.Memory > 0 || known.ErrorHosts is not null) return;
        if (States.Of(task) is not (TaskState.Done or TaskState.Skipped) && known.LastRender is not null) return;
        _remembered.Remove(task);
        if (known.Runs == 1) (_ranOnce ??= new TaskSet(States.Size)).Add(task);
    }

    /// <summary>What the task reserves from now on; 0 is what the block says.</summary>
    public void SetMemory(int task, int megabytes)
    {
        Remember(task).Memory = megabytes;
        if (megabytes > 0) RaisedTasks.Add(task);
        else RaisedTasks.Remove(task);
    }

    public void CountError(int task, RenderId render, DateTimeOffset at)
    {
        ErrorsVersion++;
        _errorHosts[render] = new(_errorHosts.GetValueOrDefault(render).Count + 1, at);
        var hosts = Remember(task).ErrorHosts ??= [];
        hosts[render] = hosts.GetValueOrDefault(render) + 1;
    }

    public void RestoreErrors(int task, RenderId render, int errors, DateTimeOffset at)
    {
        ErrorsVersion++;
        if (task >= 0) (Remember(task).ErrorHosts ??= [])[render] = errors;
        else _errorHosts[render] = new(errors, at);
    }

    public void ForgetErrors(RenderId? render)
    {
        ErrorsVersion++;
        if (render is { } one) _errorHosts.Remove(one);
        else _errorHosts.Clear();
        foreach (var (number, task) in _remembered.Where(entry => entry.Value.ErrorHosts is not null).ToList())
        {
            if (render is { } host) task.ErrorHosts!.Remove(host);   // the line above saw it
            if (render is null || task.ErrorHosts!.Count == 0) task.ErrorHosts = null;
            ForgetIfPlain(number);
        }
    }

    /// <summary>State and "has run once" of all tasks, as runs of equal ones in task order.</summary>
    public IEnumerable<(TaskState State, bool RanOnce, int First, int Last)> Describe()
    {
        foreach (var (state, first, last) in States.Runs())
        {
            var start = first;
            for (var task = first + 1; task <= last; task++)
            {
                if (RanOnce(task) == RanOnce(start)) continue;
                yield return (state, RanOnce(start), start, task - 1);
                start = task;
            }

            yield return (state, RanOnce(start), start, last);
        }
    }

    public void Restore(int first, int last, TaskState state, bool ranOnce)
    {
        for (var task = first; task <= last; task++)
        {
            States.Set(task, state);
            if (ranOnce) (_ranOnce ??= new TaskSet(States.Size)).Add(task);
        }
    }

    private bool RanOnce(int task) => _ranOnce is { } once && once.Contains(task);

    private static int Own(int own, int users) => own >= 0 ? own : users;
}

/// <summary>Errors on one render, and when the last of them was.</summary>
internal readonly record struct HostErrors(int Count, DateTimeOffset Last);

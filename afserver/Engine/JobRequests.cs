using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>Who asks, as far as they say so.</summary>
internal sealed record Asker(string UserName, string HostName);

/// <summary>What a person can do to a job or to tasks of it.</summary>
internal enum JobOperation
{
    Pause,
    Resume,
    Restart,
    RestartErrors,
    Skip,
    Stop,
    Delete,
    Set,
}

/// <summary>An operation on a job; no blocks or no tasks means all.</summary>
internal sealed record JobAction(JobOperation Operation, IReadOnlyList<int> Blocks, IReadOnlyList<int> Tasks, int? Priority);

/// <summary>What came of an action: how many tasks (or jobs) it changed, or why not.</summary>
internal sealed record ActionAnswer(int Changed, string Detail, IReadOnlyList<FieldProblem> Problems);

/// <summary>Decides what people ask of jobs.</summary>
internal static class JobRequests
{
    public static Decision<JobId> Submit(FarmView view, JobDescription job, Asker asker)
    {
        var id = view.Farm.NextJob;
        var changes = new List<Change>();
        if (!view.Farm.Users.ContainsKey(job.UserName)) changes.Add(new Change.UserSet(job.UserName, new UserSettings()) { At = view.Now });
        changes.Add(new Change.JobSubmitted(id, job) { At = view.Now });
        return new(id) { Changes = changes, Action = new UserAction(view.Now, asker.UserName, asker.HostName, "submit", id.ToString(), job.Name) };
    }

    public static Decision<ActionAnswer> Act(FarmView view, Job job, JobAction action, Asker asker)
    {
        if (job.IsDeletionAsked) return Refuse("", "the job is being deleted");
        var problems = Problems(job, action);
        if (problems.Count > 0) return new(new ActionAnswer(0, "", problems));

        var (changes, changed, detail) = action.Operation switch
        {
            JobOperation.Pause => Pause(job, view.Now),
            JobOperation.Resume => Resume(job, view.Now),
            JobOperation.Set => Set(job, action.Priority, view.Now),
            JobOperation.Delete => Delete(view, job),
            JobOperation.Stop => Stop(view, job, action),
            _ => OnTasks(view, job, action),
        };
        var target = action.Blocks.Count == 0 && action.Tasks.Count == 0 ? job.Id.ToString() : $"{job.Id} blocks {Listed(action.Blocks)} tasks {Listed(action.Tasks)}";
        return new(new ActionAnswer(changed, detail, []))
        {
            Changes = changes,
            Action = new UserAction(view.Now, asker.UserName, asker.HostName, action.Operation.Word(), target, detail),
        };
    }

    /// <summary>The word of an operation on the doors.</summary>
    public static string Word(this JobOperation operation) => operation switch
    {
        JobOperation.RestartErrors => "restart_errors",
        _ => operation.ToString().ToLowerInvariant(),
    };

    private static List<FieldProblem> Problems(Job job, JobAction action)
    {
        var problems = new List<FieldProblem>();
        for (var i = 0; i < action.Blocks.Count && problems.Count < FieldReader.ProblemsMax; i++)
        {
            if (action.Blocks[i] < 0 || action.Blocks[i] >= job.Blocks.Count)
                problems.Add(new($"blocks[{i}]", $"the job has blocks 0 to {job.Blocks.Count - 1}, was {action.Blocks[i]}"));
        }

        if (problems.Count > 0 || action.Tasks.Count == 0) return problems;
        if (Chosen(job, action.Blocks).Count() > 1) problems.Add(new("tasks", "name one block in blocks: task numbers count within a block"));
        var size = Chosen(job, action.Blocks).First().States.Size;
        for (var i = 0; i < action.Tasks.Count && problems.Count == 0; i++)
        {
            if (action.Tasks[i] < 0 || action.Tasks[i] >= size) problems.Add(new($"tasks[{i}]", $"the block has tasks 0 to {size - 1}, was {action.Tasks[i]}"));
        }

        return problems;
    }

    private static (List<Change> Changes, int Changed, string Detail) Pause(Job job, DateTimeOffset now) =>
        job.IsPaused ? ([], 0, "was paused already") : ([new Change.JobPaused(job.Id) { At = now }], 1, "paused; running tasks go on");

    private static (List<Change> Changes, int Changed, string Detail) Resume(Job job, DateTimeOffset now) =>
        job.IsPaused ? ([new Change.JobResumed(job.Id) { At = now }], 1, "resumed") : ([], 0, "was not paused");

    private static (List<Change> Changes, int Changed, string Detail) Set(Job job, int? priority, DateTimeOffset now) =>
        priority is { } value && value != job.Description.Priority
            ? ([new Change.JobPriorityChanged(job.Id, value) { At = now }], 1, $"priority {job.Description.Priority} is now {value}")
            : ([], 0, "nothing to change");

    private static (List<Change> Changes, int Changed, string Detail) Delete(FarmView view, Job job)
    {
        var (changes, _) = StopRunning(view, job.Blocks, [], TaskState.Ready);
        var left = job.RunningTasks - changes.Count(change => change is Change.RunEnded);
        var detail = left == 0 ? "deleted" : $"is deleted when its {Counted(left, "running task has", "running tasks have")} ended";
        changes.Insert(0, new Change.JobDeletionAsked(job.Id) { At = view.Now });
        return (changes, 1, detail);
    }

    private static (List<Change> Changes, int Changed, string Detail) Stop(FarmView view, Job job, JobAction action)
    {
        var (changes, stopped) = StopRunning(view, Chosen(job, action.Blocks), action.Tasks, TaskState.Ready);
        if (!job.IsPaused) changes.Insert(0, new Change.JobPaused(job.Id) { At = view.Now });
        return (changes, stopped, $"{Counted(stopped, "running task is", "running tasks are")} being ended; the job is paused");
    }

    private static (List<Change> Changes, int Changed, string Detail) OnTasks(FarmView view, Job job, JobAction action)
    {
        var changes = new List<Change>();
        var changed = 0;
        foreach (var block in Chosen(job, action.Blocks))
        {
            foreach (var (first, last) in Ranges(block, action.Tasks, task => Concerns(action.Operation, block, task)))
            {
                changed += last - first + 1;
                changes.Add(action.Operation == JobOperation.Skip
                    ? new Change.TasksMarked(block.Id, first, last, TaskMark.Skip) { At = view.Now }
                    : new Change.TasksMarked(block.Id, first, last, TaskMark.Restart) { At = view.Now });
            }
        }

        if (action.Operation == JobOperation.RestartErrors) return (changes, changed, $"{Counted(changed, "failed task starts", "failed tasks start")} anew");
        var then = action.Operation == JobOperation.Skip ? TaskState.Skipped : TaskState.Ready;
        var (stops, stopped) = StopRunning(view, Chosen(job, action.Blocks), action.Tasks, then);
        changes.AddRange(stops);
        changed += stopped;
        return (changes, changed, action.Operation == JobOperation.Skip
            ? $"{Counted(changed, "task is", "tasks are")} skipped"
            : $"{Counted(changed, "task starts", "tasks start")} anew");
    }

    internal static string Counted(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    /// <summary>Whether the operation changes a task that does not run; running ones are asked to stop.</summary>
    private static bool Concerns(JobOperation operation, Block block, int task) => (operation, block.States.Of(task)) switch
    {
        (_, TaskState.Running) => false,
        (JobOperation.RestartErrors, var state) => state == TaskState.Error,
        (JobOperation.Skip, var state) => state is not (TaskState.Done or TaskState.Skipped),
        (_, TaskState.Done or TaskState.Error or TaskState.Skipped) => true,
        _ => block.Find(task)?.Errors > 0,
    };

    /// <summary>Asks for the end of running tasks. A run that its render was not told of yet is ended here: the render would not know what to stop.</summary>
    private static (List<Change> Changes, int Stopped) StopRunning(FarmView view, IEnumerable<Block> blocks, IReadOnlyList<int> tasks, TaskState then)
    {
        var runs = from block in blocks
                   from remembered in block.Remembered
                   where remembered.Value.Run is not null && (tasks.Count == 0 || tasks.Contains(remembered.Key))
                   orderby remembered.Key
                   select remembered.Value.Run!;   // the where clause saw a run
        var changes = new List<Change>();
        var stopped = 0;
        foreach (var run in runs)
        {
            stopped++;
            changes.Add(new Change.RunStopAsked(run.Id, then == TaskState.Skipped ? StopCause.Skip : StopCause.Restart) { At = view.Now });
            if (view.Presences.Of(run.Render).HasNotHeardOf(run.Id))
                changes.Add(new Change.RunEnded(run.Id, RunOutcome.Stopped, -1, "It was stopped before its render was told of it.") { At = view.Now });
        }

        return (changes, stopped);
    }

    private static IEnumerable<(int First, int Last)> Ranges(Block block, IReadOnlyList<int> tasks, Func<int, bool> concerns)
    {
        var numbers = tasks.Count == 0 ? Enumerable.Range(0, block.States.Size) : tasks.Distinct().Order();
        (int First, int Last)? open = null;
        foreach (var task in numbers.Where(concerns))
        {
            if (open is { } range && range.Last == task - 1)
            {
                open = (range.First, task);
                continue;
            }

            if (open is { } closed) yield return closed;
            open = (task, task);
        }

        if (open is { } last) yield return last;
    }

    private static IEnumerable<Block> Chosen(Job job, IReadOnlyList<int> blocks) =>
        blocks.Count == 0 ? job.Blocks : blocks.Distinct().Order().Select(number => job.Blocks[number]);

    private static string Listed(IReadOnlyList<int> numbers) => numbers.Count == 0 ? "all" : string.Join(',', numbers.Take(20)) + (numbers.Count > 20 ? ",…" : "");

    private static Decision<ActionAnswer> Refuse(string path, string text) => new(new ActionAnswer(0, "", [new FieldProblem(path, text)]));
}

using System.Collections.Immutable;
using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Simulation.Stage;

/// <summary>A run as the facts tell it.</summary>
internal sealed record ToldRun(TaskRunId Id, RenderId Render, RunGrant Grant, DateTimeOffset Started)
{
    public StopCause? Stop { get; init; }

    public long? Passed { get; init; }

    public IEnumerable<RenderId> Hosts => Grant.Helpers.Prepend(Render);
}

/// <summary>
/// What follows from the facts, kept by means of its own and never asked of the farm. A value: a turn that is lost is undone by
/// taking the books of before.
/// </summary>
internal sealed record Books
{
    public ImmutableDictionary<TaskRunId, ToldRun> Runs { get; init; } = ImmutableDictionary<TaskRunId, ToldRun>.Empty;

    /// <summary>The number of the last run of each task.</summary>
    public ImmutableDictionary<TaskId, int> LastRun { get; init; } = ImmutableDictionary<TaskId, int>.Empty;

    /// <summary>Tasks that a run finished, and nobody restarted since.</summary>
    public ImmutableHashSet<TaskId> Done { get; init; } = [];

    /// <summary>Runs that finished a task.</summary>
    public long DoneCount { get; init; }

    public ImmutableDictionary<(BlockId Block, RenderId Render), int> BlockErrors { get; init; } = ImmutableDictionary<(BlockId, RenderId), int>.Empty;

    public ImmutableDictionary<(TaskId Task, RenderId Render), int> TaskErrors { get; init; } = ImmutableDictionary<(TaskId, RenderId), int>.Empty;

    /// <summary>Who had errors on a render in a row.</summary>
    public ImmutableDictionary<RenderId, ImmutableHashSet<string>> Unlucky { get; init; } = ImmutableDictionary<RenderId, ImmutableHashSet<string>>.Empty;

    public ImmutableHashSet<RenderId> Sick { get; init; } = [];

    /// <summary>Seconds of finished runs, by the path of the branch.</summary>
    public ImmutableDictionary<string, double> Seconds { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>More memory than the block says, after a run of the task got too little.</summary>
    public ImmutableDictionary<TaskId, int> Raised { get; init; } = ImmutableDictionary<TaskId, int>.Empty;

    /// <summary>Tasks that somebody holds.</summary>
    public ImmutableHashSet<TaskId> Held { get; init; } = [];

    /// <summary>Blocks that got no licence.</summary>
    public ImmutableHashSet<BlockId> Asleep { get; init; } = [];

    /// <summary>The books after a fact; the farm is as it was before it.</summary>
    public Books After(Change change, Farm farm) => change switch
    {
        Change.RunStarted c => this with { Held = Held.Remove(c.Run.TaskId), Runs = Runs.Add(c.Run, new ToldRun(c.Run, c.Render, c.Grant, c.At)), LastRun = LastRun.SetItem(c.Run.TaskId, c.Run.Run) },
        Change.RunStopAsked c => this with { Runs = Runs.SetItem(c.Run, Runs[c.Run] with { Stop = c.Cause }) },
        Change.FramesPassed c => this with { Runs = Runs.SetItem(c.Run, Runs[c.Run] with { Passed = c.Frame }) },
        Change.RunEnded c => After(c, farm),
        Change.TasksMarked c => After(c),
        Change.ErrorHostsForgotten c => Forget(c),
        Change.BlockWoken c => this with { Asleep = Asleep.Remove(c.Block) },
        Change.RenderHealed c => this with { Sick = Sick.Remove(c.Render), Unlucky = Unlucky.Remove(c.Render) },
        Change.BranchDeleted c => this with { Seconds = Seconds.Remove(c.Path) },
        Change.RenderDeleted c => this with { Sick = Sick.Remove(c.Render), Unlucky = Unlucky.Remove(c.Render) },
        _ => this,
    };

    public static bool IsGood(RunOutcome outcome) => outcome is RunOutcome.Done or RunOutcome.FailedPost;

    private Books After(Change.RunEnded c, Farm farm)
    {
        var run = Runs[c.Run];
        var job = farm.Jobs[c.Run.Job];
        var block = job.Blocks[c.Run.Block];
        var books = this with { Runs = Runs.Remove(c.Run), Held = run.Stop == StopCause.Suspend ? Held.Add(c.Run.TaskId) : Held };
        var seconds = Math.Max(0, (c.At - run.Started).TotalSeconds);
        foreach (var branch in job.Branch.Chain()) books = books with { Seconds = books.Seconds.SetItem(branch.Path, books.Seconds.GetValueOrDefault(branch.Path) + seconds) };
        if (run.Stop is null && c.Outcome == RunOutcome.LicenceShortage) books = books with { Asleep = books.Asleep.Add(block.Id) };
        if (run.Stop is null && c.Outcome == RunOutcome.OutOfMemory && block.Description.RetryMemoryFactor > 1)
        {
            var had = run.Grant.MemoryMegabytes > 0 ? run.Grant.MemoryMegabytes : 1024;
            books = books with { Raised = books.Raised.SetItem(c.Run.TaskId, (int)(had * block.Description.RetryMemoryFactor)) };
        }

        if (IsHostsFault(run, c.Outcome)) books = books.Blame(run, job, farm);
        if (run.Stop != StopCause.Done && (run.Stop == StopCause.Restart || !IsGood(c.Outcome))) return books;
        return books with
        {
            Done = books.Done.Add(c.Run.TaskId),
            DoneCount = books.DoneCount + 1,
            Sick = books.Sick.Remove(run.Render),
            Unlucky = books.Unlucky.Remove(run.Render),
        };
    }

    private static bool IsHostsFault(ToldRun run, RunOutcome outcome) => run.Stop switch
    {
        null => outcome is RunOutcome.Failed or RunOutcome.NotStarted or RunOutcome.ParserError or RunOutcome.FatalError or RunOutcome.BadResult or RunOutcome.BadFiles or RunOutcome.TooShort,
        StopCause.MaxRunTime or StopCause.NoProgress => !IsGood(outcome),
        _ => false,
    };

    private Books Blame(ToldRun run, Job job, Farm farm)
    {
        var (block, task) = ((run.Id.TaskId.BlockId, run.Render), (run.Id.TaskId, run.Render));
        var books = this with
        {
            BlockErrors = BlockErrors.SetItem(block, BlockErrors.GetValueOrDefault(block) + 1),
            TaskErrors = TaskErrors.SetItem(task, TaskErrors.GetValueOrDefault(task) + 1),
        };
        var allowed = farm.Renders[run.Render].Pool.Chain().Select(pool => pool.Settings.SickErrorsCount).FirstOrDefault(count => count > 0);
        if (allowed == 0) return books;
        var users = Unlucky.GetValueOrDefault(run.Render, []).Add(job.Description.UserName);
        return books with { Unlucky = Unlucky.SetItem(run.Render, users), Sick = users.Count >= allowed ? Sick.Add(run.Render) : Sick };
    }

    private Books After(Change.TasksMarked c)
    {
        var marked = Enumerable.Range(c.First, c.Last - c.First + 1).Select(task => new TaskId(c.Block.Job, c.Block.Block, task));
        var held = c.Mark == TaskMark.Suspend ? Held.Union(marked) : Held.Except(marked);
        if (c.Mark is TaskMark.Suspend or TaskMark.Continue) return this with { Held = held };
        bool Concerns(TaskId task) => task.BlockId == c.Block && task.Task >= c.First && task.Task <= c.Last;
        return this with
        {
            Held = held,
            Done = Done.Except(Done.Where(Concerns)),
            Raised = Raised.RemoveRange(Raised.Keys.Where(Concerns)),
            TaskErrors = TaskErrors.RemoveRange(TaskErrors.Keys.Where(key => Concerns(key.Task))),
        };
    }

    private Books Forget(Change.ErrorHostsForgotten c) => this with
    {
        BlockErrors = BlockErrors.RemoveRange(BlockErrors.Keys.Where(key => key.Block == c.Block && (c.Render is null || key.Render == c.Render))),
        TaskErrors = TaskErrors.RemoveRange(TaskErrors.Keys.Where(key => key.Task.BlockId == c.Block && (c.Render is null || key.Render == c.Render))),
    };
}

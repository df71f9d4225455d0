using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Model;

namespace Afanasy.Tests.Model;

/// <summary>A farm for a test, told in short sentences. The clock stands still until it is moved.</summary>
internal sealed class TestFarm
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public Farm Farm { get; } = new();

    public DateTimeOffset Now { get; set; } = Noon;

    public static BlockDescription Frames(string name, long last, long perTask = 1, string after = "", string afterFrames = "", int retries = -1) => new()
    {
        Name = name,
        Flags = BlockTraits.Numeric,
        FrameFirst = 1,
        FrameLast = last,
        FramesPerTask = perTask,
        Command = "render @#@",
        DependMask = after,
        TasksDependMask = afterFrames,
        ErrorsRetries = retries,
    };

    public Job Submit(params BlockDescription[] blocks) => Submit(new JobDescription { Name = "job", UserName = "anna", Blocks = blocks });

    public Job Submit(JobDescription description)
    {
        var id = Farm.NextJob;
        if (!Farm.Users.ContainsKey(description.UserName)) Apply(new Change.UserSet(description.UserName, new UserSettings()) { At = Now });
        Apply(new Change.JobSubmitted(id, description) { At = Now });
        return Farm.Jobs[id];
    }

    public Render Join(string name, int capacity = 1000, int maxTasks = 0, params string[] services)
    {
        var id = Farm.FindRender(name)?.Id ?? Farm.NextRender;
        Apply(new Change.RenderRegistered(id, name, new RenderOffer { Capacity = capacity, MaxTasks = maxTasks, Services = services }) { At = Now });
        return Farm.Renders[id];
    }

    public TaskRunId Start(Job job, int block, int task, Render render)
    {
        var run = new TaskRunId(job.Id, block, task, job.Blocks[block].RunsOf(task) + 1);
        Apply(new Change.RunStarted(run, render.Id) { At = Now, Grant = new RunGrant { Capacity = job.Blocks[block].Description.Capacity } });
        return run;
    }

    public void End(TaskRunId run, RunOutcome outcome = RunOutcome.Done) => Apply(new Change.RunEnded(run, outcome, outcome == RunOutcome.Done ? 0 : 1, "") { At = Now });

    /// <summary>Starts these tasks and ends them well.</summary>
    public void Finish(Job job, int block, Render render, params int[] tasks)
    {
        foreach (var task in tasks) End(Start(job, block, task, render));
    }

    public void Fail(Job job, int block, int task, Render render) => End(Start(job, block, task, render), RunOutcome.Failed);

    public void Restart(Job job, int block, int first, int last) => Mark(job, block, first, last, TaskMark.Restart);

    public void Skip(Job job, int block, int first, int last) => Mark(job, block, first, last, TaskMark.Skip);

    public void Mark(Job job, int block, int first, int last, TaskMark mark) => Apply(new Change.TasksMarked(new BlockId(job.Id, block), first, last, mark) { At = Now });

    public void StopAsked(TaskRunId run, StopCause cause) => Apply(new Change.RunStopAsked(run, cause) { At = Now });

    public void Apply(Change change) => Farm.Apply(change);

    /// <summary>The farm that a snapshot of this one makes, by way of the journal's bytes.</summary>
    public Farm FromSnapshot() => Rebuilt(Farm.Describe(Now));

    public static Farm Rebuilt(IEnumerable<Change> changes)
    {
        var farm = new Farm();
        foreach (var change in changes) farm.Apply(ChangeCodec.Read(ChangeCodec.Write(change)));
        farm.Touches.Clear();
        return farm;
    }

    /// <summary>The states of a block's tasks, a letter each: w r R d e, s for skipped, h for held.</summary>
    public static string States(Block block) => string.Concat(Enumerable.Range(0, block.States.Size).Select(task => Letter(block.States.Of(task))));

    public static string States(Job job) => string.Join(' ', job.Blocks.Select(States));

    private static char Letter(TaskState state) => state switch
    {
        TaskState.Waiting => 'w',
        TaskState.Ready => 'r',
        TaskState.Running => 'R',
        TaskState.Done => 'd',
        TaskState.Error => 'e',
        TaskState.Skipped => 's',
        _ => 'h',
    };
}

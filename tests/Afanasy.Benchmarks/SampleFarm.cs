using Afanasy.Model;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Benchmarks;

/// <summary>A farm of so many jobs of twenty users with so many tasks in all, and renders that are online and full.</summary>
internal sealed class SampleFarm
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private const int SlotsPerRender = 4;
    private const int Users = 20;

    private readonly Queue<TaskRunId> _running = [];
    private readonly List<TaskId> _done = [];

    /// <param name="needs">Kinds of tasks: each asks for another capacity.</param>
    public SampleFarm(int jobs, int tasks, int renders, int needs = 1)
    {
        for (var user = 0; user < Users; user++) Farm.Apply(new Change.UserSet($"user{user}", new UserSettings()) { At = Noon });
        for (var job = 1; job <= jobs; job++)
        {
            Farm.Apply(new Change.JobSubmitted(new JobId(job), Describe(tasks / jobs, $"user{job % Users}", BlockDescription.CapacityDefault - (job % needs))) { At = Noon });
            Farm.Touches.Clear();   // each turn, as the engine does: a set that has once been large is slow to clear
        }

        Solver = new Solver(Farm);
        for (var render = 1; render <= renders; render++)
        {
            var offer = new RenderOffer { Capacity = SlotsPerRender * BlockDescription.CapacityDefault, MaxTasks = SlotsPerRender };
            Farm.Apply(new Change.RenderRegistered(new RenderId(render), $"render{render}", offer) { At = Noon });
            Solver.SetOnline(Farm.Renders[new RenderId(render)], true);
        }

        Solver.RefreshAll(Noon);
        Solver.Refresh(Farm.Touches, Noon);
        Farm.Touches.Clear();
        while (StartNext()) Farm.Touches.Clear();
    }

    public Farm Farm { get; } = new();

    public Solver Solver { get; }

    public static JobDescription Describe(int tasks, string user = "anna", int capacity = BlockDescription.CapacityDefault) => new()
    {
        Name = "shot",
        UserName = user,
        Blocks = [new BlockDescription { Name = "frames", Flags = BlockTraits.Numeric, FrameFirst = 1, FrameLast = tasks, Capacity = capacity, Command = "render -f @#@" }],
    };

    /// <summary>The run that began first ends well, and whoever is next takes its place.</summary>
    public void EndOneAndStartOne(int endedBeforeReopening)
    {
        var ended = _running.Dequeue();
        Farm.Apply(new Change.RunEnded(ended, RunOutcome.Done, 0, "") { At = Noon });
        _done.Add(ended.TaskId);
        if (_done.Count == endedBeforeReopening) Reopen();
        Solver.Refresh(Farm.Touches, Noon);
        if (!StartNext()) throw new InvalidOperationException("The farm ran out of work.");
        Farm.Touches.Clear();
    }

    private bool StartNext()
    {
        if (Solver.Next(Noon) is not { } next) return false;
        Farm.Apply(new Change.RunStarted(next.Run, next.Render) { At = Noon, Grant = next.Grant });
        Solver.Follow(Farm.Running[next.Run]);
        _running.Enqueue(next.Run);
        return true;
    }

    private void Reopen()
    {
        foreach (var task in _done) Farm.Apply(new Change.TasksMarked(task.BlockId, task.Task, task.Task, TaskMark.Restart) { At = Noon });
        _done.Clear();
    }
}

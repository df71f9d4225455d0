using Afanasy.Model;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>A farm in which everything that can be is, and the changes that made it.</summary>
internal sealed class FullFarm
{
    public static readonly DateTimeOffset Noon = StoppedClock.Noon;

    private DateTimeOffset _now = Noon;

    public FullFarm()
    {
        MakeTree();
        MakeRenders();
        MakeWorkingJob();
        MakeWaitingJobs();
        MakeHeldJobs();
        MakeRunningJob();
        MakeMovedAndGrownJob();
        EditAcross();
    }

    public Farm Farm { get; } = new();

    public List<Change> Changes { get; } = [];

    private DateTimeOffset Now => _now = _now.AddSeconds(1);

    private void Apply(Change change)
    {
        Changes.Add(change);
        Farm.Apply(change);
    }

    private void MakeTree()
    {
        Apply(new Change.UserSet("anna", new UserSettings { Priority = 77, ErrorsRetries = 1, JobsLifeTime = 86_400, Role = UserRole.Admin, UsageHalfLife = 600 }) { At = Now });
        Apply(new Change.UserSet("bert", new UserSettings { MaxRunningTasks = 9, SolveMethod = SolveMethod.Priority, HostsMask = "render" }) { At = Now });
        Apply(new Change.UserSet("anna", new UserSettings { Priority = 78, ErrorsRetries = 1, JobsLifeTime = 86_400, UsageHalfLife = 600 }) { At = Now });
        Apply(new Change.UserSet("gone", new UserSettings()) { At = Now });
        Apply(new Change.UserDeleted("gone") { At = Now });
        Apply(new Change.BranchSet("/", BranchSettings.Root with { UsageHalfLife = 3600, SolveMethod = SolveMethod.Priority }) { At = Now });
        Apply(new Change.BranchSet("/film", new BranchSettings { BudgetHours = 100, UsageHalfLife = 1800, Pools = new Dictionary<string, int> { ["/gpu"] = 50 } }) { At = Now });
        Apply(new Change.BranchSet("/film/sq1", new BranchSettings { SolveJobs = true, MinRunningTasks = 2 }) { At = Now });
        Apply(new Change.BranchSet("/gone", new BranchSettings()) { At = Now });
        Apply(new Change.BranchDeleted("/gone") { At = Now });
        Apply(new Change.PoolSet("/", new PoolSettings { TicketsHost = new Dictionary<string, int> { ["disk"] = 4 }, Busy = new LoadThresholds { Cpu = 90 } }) { At = Now });
        var gpu = new PoolSettings { SickErrorsCount = 2, Pattern = "gpu.*", CapacityHost = 5000, TicketsPool = new Dictionary<string, PoolTicket> { ["nuke"] = new(10, 2), ["count"] = new(-1) } };
        Apply(new Change.PoolSet("/gpu", gpu) { At = Now });
        Apply(new Change.PoolSet("/gpu/big", new PoolSettings { PowerHost = 7, PropertiesHost = "fast", MaxTasksHost = 20 }) { At = Now });
        Apply(new Change.PoolSet("/gone", new PoolSettings()) { At = Now });
        Apply(new Change.PoolDeleted("/gone") { At = Now });
    }

    private void MakeRenders()
    {
        for (var number = 1; number <= 5; number++)
        {
            var offer = new RenderOffer { HostName = $"host{number}", Cores = 16, MemoryMegabytes = 64_000, DiskGigabytes = 500, GpuMegabytes = [24_000, 24_000], Capacity = 4000, MaxTasks = 8 };
            Apply(new Change.RenderRegistered(new RenderId(number), $"render{number}", offer) { At = Now });
        }

        Apply(new Change.RenderRegistered(new RenderId(1), "render1", Farm.Renders[new RenderId(1)].Offer with { Cores = 32, Services = ["blender", "generic"], HardwareAddresses = ["00:11:22:33:44:55"] }) { At = Now });
        Apply(new Change.RenderSet(new RenderId(2), "/gpu/big", new RenderSettings { UserName = "anna", NimbyOthers = true, TicketsHost = new Dictionary<string, int> { ["disk"] = 2 } }) { At = Now });
        Apply(new Change.RenderSet(new RenderId(3), "/gpu", new RenderSettings { Priority = 3, Paused = true, Services = ["generic"] }) { At = Now });
        Apply(new Change.RenderDeleted(new RenderId(5)) { At = Now });
    }

    /// <summary>Done, failed, failed for good, skipped and held tasks; errors that hosts are avoided for; one render gets sick of it.</summary>
    private void MakeWorkingJob()
    {
        Submit(1, new JobDescription
        {
            Name = "build",
            UserName = "anna",
            Branch = "/film/sq1",
            TryThisBlocksNum = [0, 1],
            TryThisTasksNum = [9, 2],
            Blocks = [Frames("sim", 12) with { Sequential = -1 }, Frames("render", 12) with { TasksDependMask = "sim", Sequential = 5 }, Frames("cook", 3) with { DependMask = "render" }],
        });
        for (var task = 0; task < 4; task++) Run(1, 0, task, render: 1, RunOutcome.Done);
        Run(1, 0, 4, render: 3, RunOutcome.Failed);
        Run(1, 0, 4, render: 1, RunOutcome.Done);
        Run(1, 0, 5, render: 2, RunOutcome.OutOfMemory);
        Run(1, 0, 6, render: 2, RunOutcome.FatalError);
        Run(1, 0, 7, render: 1, RunOutcome.FailedPost);
        Run(1, 1, 0, render: 4, RunOutcome.RenderLost);
        Apply(new Change.TasksMarked(new BlockId(new JobId(1), 0), 10, 11, TaskMark.Suspend) { At = Now });
        Apply(new Change.TasksMarked(new BlockId(new JobId(1), 0), 8, 8, TaskMark.Skip) { At = Now });
        Apply(new Change.JobPriorityChanged(new JobId(1), 150) { At = Now });

        Submit(2, new JobDescription { Name = "other", UserName = "bert", Branch = "/", Blocks = [Frames("a", 3), Listed("b")] });
        Run(2, 0, 0, render: 3, RunOutcome.BadResult);
        Run(2, 0, 1, render: 2, RunOutcome.LicenceShortage);
        Run(2, 0, 2, render: 4, RunOutcome.Failed);
        Apply(new Change.ErrorHostsForgotten(new BlockId(new JobId(2), 0), new RenderId(4)) { At = Now });
        Apply(new Change.TryNextSet(new JobId(2), [new TaskId(new JobId(2), 1, 1), new TaskId(new JobId(2), 0, 2)]) { At = Now });
        Apply(new Change.JobsOrdered([(new JobId(2), 17), (new JobId(1), 5)]) { At = Now });
    }

    /// <summary>For jobs that end, that are open, that come later; for frames of another job; for each other's names.</summary>
    private void MakeWaitingJobs()
    {
        Submit(3, new JobDescription { Name = "comp", UserName = "anna", DependMask = "build", Blocks = [Frames("a", 2)] });
        Submit(4, new JobDescription { Name = "edit", UserName = "bert", DependMaskGlobal = "bui.*|later", Blocks = [Frames("a", 2)] });
        Submit(5, new JobDescription
        {
            Name = "frames",
            UserName = "bert",
            DependJobs = [new JobDependency { Job = "1", Frames = true, Offset = 2, On = DependOutcome.Any }, new JobDependency { Job = "2", On = DependOutcome.Failed }],
            Blocks = [Frames("sim", 12)],
        });
        Submit(6, new JobDescription { Name = "later", UserName = "anna", Blocks = [Frames("a", 1)] });
        Submit(7, new JobDescription { Name = "finished", UserName = "anna", Blocks = [Frames("a", 2)] });
        Run(7, 0, 0, render: 1, RunOutcome.Done);
        Run(7, 0, 1, render: 1, RunOutcome.Skipped);
        Submit(8, new JobDescription { Name = "after", UserName = "anna", DependMask = "finished", Blocks = [Frames("a", 2)] });
    }

    private void MakeHeldJobs()
    {
        Submit(9, new JobDescription { Name = "tomorrow", UserName = "anna", TimeWait = Noon.AddDays(1).ToUnixTimeSeconds(), TimeLife = 1000, Blocks = [Frames("a", 2)] });
        Submit(10, new JobDescription { Name = "came", UserName = "anna", TimeWait = Noon.AddHours(1).ToUnixTimeSeconds(), Blocks = [Frames("a", 2)] });
        Apply(new Change.JobTimeCame(new JobId(10)) { At = Now });
        Submit(11, new JobDescription { Name = "offline", UserName = "bert", Offline = true, Blocks = [Frames("a", 2)] });
        Submit(12, new JobDescription { Name = "online", UserName = "bert", Offline = true, Blocks = [Frames("a", 2)] });
        Apply(new Change.JobResumed(new JobId(12)) { At = Now });
        Submit(13, new JobDescription { Name = "paused", UserName = "bert", Blocks = [Frames("a", 2) with { Flags = BlockTraits.Numeric | BlockTraits.SuspendNewTasks }] });
        Apply(new Change.JobPaused(new JobId(13)) { At = Now });
        Submit(14, new JobDescription { Name = "deleted", UserName = "bert", Blocks = [Frames("a", 2)] });
        Apply(new Change.JobDeleted(new JobId(14)) { At = Now });
    }

    /// <summary>Runs in every way that there is.</summary>
    private void MakeRunningJob()
    {
        var job = new JobId(15);
        Submit(15, new JobDescription
        {
            Name = "busy",
            UserName = "anna",
            Branch = "/film",
            Blocks =
            [
                Frames("a", 20, perTask: 2) with { Flags = BlockTraits.Numeric | BlockTraits.DependSubTask, TaskMaxRunTime = 600, Capacity = 300 },
                Frames("b", 20) with { TasksDependMask = "a" },
            ],
        });
        Start(15, 0, 0, render: 1, new RunGrant());
        Start(15, 0, 1, render: 2, new RunGrant { Capacity = 1500, Coefficient = 5, MemoryMegabytes = 8000, Cores = 4, DiskGigabytes = 10, Gpus = [1], Tickets = [("nuke", 2), ("disk", 1)] });
        Start(15, 0, 2, render: 3, new RunGrant { Capacity = 300, SharedGpu = 0, GpuMegabytes = 4000, Tickets = [("nuke", 1)], Helpers = [new RenderId(2), new RenderId(4)] });
        Start(15, 0, 3, render: 4, new RunGrant { Capacity = 300 });
        Start(15, 0, 4, render: 4, new RunGrant { Capacity = 300 });
        Apply(new Change.FramesPassed(new TaskRunId(job, 0, 0, 1), 2) { At = Now });
        Apply(new Change.RunPreempted(new TaskRunId(job, 0, 1, 1), Noon.AddMinutes(30)) { At = Now });
        Apply(new Change.RunPreempted(new TaskRunId(job, 0, 3, 1), Noon.AddMinutes(30)) { At = Now });
        Apply(new Change.RunStopAsked(new TaskRunId(job, 0, 3, 1), StopCause.Preempted) { At = Now });
        Apply(new Change.RunStopAsked(new TaskRunId(job, 0, 4, 1), StopCause.Suspend) { At = Now });

        Submit(16, new JobDescription { Name = "leaving", UserName = "bert", Branch = "/film", Blocks = [Frames("a", 2)] });
        Start(16, 0, 0, render: 1, new RunGrant { Capacity = 1000 });
        Apply(new Change.JobDeletionAsked(new JobId(16)) { At = Now });
    }

    private void MakeMovedAndGrownJob()
    {
        Submit(17, new JobDescription { Name = "moving", UserName = "bert", Branch = "/", Blocks = [Frames("a", 4), Listed("b") with { DependMask = "a" }] });
        Run(17, 0, 0, render: 1, RunOutcome.Done);
        Start(17, 0, 1, render: 1, new RunGrant { Capacity = 1000 });
        var edited = Farm.Jobs[new JobId(17)].Description with { UserName = "anna", Branch = "/film/sq1", Annotation = "moved", MaxRunningTasks = 3 };
        Apply(new Change.JobEdited(new JobId(17), edited) { At = Now });
        Apply(new Change.BlockEdited(new BlockId(new JobId(17), 0), Frames("a", 4) with { TaskProgressChangeTimeout = 60, Sequential = 0 }) { At = Now });
        Apply(new Change.BlocksAppended(new JobId(17), [Frames("c", 2) with { DependMask = "b" }]) { At = Now });
        Apply(new Change.TasksAppended(new BlockId(new JobId(17), 1), [new TaskDescription { Name = "more", Command = "true", DependsOn = ["first"] }]) { At = Now });
    }

    /// <summary>An older job waits for newer ones, as a whole and by frames; a render that runs with tickets goes to another pool.</summary>
    private void EditAcross()
    {
        var edited = Farm.Jobs[new JobId(8)].Description with
        {
            DependMask = "",
            TimeWait = Noon.AddDays(1).ToUnixTimeSeconds(),
            DependJobs = [new JobDependency { Job = "12" }, new JobDependency { Job = "10", Frames = true }, new JobDependency { Job = "2" }],
        };
        Apply(new Change.JobEdited(new JobId(8), edited) { At = Now });
        Apply(new Change.JobTimeCame(new JobId(8)) { At = Now });
        Apply(new Change.RenderSet(new RenderId(2), "/", new RenderSettings()) { At = Now });
    }

    private void Submit(int number, JobDescription description) => Apply(new Change.JobSubmitted(new JobId(number), description) { At = Now });

    private void Run(int job, int block, int task, int render, RunOutcome outcome)
    {
        var run = Start(job, block, task, render, new RunGrant { Capacity = 1000, MemoryMegabytes = 2000 });
        _now = _now.AddSeconds(29);
        Apply(new Change.RunEnded(run, outcome, 0, "") { At = Now });
    }

    private TaskRunId Start(int job, int block, int task, int render, RunGrant grant)
    {
        var run = new TaskRunId(new JobId(job), block, task, Farm.Jobs[new JobId(job)].Blocks[block].RunsOf(task) + 1);
        Apply(new Change.RunStarted(run, new RenderId(render)) { At = Now, Grant = grant });
        return run;
    }

    private static BlockDescription Frames(string name, long last, long perTask = 1) => new()
    {
        Name = name,
        Flags = BlockTraits.Numeric,
        FrameFirst = 1,
        FrameLast = last,
        FramesPerTask = perTask,
        Command = "render @#@",
    };

    private static BlockDescription Listed(string name) => new()
    {
        Name = name,
        Tasks = [new TaskDescription { Name = "first", Command = "true" }, new TaskDescription { Name = "second", Command = "true", DependsOn = ["first"] }],
    };
}

using Afanasy.Model;
using Afanasy.Tests.Model;
using AfServer.Model;
using AfServer.Solving;
using FsCheck;
using FsCheck.Fluent;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Solving;

/// <summary>What the solver keeps up to date by touches is what it would find in the farm if it looked for the first time.</summary>
public sealed class FreshSolverTests
{
    private const int Renders = 4;
    private static readonly string[] _users = ["anna", "berta", "carl"];
    private static readonly string[] _branches = ["/", "/prj", "/prj/shot"];
    private static readonly string[] _pools = ["/", "/a", "/a/b"];
    private static readonly Arbitrary<int[]> _scripts = Gen.Choose(0, 1_000_000).ArrayOf(40).ToArbitrary();

    [Test]
    public void A_solver_that_followed_every_change_decides_as_one_that_is_new() =>
        Prop.ForAll(_scripts, script => new Story().Differs(script) is null ? true.ToProperty() : false.ToProperty().Label(new Story().Differs(script)!))   // it differs again
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    /// <summary>A farm to which a number means a change.</summary>
    private sealed class Story
    {
        private readonly TestFarm _told = new();
        private readonly Solver _solver;
        private readonly HashSet<string> _online = [];

        public Story()
        {
            _solver = new Solver(Farm);
            foreach (var path in _branches.Skip(1)) Apply(new Change.BranchSet(path, new BranchSettings()) { At = Noon });
            foreach (var path in _pools.Skip(1)) Apply(new Change.PoolSet(path, new PoolSettings()) { At = Noon });
            foreach (var user in _users) Apply(new Change.UserSet(user, new UserSettings()) { At = Noon });
        }

        private Farm Farm => _told.Farm;

        /// <summary>Where the two solvers decide differently, or null.</summary>
        public string? Differs(int[] script)
        {
            for (var at = 0; at < script.Length; at++)
            {
                var random = new Random(script[at]);
                Happen(random);
                Refresh();
                var (mine, its) = (_solver.Next(_told.Now), Fresh().Next(_told.Now));
                if (Text(mine) != Text(its)) return $"after {at + 1} changes: {Text(mine)} and not {Text(its)}";
                if (mine is null || random.Next(4) == 0) continue;
                Apply(new Change.RunStarted(mine.Run, mine.Render) { At = _told.Now, Grant = mine.Grant });
                _solver.Follow(Farm.Running[mine.Run]);
            }

            return null;
        }

        private Solver Fresh()
        {
            var fresh = new Solver(Farm);
            foreach (var render in Farm.Renders.Values) fresh.SetOnline(render, _online.Contains(render.Name));
            fresh.RefreshAll(_told.Now);
            return fresh;
        }

        private void Happen(Random random)
        {
            switch (random.Next(14))
            {
                case 0 or 1 or 2: Submit(random); break;
                case 3: Join(random); break;
                case 4 when Farm.Renders.Count > 0: SetOnline(random); break;
                case 5 when Farm.Renders.Count > 0: SetRender(random); break;
                case 6: Apply(new Change.UserSet(Pick(random, _users), Work(random, new UserSettings { Paused = random.Next(6) == 0 })) { At = _told.Now }); break;
                case 7: Apply(new Change.BranchSet(Pick(random, _branches), Work(random, new BranchSettings { SolveJobs = random.Next(2) == 0, Paused = random.Next(6) == 0, CreateChilds = true })) { At = _told.Now }); break;
                case 8: Apply(new Change.PoolSet(Pick(random, _pools), new PoolSettings { Paused = random.Next(6) == 0, Priority = random.Next(90, 110), TicketsPool = new Dictionary<string, PoolTicket> { ["t"] = new(random.Next(1, 4)) } }) { At = _told.Now }); break;
                case 9 or 10 when Farm.Running.Count > 0: _told.End(Pick(random, [.. Farm.Running.Keys.Order(Comparer<TaskRunId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())))]), Pick(random, [RunOutcome.Done, RunOutcome.Failed, RunOutcome.OutOfMemory, RunOutcome.RenderLost])); break;
                case 11 when Farm.Jobs.Count > 0: EditJob(random, Pick(random, [.. Farm.Jobs.Values])); break;
                case 12 when Farm.Jobs.Count > 0: EditBlock(random, Pick(random, [.. Farm.Jobs.Values])); break;
                case 13 when Farm.Jobs.Count > 0: Treat(random, Pick(random, [.. Farm.Jobs.Values])); break;
                default: Submit(random); break;
            }
        }

        private void Submit(Random random) => _told.Submit(Work(random, new JobDescription
        {
            Name = $"job {random.Next(5)}",
            UserName = Pick(random, _users),
            Branch = Pick(random, _branches),
            DependMask = random.Next(5) == 0 ? "job 1" : "",
            IgnorePaused = random.Next(5) == 0,
            Blocks = [Block(random, "a"), Block(random, "b")],
        }));

        private static BlockDescription Block(Random random, string name) => Frames(name, random.Next(1, 4), after: name == "b" && random.Next(3) == 0 ? "a" : "") with
        {
            Capacity = random.Next(1, 4) * 500,
            Service = random.Next(3) == 0 ? "nuke" : "generic",
            NeedMemory = random.Next(3) == 0 ? 1000 : -1,
            NeedCpuCores = random.Next(3) == 0 ? 2 : -1,
            MaxRunningTasks = random.Next(4) == 0 ? 1 : -1,
            Tickets = random.Next(3) == 0 ? new Dictionary<string, int> { ["t"] = 1 } : [],
            ErrorsAvoidHost = random.Next(3) == 0 ? 1 : -1,
            ErrorsTaskSameHost = random.Next(3) == 0 ? 1 : -1,
        };

        private static T Work<T>(Random random, T settings)
            where T : WorkSettings
        {
            WorkSettings work = settings;
            work = work with
            {
                Priority = random.Next(97, 101),
                MaxRunningTasks = random.Next(5) == 0 ? random.Next(3) : -1,
                MaxRunningTasksPerHost = random.Next(5) == 0 ? random.Next(1, 3) : -1,
                MinRunningTasks = random.Next(5) == 0 ? 1 : 0,
                HostsMask = random.Next(6) == 0 ? "r1" : "",
                NeedPower = random.Next(6) == 0 ? 1 : -1,
                Pools = random.Next(4) == 0 ? new Dictionary<string, int> { [Pick(random, ["/a", "b"])] = Pick(random, [-100, 5, 100]) } : [],
                SolveMethod = Pick(random, [SolveMethod.Order, SolveMethod.Priority]),
                SolveNeed = Pick(random, [SolveNeed.TasksNum, SolveNeed.Capacity]),
            };
            return (T)work;
        }

        private void Join(Random random)
        {
            var name = $"r{random.Next(Renders)}";
            var id = Farm.FindRender(name)?.Id ?? Farm.NextRender;
            Apply(new Change.RenderRegistered(id, name, new RenderOffer { Capacity = random.Next(1, 5) * 500, MemoryMegabytes = 4000, Cores = 4, Services = random.Next(3) == 0 ? ["generic"] : [] }) { At = _told.Now });
            if (_online.Add(name)) _solver.SetOnline(Farm.Renders[id], true);
        }

        private void SetOnline(Random random)
        {
            var render = Pick(random, [.. Farm.Renders.Values]);
            var online = !_online.Remove(render.Name);
            if (online) _online.Add(render.Name);
            _solver.SetOnline(render, online);
        }

        private void SetRender(Random random) => Apply(new Change.RenderSet(Pick(random, [.. Farm.Renders.Keys]), Pick(random, _pools), new RenderSettings
        {
            Paused = random.Next(6) == 0,
            NimbyAll = random.Next(6) == 0,
            NimbyOthers = random.Next(4) == 0,
            UserName = Pick(random, _users),
            PowerHost = random.Next(3),
            MaxTasksHost = random.Next(3) == 0 ? 1 : -1,
            ServicesDisabled = random.Next(4) == 0 ? ["nuke"] : [],
        })
        { At = _told.Now });

        private void EditJob(Random random, Job job)
        {
            var edited = Work(random, job.Description) with { UserName = Pick(random, [job.User.Name, Pick(random, _users)]), Branch = Pick(random, [job.Branch.Path, Pick(random, _branches)]) };
            Apply(new Change.JobEdited(job.Id, edited) { At = _told.Now });
        }

        private void EditBlock(Random random, Job job)
        {
            var block = job.Blocks[random.Next(2)];
            var now = Block(random, block.Description.Name);
            Apply(new Change.BlockEdited(block.Id, now with { FrameLast = block.Description.FrameLast, Sequential = random.Next(-1, 3) }) { At = _told.Now });
        }

        private void Treat(Random random, Job job)
        {
            var block = job.Blocks[random.Next(2)];
            var task = random.Next(block.States.Size);
            if (random.Next(5) == 0) Apply(job.IsPaused ? new Change.JobResumed(job.Id) { At = _told.Now } : new Change.JobPaused(job.Id) { At = _told.Now });
            else if (random.Next(5) == 0 && job.RunningTasks == 0) Apply(new Change.JobDeleted(job.Id) { At = _told.Now });
            else if (random.Next(4) == 0) Apply(new Change.TryNextSet(job.Id, [new TaskId(job.Id, block.Number, task)]) { At = _told.Now });
            else if (random.Next(4) == 0) Apply(new Change.ErrorHostsForgotten(block.Id, null) { At = _told.Now });
            else if (block.States.Of(task) != TaskState.Running) _told.Mark(job, block.Number, task, task, Pick(random, [TaskMark.Restart, TaskMark.Skip, TaskMark.Done, TaskMark.Suspend]));
        }

        private void Apply(Change change) => Farm.Apply(change);

        private void Refresh()
        {
            _solver.Refresh(Farm.Touches, _told.Now);
            _solver.Tick(_told.Now);
            Farm.Touches.Clear();
        }

        private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

        private static string Text(Assignment? assignment) => assignment is null ? "nothing" : $"{assignment.Run} on {assignment.Render} for {assignment.Grant.Capacity}";
    }
}

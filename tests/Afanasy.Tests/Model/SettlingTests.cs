using System.Text.RegularExpressions;
using Afanasy.Model;
using AfServer.Model;
using FsCheck;
using FsCheck.Fluent;
using static Afanasy.Tests.Model.TestFarm;

namespace Afanasy.Tests.Model;

/// <summary>A task waits exactly as long as something that it waits for is not there, whatever happened before.</summary>
public sealed class SettlingTests
{
    private static readonly Arbitrary<int[]> _scripts = Gen.Choose(0, 1_000_000).ArrayOf(60).ToArbitrary();

    [Test]
    public void Every_task_waits_or_is_ready_as_all_that_it_waits_for_says() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), _scripts, (seed, script) =>
            new Story(seed).Differs(script) is not { } text ? true.ToProperty() : false.ToProperty().Label(text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private sealed class Story
    {
        private readonly TestFarm _told = new();
        private readonly Render _render;

        public Story(int seed)
        {
            var random = new Random(seed);
            _render = _told.Join("r", capacity: 1_000_000);
            _told.Submit(Description(random, "first", []));
            _told.Submit(Description(random, "second", Dependencies(random, 1)));
            _told.Submit(Description(random, "third", [.. Dependencies(random, 1), .. Dependencies(random, 2)]));
        }

        public string? Differs(int[] script)
        {
            for (var at = 0; at <= script.Length; at++)
            {
                if (_told.Farm.Jobs.Values.SelectMany(job => job.Blocks).Select(Wrong).FirstOrDefault(wrong => wrong is not null) is { } text) return $"after {at} changes: {text}";
                if (at < script.Length) Happen(new Random(script[at]));
            }

            return null;
        }

        private string? Wrong(Block block)
        {
            for (var task = 0; task < block.States.Size; task++)
            {
                var state = block.States.Of(task);
                if (state is not (TaskState.Ready or TaskState.Waiting)) continue;
                var expected = IsMet(block, task) ? TaskState.Ready : TaskState.Waiting;
                if (state != expected) return $"{block.Id}[{task}] is {state} and not {expected}; {string.Join(", ", _told.Farm.Jobs.Values.Select(States))}";
            }

            return null;
        }

        /// <summary>With the words of the contract and nothing clever, from the descriptions alone.</summary>
        private bool IsMet(Block block, int task)
        {
            var (job, description) = (block.Job, block.Description);
            var others = job.Blocks.Where(other => other != block).ToList();
            var whole = others.Where(other => Matches(description.DependMask, other)).All(other => other.States.AllFinished);
            var frames = others.Where(other => Matches(description.TasksDependMask, other)).All(other => IsMet(block, task, other, 0, DependOutcome.Done));
            var named = description.IsNumeric || description.Tasks[task].DependsOn.All(name => Satisfied(block, description.Tasks.ToList().FindIndex(one => one.Name == name), DependOutcome.Done));
            return whole && frames && named && job.Description.DependJobs.Where(on => on.Frames).All(on => IsMet(block, task, on));
        }

        private bool IsMet(Block block, int task, JobDependency on)
        {
            if (!_told.Farm.Jobs.TryGetValue(new JobId(int.Parse(on.Job)), out var producer)) return true;
            var blocks = producer.Blocks.Where(other => other.Description.Name == block.Description.Name).ToList();
            if (blocks.Count == 0) blocks = [.. producer.Blocks.Where(other => other.Description.IsNumeric)];
            if (blocks.Count == 0) blocks = [.. producer.Blocks];
            return blocks.All(other => IsMet(block, task, other, on.Offset, on.On));
        }

        private static bool IsMet(Block block, int task, Block other, long offset, DependOutcome on)
        {
            var (first, last) = FrameProjection.Project(block.Description, task, other.Description, offset);
            return Enumerable.Range(first, last - first + 1).All(number => Satisfied(other, number, on)
                || (on != DependOutcome.Failed && other.Description.Flags.HasFlag(BlockTraits.DependSubTask) && other.Find(number)?.Run?.FramesPassed is { } frame
                    && FrameProjection.IsPassed(other.Description, number, frame, block.Description, task, offset)));
        }

        private static bool Satisfied(Block block, int task, DependOutcome on) => block.States.Of(task) switch
        {
            TaskState.Done or TaskState.Skipped => on is DependOutcome.Done or DependOutcome.Any,
            TaskState.Error => on is DependOutcome.Failed or DependOutcome.Any,
            _ => false,
        };

        private static bool Matches(string mask, Block other) => mask.Length > 0 && Regex.IsMatch(other.Description.Name, $"^(?:{mask})$");

        private void Happen(Random random)
        {
            if (_told.Farm.Jobs.Count == 0) return;
            var job = _told.Farm.Jobs.Values.ElementAt(random.Next(_told.Farm.Jobs.Count));
            var block = job.Blocks[random.Next(job.Blocks.Count)];
            var task = random.Next(block.States.Size);
            switch (random.Next(12))
            {
                case 0 or 1 or 2 or 3 when block.States.Of(task) == TaskState.Ready: _told.Start(job, block.Number, task, _render); break;
                case 4 or 5 or 6 or 7 when block.Find(task)?.Run is { } run: _told.End(run.Id, random.Next(4) > 0 ? RunOutcome.Done : RunOutcome.FatalError); break;
                case 8 when block.Find(task)?.Run is { } run: Pass(run, random.Next(1, 12)); break;
                case 9: Mark(random, job, block, task); break;
                case 10 when random.Next(6) == 0: Append(random, job, block); break;
                case 11 when random.Next(6) == 0: Edit(random, job, block); break;
                default: break;
            }
        }

        /// <summary>A run that reports an earlier frame than before passes nothing.</summary>
        private void Pass(TaskRun run, long frame)
        {
            if (frame > (run.FramesPassed ?? 0)) _told.Apply(new Change.FramesPassed(run.Id, frame) { At = Noon });
        }

        private void Mark(Random random, Job job, Block block, int first)
        {
            var last = first;
            while (last + 1 < block.States.Size && random.Next(3) > 0) last++;
            if (Enumerable.Range(first, last - first + 1).Any(task => block.States.Of(task) == TaskState.Running)) return;
            _told.Mark(job, block.Number, first, last, (TaskMark)random.Next(1, 6));
        }

        private void Append(Random random, Job job, Block block)
        {
            if (random.Next(2) == 0) _told.Apply(new Change.BlocksAppended(job.Id, [Range(random, $"x{job.Blocks.Count}") with { TasksDependMask = random.Next(2) == 0 ? "a" : "", DependMask = random.Next(2) == 0 ? "list" : "" }]) { At = Noon });
            else if (!block.Description.IsNumeric) _told.Apply(new Change.TasksAppended(block.Id, [new() { Name = $"t{block.States.Size}", DependsOn = random.Next(2) == 0 ? ["t0"] : [] }]) { At = Noon });
        }

        private void Edit(Random random, Job job, Block block)
        {
            if (job.RunningTasks == 0 && random.Next(4) == 0) _told.Apply(new Change.JobDeleted(job.Id) { At = Noon });
            else if (block.Description.Name == "b") _told.Apply(new Change.BlockEdited(block.Id, block.Description with { DependMask = random.Next(2) == 0 ? "a" : "", TasksDependMask = random.Next(2) == 0 ? "list|a" : "" }) { At = Noon });
            else _told.Apply(new Change.JobEdited(job.Id, job.Description with { DependJobs = job.Id.Value == 1 ? [] : Dependencies(random, 1) }) { At = Noon });
        }

        private static JobDescription Description(Random random, string name, IReadOnlyList<JobDependency> on) => new()
        {
            Name = name,
            UserName = "anna",
            DependJobs = on,
            Blocks =
            [
                Range(random, "a") with { Flags = BlockTraits.Numeric | (random.Next(2) == 0 ? BlockTraits.DependSubTask : BlockTraits.None) },
                Range(random, random.Next(4) == 0 ? "c" : "b") with { TasksDependMask = random.Next(2) == 0 ? "a" : "", DependMask = random.Next(4) == 0 ? "a" : "" },
                new() { Name = "list", Command = "c", FramesPerTask = random.Next(2) == 0 ? 1 : -2, TasksDependMask = random.Next(2) == 0 ? "a" : "", Tasks = [.. Enumerable.Range(0, 5).Select(task => new TaskDescription { Name = $"t{task}", DependsOn = task > 0 && random.Next(2) == 0 ? [$"t{random.Next(task)}"] : [] })] },
            ],
        };

        private static BlockDescription Range(Random random, string name) =>
            Frames(name, random.Next(1, 9), perTask: random.Next(1, 4), retries: 0) with { FramesInc = random.Next(1, 3), FrameFirst = 1 };

        private static IReadOnlyList<JobDependency> Dependencies(Random random, int on) =>
            random.Next(4) == 0 ? [] : [new() { Job = $"{on}", Frames = true, Offset = random.Next(-3, 4), On = (DependOutcome)random.Next(3) }];
    }
}

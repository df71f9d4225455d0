using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;

namespace Afanasy.Tests.Model;

/// <summary>Random days at the farm: one seed is one day, and a seed that fails fails again.</summary>
public sealed class FarmDayTests
{
    private const int Turns = 200;

    private static readonly Asker _asker = new("anna", "desk");

    [Test]
    public void Any_day_at_the_farm_keeps_its_promises([Range(1, 100)] int seed)
    {
        var random = new Random(seed);
        var farm = new SimulatedFarm();
        for (var turn = 0; turn < Turns; turn++)
        {
            var requests = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Anything(farm, random)).Concat(farm.Renders.Where(_ => random.Next(10) < 7).ToList().Select(render => Report(farm, render, random, chance: 40)));
            farm.Turn(requests, random.Next(1, 4), isLost: random.Next(60) == 0, tellsNobody: random.Next(60) == 0);
            if (random.Next(40) == 0) farm.Snapshot();
            Assert.That(farm.Breaches, Is.Empty, $"seed {seed}, turn {turn}");
        }

        EndTheDay(farm, random, seed);
        Assert.That(farm.RunsDone, Is.GreaterThan(50), "a day on which nothing happens proves nothing");
    }

    /// <summary>Everybody lets go, the first render goes for good with all that it ran, and every job that can end ends.</summary>
    private static void EndTheDay(SimulatedFarm farm, Random random, int seed)
    {
        farm.Renders.Add(new SimulatedRender("last", 4000, 0, []));
        farm.Renders[0].FallOver();
        farm.Renders.RemoveAt(0);
        for (var turn = 0; turn < 400 && farm.Farm.Jobs.Values.Any(CanEnd); turn++)
        {
            var actions = farm.Farm.Jobs.Values.Where(job => !job.IsDeletionAsked).ToList()
                .SelectMany(job => new[] { JobOperation.Resume, JobOperation.Set, JobOperation.RestartErrors }.Select(operation => Act(farm, job.Id, new JobAction(operation, [], [], 99))));
            var renders = farm.Renders.ToList();
            farm.Turn([.. actions, .. renders.Where(render => render.Session is null).Select(render => Register(farm, render)), .. renders.Select(render => Report(farm, render, random, chance: 100))], 1, false, false);
            Assert.That(farm.Breaches, Is.Empty, $"seed {seed}, evening turn {turn}");
        }

        Assert.That(farm.Farm.Jobs.Values.Where(CanEnd).Select(job => $"{job.Id} {job.State}: {TestFarm.States(job)}"), Is.Empty, $"seed {seed}: jobs that do not end");
    }

    private static bool CanEnd(Job job) => job.IsDeletionAsked
        || (!job.IsFinished && job.Description.MaxRunningTasks != 0 && job.Blocks.All(block => block.Description.MaxRunningTasks != 0));

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Anything(SimulatedFarm farm, Random random) => random.Next(100) switch
    {
        < 12 => () => Submission(farm, random),
        < 30 => Registration(farm, random),
        < 36 => Loss(farm, random),
        < 66 => ForeignReport(farm, random),
        _ => () => AnyAction(farm, random)(),
    };

    private static (SimulatedRender?, Func<IFarmRequest>) Submission(SimulatedFarm farm, Random random) =>
        farm.Farm.Jobs.Count > 8 ? Nothing()() : (null, () => new FarmRequest<JobId>(view => JobRequests.Submit(view, AnyJob(random), _asker)));

    private static JobDescription AnyJob(Random random)
    {
        var names = new[] { "a", "b", "c" };
        var blocks = Enumerable.Range(0, random.Next(1, 4)).Select(i => new BlockDescription
        {
            Name = names[i],
            Command = "render @#@",
            Flags = BlockTraits.Numeric,
            FrameFirst = random.Next(-3, 3),
            FrameLast = random.Next(4, 16),
            FramesPerTask = random.Next(1, 4),
            FramesInc = random.Next(1, 3),
            Capacity = random.Next(1, 16) * 100,
            Service = random.Next(3) == 0 ? "nuke" : "generic",
            MaxRunningTasks = random.Next(6) == 0 ? random.Next(0, 4) : -1,
            ErrorsRetries = random.Next(-1, 3),
            DependMask = i > 0 && random.Next(3) == 0 ? names[random.Next(i)] : "",
            TasksDependMask = i > 0 && random.Next(2) == 0 ? string.Join('|', names.Take(random.Next(1, i + 1))) : "",
        }).ToArray();
        return new JobDescription
        {
            Name = "job",
            UserName = $"user {random.Next(3)}",
            Priority = random.Next(5) * 30,
            Offline = random.Next(8) == 0,
            MaxRunningTasks = random.Next(6) == 0 ? random.Next(0, 4) : -1,
            Blocks = random.Next(2) == 0 ? blocks : [.. blocks.Reverse()],
        };
    }

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Registration(SimulatedFarm farm, Random random)
    {
        if (farm.Renders.Count < 5)
            farm.Renders.Add(new SimulatedRender($"render {farm.Renders.Count}", random.Next(5, 30) * 100, random.Next(4), random.Next(2) == 0 ? [] : ["generic"]));
        var render = farm.Renders[random.Next(farm.Renders.Count)];
        if (random.Next(5) == 0) render.FallOver();
        if (random.Next(8) == 0) render.Capacity = random.Next(5, 30) * 100;
        return Register(farm, render);
    }

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Register(SimulatedFarm farm, SimulatedRender render) => () => (render, () => new FarmRequest<RegisterAnswer>(view =>
    {
        var session = new SimulatedSession();
        var decision = RenderRequests.Register(view, render.Name, "1", render.Register(), session, TimeSpan.FromSeconds(20));
        if (decision.Answer.Refusal is not null) return decision;
        (render.Id, render.Session) = (decision.Answer.Render, session);
        render.Drop(decision.Answer.Verdicts.Where(verdict => !verdict.Keep).Select(verdict => verdict.Run).ToList());
        return decision;
    }));

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Loss(SimulatedFarm farm, Random random) => () =>
    {
        if (farm.Renders.Where(render => render.Session is not null).ToList() is not { Count: > 0 } connected) return Nothing()();
        var render = connected[random.Next(connected.Count)];
        var session = render.Session!;   // connected ones have a session
        render.Session = null;
        return (null, () => new FarmRequest<bool>(view => RenderRequests.Leave(view, render.Id, session)));
    };

    /// <summary>A heartbeat: some runs have ended, and what the server has not answered is told again.</summary>
    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Report(SimulatedFarm farm, SimulatedRender render, Random random, int chance) => () =>
    {
        if (render.Session is not { } session) return Nothing()();
        foreach (var run in render.Running.Where(_ => random.Next(100) < chance).OrderBy(run => run.ToString(), StringComparer.Ordinal).ToList())
        {
            render.Running.Remove(run);
            render.Unanswered.Add(run, chance == 100 || random.Next(6) > 0 ? RunOutcome.Done : random.Next(2) == 0 ? RunOutcome.Failed : RunOutcome.NotStarted);
        }

        var ends = render.Unanswered.Select(end => new RunEnd { Run = end.Key, Outcome = end.Value }).ToList();
        if (random.Next(4) == 0) ends.AddRange(ends.ToList());
        if (random.Next(4) == 0) ends.AddRange(render.Answered.TakeLast(2).Select(run => new RunEnd { Run = run, Outcome = RunOutcome.Done }));
        return (render, () => Reported(render, session, ends));
    };

    /// <summary>A render tells of the end of a run that it does not have.</summary>
    private static Func<(SimulatedRender?, Func<IFarmRequest>)> ForeignReport(SimulatedFarm farm, Random random) => () =>
    {
        var render = farm.Renders.Count == 0 ? null : farm.Renders[random.Next(farm.Renders.Count)];
        var others = farm.Farm.Running.Values.Where(run => run.Render.Id != render?.Id).Select(run => run.Id).ToList();
        if (render?.Session is not { } session || others.Count == 0) return Nothing()();
        return (render, () => Reported(render, session, [new RunEnd { Run = others[random.Next(others.Count)], Outcome = RunOutcome.Done }]));
    };

    private static FarmRequest<bool> Reported(SimulatedRender render, SimulatedSession session, IReadOnlyList<RunEnd> ends) =>
        new(view => RenderRequests.Report(view, render.Id, session, render.NextReport(), new RenderReport { Ended = ends }));

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> AnyAction(SimulatedFarm farm, Random random)
    {
        if (farm.Farm.Jobs.Count == 0) return Nothing();
        var job = farm.Farm.Jobs.Values.OrderBy(job => job.Id).ElementAt(random.Next(farm.Farm.Jobs.Count));
        var operation = random.Next(12) == 0 ? JobOperation.Delete : random.Next(4) == 0 ? JobOperation.Resume : (JobOperation)random.Next((int)JobOperation.Delete);
        if (random.Next(8) == 0) operation = JobOperation.Set;
        var block = random.Next(job.Blocks.Count);
        return random.Next(3) switch
        {
            0 => Act(farm, job.Id, new JobAction(operation, [], [], random.Next(4) * 40)),
            1 => Act(farm, job.Id, new JobAction(operation, [block], [], random.Next(4) * 40)),
            _ => Act(farm, job.Id, new JobAction(operation, [block], [.. Enumerable.Range(0, 3).Select(_ => random.Next(job.Blocks[block].States.Size))], 50)),
        };
    }

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Act(SimulatedFarm farm, JobId id, JobAction action) => () =>
        farm.Farm.Jobs.TryGetValue(id, out var job) ? (null, () => new FarmRequest<ActionAnswer>(view => JobRequests.Act(view, job, action, _asker))) : Nothing()();

    private static Func<(SimulatedRender?, Func<IFarmRequest>)> Nothing() => () => (null, () => new FarmRequest<bool>(_ => new Decision<bool>(true)));
}

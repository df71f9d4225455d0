using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Simulation.Stage;
using AfServer.Engine;

namespace Afanasy.Simulation.Machines;

/// <summary>What the machines of a farm do by themselves: join, work, lie, hang, fall over and come back.</summary>
internal sealed class MachineLife(SimulatedFarm farm, Random random)
{
    private const int RendersMost = 7;

    private static readonly RunOutcome[] _failures =
    [
        RunOutcome.Failed, RunOutcome.Failed, RunOutcome.NotStarted, RunOutcome.ParserError, RunOutcome.FatalError, RunOutcome.BadResult, RunOutcome.LicenceShortage,
        RunOutcome.OutOfMemory, RunOutcome.OutOfMemory, RunOutcome.FailedPost, RunOutcome.BadFiles, RunOutcome.Skipped, RunOutcome.Stopped,
    ];

    /// <summary>The machines' part of one turn.</summary>
    public void Turn()
    {
        if (farm.Renders.Count < RendersMost && random.Next(4) == 0) farm.Renders.Add(new SimulatedRender($"r{farm.Renders.Count}", Offer(), farm.Clock));
        foreach (var render in farm.Renders) Live(render);
    }

    /// <summary>A machine that takes all, for the end of the day.</summary>
    public static RenderRegister Giant { get; } = new()
    {
        InstanceId = "",
        OperatingSystem = "linux windows",
        Cores = 4000,
        CpuMegahertz = 90_000,
        MemoryMegabytes = 2_000_000_000,
        DiskGigabytes = 0,
        Capacity = 1_000_000,
        GpuMegabytes = [.. Enumerable.Repeat(1_000_000, 8)],
    };

    /// <summary>Connects if it is not, and works.</summary>
    public void Work(SimulatedRender render, int chance, bool isHonest)
    {
        if (render.Session is null) Join(render);
        else Report(render, chance, isHonest);
    }

    private void Live(SimulatedRender render)
    {
        if (render.IsToldToGo) GoAsTold(render);
        if (render.HangsFor > 0)
        {
            render.HangsFor--;
            return;
        }

        switch (random.Next(200))
        {
            case 0: render.HangsFor = random.Next(2, 30); break;
            case 1: Leave(render); break;
            case 2: render.FallOver(isOtherMachine: random.Next(3) == 0); break;
            case 3: render.Offer = Offer(); Join(render); break;
            case 4: Join(render); break;
            case < 150: if (render.Session is not null || random.Next(4) == 0) Work(render, 30, isHonest: false); break;
            default: break;
        }
    }

    private void GoAsTold(SimulatedRender render)
    {
        Leave(render);
        render.FallOver(isOtherMachine: false);
        render.HangsFor = random.Next(1, 20);
    }

    private void Leave(SimulatedRender render)
    {
        if (render.Session is not { } session) return;
        render.Session = null;
        farm.Ask(view => RenderRequests.Leave(view, render.Id, session));
    }

    private void Join(SimulatedRender render)
    {
        var (session, hello) = (new SimulatedSession(), render.Register());
        farm.Ask(view => RenderRequests.Register(view, render.Name, "1", hello, session, SimulatedFarm.SilenceMax), answer =>
        {
            if (answer.Refusal is not null) return;
            (render.Id, render.Session) = (answer.Render, session);
            render.Drop(answer.Verdicts.Where(verdict => !verdict.Keep).Select(verdict => verdict.Run));
        });
    }

    private void Report(SimulatedRender render, int chance, bool isHonest)
    {
        foreach (var run in render.Running.Keys.Where(_ => random.Next(100) < chance).OrderBy(run => run.ToString(), StringComparer.Ordinal).ToList())
            render.End(run, isHonest || random.Next(100) < 75 ? RunOutcome.Done : _failures[random.Next(_failures.Length)]);
        var ends = render.Unanswered.Select(entry => new RunEnd { Run = entry.Key, Outcome = entry.Value, ElapsedMilliseconds = random.Next(3) * 4000 }).ToList();
        if (isHonest) ends = [.. ends.Select(end => end with { ElapsedMilliseconds = 1_000_000 })];
        else if (random.Next(10) == 0) ends.AddRange(Lies(render));

        var report = new RenderReport
        {
            Ended = ends,
            Progress = [.. render.Running.Values.Where(_ => random.Next(3) == 0).Select(Progress)],
            Load = random.Next(5) == 0 ? new MachineLoad { CpuPercent = random.Next(101), MemoryTotalMegabytes = 1000, MemoryFreeMegabytes = random.Next(1000) } : null,
            Leaving = !isHonest && random.Next(300) == 0,
        };
        var session = render.Session!;   // who reports is connected
        if (report.Leaving) render.IsToldToGo = true;
        farm.Ask(view => RenderRequests.Report(view, render.Id, session, render.NextReport(), report));
    }

    private RunProgress Progress(RunStart start) => new()
    {
        Run = start.Run,
        Percent = random.Next(-10, 120),
        Frame = start.FrameFirst + random.Next(-1, (int)(start.FrameLast - start.FrameFirst) + 2),
    };

    /// <summary>Ends of runs that are not its own, that were told before, and that never were.</summary>
    private IEnumerable<RunEnd> Lies(SimulatedRender render)
    {
        RunEnd Lie(TaskRunId run) => new() { Run = run, Outcome = RunOutcome.Done, ElapsedMilliseconds = 5000 };
        var others = farm.Renders.Where(other => other != render).SelectMany(other => other.Running.Keys).OrderBy(run => run.ToString(), StringComparer.Ordinal).ToList();
        if (others.Count > 0) yield return Lie(others[random.Next(others.Count)]);
        if (render.Answered.Count > 0) yield return Lie(render.Answered[random.Next(render.Answered.Count)]);
        var invented = new TaskRunId(new JobId(random.Next(1, 9)), random.Next(3), random.Next(4), random.Next(1, 4));
        if (!render.Running.ContainsKey(invented)) yield return Lie(invented);
    }

    private RenderRegister Offer()
    {
        string[] systems = ["linux", "windows"];
        string[][] services = [[], [], ["generic"], ["generic", "nuke"]];
        return new RenderRegister
        {
            InstanceId = "",
            HostName = "host",
            UserName = random.Next(3) == 0 ? "anna" : "",
            OperatingSystem = systems[random.Next(systems.Length)],
            Cores = random.Next(4, 33),
            CpuMegahertz = random.Next(2, 5) * 1000,
            MemoryMegabytes = random.Next(4, 64) * 1024,
            DiskGigabytes = random.Next(3) == 0 ? 0 : random.Next(50, 200),
            Capacity = random.Next(5, 30) * 200,
            MaxTasks = random.Next(6),
            GpuMegabytes = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(2, 12) * 1024)],
            HardwareAddresses = random.Next(2) == 0 ? ["00:1A:2B:3C:4D:5E"] : [],
            Services = services[random.Next(services.Length)],
        };
    }
}

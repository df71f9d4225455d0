using System.Text.Json;
using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Engine;
using AfServer.Model;
using AfServer.Solving;

namespace Afanasy.Tests.Engine;

/// <summary>A farm with what the engine knows beside it, to which decisions are made true at once. The clock stands still until it is moved.</summary>
internal sealed class EngineBench
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(10);
    public static readonly Asker Anna = new("anna", "desk");

    private readonly Dictionary<RenderId, Session> _sessions = [];
    private long _report;

    public EngineBench()
    {
        Farm = new Farm();
        View = new FarmView(Farm, new Solver(Farm), new Presences()) { Now = Noon };
    }

    public Farm Farm { get; }

    public FarmView View { get; private set; }

    /// <summary>What the last render that joined was told.</summary>
    public RegisterAnswer? Registered { get; private set; }

    public static NodeAction Action(string operation, object? parameters = null) =>
        new(operation, parameters is null ? default : JsonSerializer.SerializeToElement(parameters));

    /// <summary>Makes a decision true, as a turn does.</summary>
    public T Do<T>(Decision<T> decision)
    {
        foreach (var change in decision.Changes) Apply(change);
        decision.Then?.Invoke();
        return decision.Answer;
    }

    public void Apply(Change change)
    {
        Farm.Apply(change);
        if (change is Change.RunEnded end) View.Presences.Forget(end.Run);
        if (change is Change.RenderDeleted gone) View.Presences.Forget(gone.Render);
    }

    /// <summary>From now on people may do only what their role lets them.</summary>
    public void Enforce(params string[] admins) =>
        View = new FarmView(Farm, View.Solver, View.Presences) { Now = View.Now, Uptime = View.Uptime, Rights = new Rights(true, admins) };

    public void Pass(TimeSpan time)
    {
        View.Now += time;
        View.Uptime += time;
    }

    public Render Join(string name, RenderRegister? register = null)
    {
        var session = new Session();
        var answer = Do(RenderRequests.Register(View, name, "1", register ?? new RenderRegister { InstanceId = name, Capacity = 10_000 }, session, SilenceMax));
        _sessions[answer.Render] = session;
        Registered = answer;
        return Farm.Renders[answer.Render];
    }

    public void Leave(Render render) => Do(RenderRequests.Leave(View, render.Id, _sessions[render.Id]));

    public bool IsParted(Render render) => _sessions[render.Id].IsEnded;

    public Pool AddPool(string path, PoolSettings? settings = null)
    {
        Apply(new Change.PoolSet(path, settings ?? new PoolSettings()) { At = View.Now });
        return Farm.Pools[path];
    }

    public void Set(PoolSettings root) => Apply(new Change.PoolSet("/", root) { At = View.Now });

    public User AddUser(string name, UserSettings? settings = null)
    {
        Apply(new Change.UserSet(name, settings ?? new UserSettings()) { At = View.Now });
        return Farm.Users[name];
    }

    public Branch AddBranch(string path)
    {
        Apply(new Change.BranchSet(path, new BranchSettings()) { At = View.Now });
        return Farm.Branches[path];
    }

    public Job Submit(JobDescription description)
    {
        if (!Farm.Users.ContainsKey(description.UserName)) AddUser(description.UserName);
        var id = Farm.NextJob;
        Apply(new Change.JobSubmitted(id, description) { At = View.Now });
        return Farm.Jobs[id];
    }

    public Job Submit(string user = "anna", string branch = "/", int frames = 3) => Submit(new JobDescription { Name = "job", UserName = user, Branch = branch, Blocks = [Frames(frames)] });

    public static BlockDescription Frames(int last, long perTask = 1) => new()
    {
        Flags = BlockTraits.Numeric,
        FrameFirst = 1,
        FrameLast = last,
        FramesPerTask = perTask,
        Command = "render @#@",
    };

    /// <summary>Starts a task and lets the render hear of it.</summary>
    public TaskRun Start(Job job, int task, Render render, params Render[] helpers)
    {
        var run = StartUnheard(job, task, render, helpers);
        Report(render);
        return run;
    }

    public TaskRun StartUnheard(Job job, int task, Render render, params Render[] helpers)
    {
        var id = new TaskRunId(job.Id, 0, task, job.Blocks[0].RunsOf(task) + 1);
        Apply(new Change.RunStarted(id, render.Id) { At = View.Now, Grant = new RunGrant { Capacity = 1000, Helpers = [.. helpers.Select(helper => helper.Id)] } });
        return Farm.Running[id];
    }

    public void End(TaskRun run, RunOutcome outcome = RunOutcome.Done, int milliseconds = 1000) =>
        Report(run.Render, new RenderReport { Ended = [new RunEnd { Run = run.Id, Outcome = outcome, ElapsedMilliseconds = milliseconds }] });

    public void Progress(TaskRun run, int percent, long frame = -1) =>
        Report(run.Render, new RenderReport { Progress = [new RunProgress { Run = run.Id, Percent = percent, Frame = frame }] });

    /// <summary>A heartbeat, and the answer if there is anything to say.</summary>
    public RenderOrders? Report(Render render, RenderReport? report = null)
    {
        Do(Reported(render, report ?? new RenderReport()));
        View.Presences.Of(render).TrySpend(run => new RunStart { Run = run.Id }, View.Now);
        return _sessions[render.Id].Sent.LastOrDefault(sent => sent.ResponseId == _report).Orders;
    }

    public Decision<bool> Reported(Render render, RenderReport report) => RenderRequests.Report(View, render.Id, _sessions[render.Id], ++_report, report);

    private sealed class Session : IRenderSession
    {
        public bool IsEnded { get; private set; }

        public List<(RenderOrders Orders, long ResponseId)> Sent { get; } = [];

        public string Peer => "here";

        public void Send(RenderOrders orders, long responseId) => Sent.Add((orders, responseId));

        public void End(string reason) => IsEnded = true;
    }
}

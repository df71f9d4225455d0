using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>The server's end of a render's connection. Sending never waits: a session whose peer reads too slowly ends itself.</summary>
internal interface IRenderSession
{
    string Peer { get; }

    void Send(RenderOrders orders, long responseId);

    /// <summary>Ends the connection, after what was sent before.</summary>
    void End(string reason);
}

/// <summary>
/// What is known of a render beside the facts: its connection, when it was heard, its load, its credit and which orders it was
/// given. Soft state: lost with the process and learnt anew. Engine's thread only.
/// </summary>
internal sealed class RenderPresence(Render render)
{
    /// <summary>Half of what a packet holds: the estimate below is rough, and what does not go with this answer goes with the next.</summary>
    private const int OrdersBytesMax = WireLimits.PacketBytesMax / 2;

    /// <summary>One goes with each answer, so more than these would be carried out long after they were meant.</summary>
    private const int InstructionsMax = 8;

    private readonly HashSet<TaskRunId> _toldToStart = [];
    private readonly HashSet<TaskRunId> _toldToStop = [];
    private readonly List<RunClosed> _closed = [];
    private readonly Queue<(RenderInstruction Instruction, string Command)> _instructions = [];
    private readonly HostServices _services = new(render);
    private string _logLevels = "";
    private (int Heartbeat, int MeasureEvery) _rhythm;

    public Render Render { get; } = render;

    public IRenderSession? Session { get; private set; }

    public string Version { get; private set; } = "";

    public DateTimeOffset? ConnectedSince { get; private set; }

    public DateTimeOffset? LastSeen { get; private set; }

    /// <summary>Engine uptime when it connected.</summary>
    public TimeSpan Attached { get; private set; }

    /// <summary>Engine uptime when it was last heard.</summary>
    public TimeSpan Heard { get; set; }

    public MachineLoad? Load { get; set; }

    /// <summary>What it does by the load of its machine, and for want of work.</summary>
    public RenderHabits Habits { get; } = new();

    /// <summary>Whether its machine sleeps.</summary>
    public RenderSleep Sleep { get; private set; }

    /// <summary>Engine uptime when <see cref="Sleep"/> last changed.</summary>
    public TimeSpan SleepSince { get; private set; }

    /// <summary>The id of the report that still waits for its answer; 0 is none.</summary>
    public long Credit { get; private set; }

    /// <summary>A new connection: the render has the runs that it was told to keep, and hears every stop again.</summary>
    public void Attach(IRenderSession session, string version, IEnumerable<TaskRunId> kept, FarmView view)
    {
        Session = session;
        Version = version;
        ConnectedSince = view.Now;
        Credit = 0;
        Hear(view);
        _toldToStart.Clear();
        _toldToStart.UnionWith(kept);
        _toldToStop.Clear();
        _services.Forget();
        _closed.Clear();
        _rhythm = default;
        Attached = view.Uptime;
        Habits.Begin(view.Uptime);
        TurnTo(RenderSleep.Awake, view.Uptime);
    }

    public void Detach()
    {
        if (Sleep == RenderSleep.FallingAsleep) Sleep = RenderSleep.Asleep;
        _instructions.Clear();
        Session = null;
        ConnectedSince = null;
        Credit = 0;
        Load = null;
    }

    public void Hear(FarmView view)
    {
        Heard = view.Uptime;
        LastSeen = view.Now;
    }

    /// <summary>A report is a credit; an older one that was not needed is answered empty, so that both sides know that the other lives.</summary>
    public void Grant(long reportId)
    {
        if (Credit != 0) Session?.Send(new RenderOrders(), Credit);
        Credit = reportId;
    }

    /// <summary>Answers the end of a run; of two that are said in one turn the first one counts.</summary>
    public void Close(TaskRunId run, string refusal)
    {
        if (_closed.TrueForAll(closed => closed.Run != run)) _closed.Add(new RunClosed { Run = run, Refusal = refusal });
    }

    /// <summary>The render is here and has not heard of this run, so nobody but us can end it.</summary>
    public bool HasNotHeardOf(TaskRunId run) => Session is not null && !_toldToStart.Contains(run);

    public void SetLogLevels(string levels) => _logLevels = levels;

    /// <summary>It is here, and not too many instructions wait for its next credits.</summary>
    public bool CanInstruct => Session is not null && _instructions.Count < InstructionsMax;

    /// <summary>To be told with the next credit; false when that cannot be.</summary>
    public bool TryInstruct(RenderInstruction instruction, string command = "")
    {
        if (!CanInstruct) return false;
        _instructions.Enqueue((instruction, command));
        return true;
    }

    public void TurnTo(RenderSleep sleep, TimeSpan uptime) => (Sleep, SleepSince) = (sleep, uptime);

    /// <summary>Some master waits for the services on its other hosts: look again soon.</summary>
    public bool HoldsBack { get; private set; }

    /// <summary>Spends the credit on all orders that are due, if there are both. Orders come from the farm's state.</summary>
    public void TrySpend(Func<TaskRun, RunStart> describe, DateTimeOffset now)
    {
        if (Credit == 0 || Session is null) return;
        _toldToStart.IntersectWith(Render.Runs.Select(run => run.Id));
        _toldToStop.IntersectWith(_toldToStart);
        var starts = TakeStarts(describe, now);
        var (services, drops) = _services.Due(describe);
        starts.AddRange(services);
        var stops = Render.Runs.Where(run => run.IsStopping && _toldToStop.Add(run.Id)).Select(run => run.Id).ToList();
        var rhythm = (Heartbeat: (int)PoolRules.Heartbeat(Render.Pool).TotalMilliseconds, MeasureEvery: PoolRules.MeasureEvery(Render.Pool));
        var isSilent = starts.Count == 0 && stops.Count == 0 && drops.Count == 0 && _closed.Count == 0 && _logLevels.Length == 0;
        if (isSilent && _instructions.Count == 0 && rhythm == _rhythm) return;

        var (instruction, command) = _instructions.TryDequeue(out var next) ? next : default;
        Session.Send(
            new RenderOrders
            {
                Starts = starts,
                Stops = stops,
                Drops = drops,
                Closed = [.. _closed],
                LogLevels = _logLevels,
                Instruction = instruction,
                Command = command ?? "",
                HeartbeatMilliseconds = rhythm.Heartbeat,
                MeasureEvery = rhythm.MeasureEvery,
            },
            Credit);
        Credit = 0;
        _closed.Clear();
        _logLevels = "";
        _rhythm = rhythm;
    }

    private List<RunStart> TakeStarts(Func<TaskRun, RunStart> describe, DateTimeOffset now)
    {
        HoldsBack = false;
        var starts = new List<RunStart>();
        var bytes = 0;
        foreach (var run in Render.Runs)
        {
            if (run.IsStopping || _toldToStart.Contains(run.Id)) continue;
            if (HostServices.KeepsMasterWaiting(run, now))
            {
                HoldsBack = true;
                continue;
            }

            var start = describe(run);
            bytes += BytesOf(start);
            if (bytes > OrdersBytesMax && starts.Count > 0) break;
            _toldToStart.Add(run.Id);
            starts.Add(start);
        }

        return starts;
    }

    /// <summary>At most what it takes in a packet: a character is up to three bytes.</summary>
    private static int BytesOf(RunStart start)
    {
        const int Numbers = 256;
        const int NumberMax = 9;
        var bytes = Numbers + (NumberMax * start.Gpus.Count);
        foreach (var text in (ReadOnlySpan<string>)
            [start.JobName, start.BlockName, start.TaskName, start.UserName, start.Service, start.Parser, start.Command, start.CommandPre, start.CommandPost, start.WorkingDirectory, start.CustomData])
            bytes += BytesOf(text);
        foreach (var file in start.Files) bytes += BytesOf(file);
        foreach (var host in start.Hosts) bytes += BytesOf(host);
        foreach (var (name, value) in start.Environment) bytes += BytesOf(name) + BytesOf(value);
        return bytes;
    }

    private static int BytesOf(string text)
    {
        const int Header = 5;
        return Header + (3 * text.Length);
    }
}

/// <summary>The presences of all renders, and how far their runs are.</summary>
internal sealed class Presences
{
    private readonly Dictionary<RenderId, RenderPresence> _renders = [];
    private readonly Dictionary<TaskRunId, RunProgress> _progress = [];
    private readonly Dictionary<TaskRunId, RunWatch> _watches = [];

    public IEnumerable<RenderPresence> All => _renders.Values;

    /// <summary>Presences that may have orders to send at the end of this turn.</summary>
    public HashSet<RenderPresence> Stirred { get; } = [];

    public RenderPresence Of(Render render)
    {
        if (!_renders.TryGetValue(render.Id, out var presence)) _renders.Add(render.Id, presence = new RenderPresence(render));
        return presence;
    }

    public RunProgress? ProgressOf(TaskRunId run) => _progress.GetValueOrDefault(run);

    public void SetProgress(RunProgress progress, TimeSpan uptime)
    {
        var before = _progress.GetValueOrDefault(progress.Run);
        if (before is null || before.Percent != progress.Percent || before.Frame != progress.Frame) Watch(progress.Run, uptime).Moved = uptime;
        _progress[progress.Run] = progress;
    }

    /// <summary>The run by the engine's own time, which begins for it when it is first asked for.</summary>
    public RunWatch Watch(TaskRunId run, TimeSpan uptime)
    {
        if (!_watches.TryGetValue(run, out var watch)) _watches.Add(run, watch = new RunWatch(uptime));
        return watch;
    }

    public void Forget(TaskRunId run)
    {
        _progress.Remove(run);
        _watches.Remove(run);
    }

    public void Forget(RenderId render) => _renders.Remove(render);
}

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

    private readonly HashSet<TaskRunId> _toldToStart = [];
    private readonly HashSet<TaskRunId> _toldToStop = [];
    private readonly List<RunClosed> _closed = [];
    private string _logLevels = "";

    public Render Render { get; } = render;

    public IRenderSession? Session { get; private set; }

    public string Version { get; private set; } = "";

    public DateTimeOffset? ConnectedSince { get; private set; }

    public DateTimeOffset? LastSeen { get; private set; }

    /// <summary>Engine uptime when it was last heard.</summary>
    public TimeSpan Heard { get; set; }

    public MachineLoad? Load { get; set; }

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
        _closed.Clear();
    }

    public void Detach()
    {
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

    /// <summary>Spends the credit on all orders that are due, if there are both. Orders come from the farm's state.</summary>
    public void TrySpend(Func<TaskRun, RunStart> describe)
    {
        if (Credit == 0 || Session is null) return;
        _toldToStart.IntersectWith(Render.Runs.Select(run => run.Id));
        _toldToStop.IntersectWith(_toldToStart);
        var starts = TakeStarts(describe);
        var stops = Render.Runs.Where(run => run.IsStopping && _toldToStop.Add(run.Id)).Select(run => run.Id).ToList();
        if (starts.Count == 0 && stops.Count == 0 && _closed.Count == 0 && _logLevels.Length == 0) return;

        Session.Send(new RenderOrders { Starts = starts, Stops = stops, Closed = [.. _closed], LogLevels = _logLevels }, Credit);
        Credit = 0;
        _closed.Clear();
        _logLevels = "";
    }

    private List<RunStart> TakeStarts(Func<TaskRun, RunStart> describe)
    {
        var starts = new List<RunStart>();
        var bytes = 0;
        foreach (var run in Render.Runs)
        {
            if (run.IsStopping || _toldToStart.Contains(run.Id)) continue;
            var start = describe(run);
            bytes += BytesOf(start);
            if (bytes > OrdersBytesMax && starts.Count > 0) break;
            _toldToStart.Add(run.Id);
            starts.Add(start);
        }

        return starts;
    }

    private static int BytesOf(RunStart start)
    {
        const int Rest = 2048;   // names and numbers
        return Rest + (3 * (start.Command.Length + start.WorkingDirectory.Length
            + start.Files.Sum(file => file.Length + 2) + start.Environment.Sum(entry => entry.Key.Length + entry.Value.Length + 2)));
    }
}

/// <summary>The presences of all renders, and how far their runs are.</summary>
internal sealed class Presences
{
    private readonly Dictionary<RenderId, RenderPresence> _renders = [];
    private readonly Dictionary<TaskRunId, RunProgress> _progress = [];

    public IEnumerable<RenderPresence> All => _renders.Values;

    /// <summary>Presences that may have orders to send at the end of this turn.</summary>
    public HashSet<RenderPresence> Stirred { get; } = [];

    public RenderPresence Of(Render render)
    {
        if (!_renders.TryGetValue(render.Id, out var presence)) _renders.Add(render.Id, presence = new RenderPresence(render));
        return presence;
    }

    public RunProgress? ProgressOf(TaskRunId run) => _progress.GetValueOrDefault(run);

    public void SetProgress(RunProgress progress) => _progress[progress.Run] = progress;

    public void Forget(TaskRunId run) => _progress.Remove(run);

    public void Forget(RenderId render) => _renders.Remove(render);
}

using Afanasy.Messages;
using Afanasy.Model;
using AfServer.Engine;

namespace Afanasy.Tests.Model;

/// <summary>A machine of a simulated day: what it runs, and what it has not yet been told that the server knows.</summary>
internal sealed class SimulatedRender(string name, int capacity, int maxTasks, IReadOnlyList<string> services)
{
    private int _instance = 1;
    private long _reports;

    public string Name { get; } = name;

    public RenderId Id { get; set; }

    public SimulatedSession? Session { get; set; }

    public int Capacity { get; set; } = capacity;

    public HashSet<TaskRunId> Running { get; } = [];

    public Dictionary<TaskRunId, RunOutcome> Unanswered { get; } = [];

    /// <summary>Ends that the server has answered; told again now and then.</summary>
    public List<TaskRunId> Answered { get; } = [];

    public long NextReport() => ++_reports;

    public RenderRegister Register() => new()
    {
        InstanceId = $"{Name} {_instance}",
        Capacity = Capacity,
        MaxTasks = maxTasks,
        Services = services,
        Held = [.. Running.Select(run => new HeldRun(run, false)), .. Unanswered.Keys.Select(run => new HeldRun(run, true))],
    };

    /// <summary>The machine fell over: nothing that it ran is left.</summary>
    public void FallOver()
    {
        _instance++;
        Session = null;
        Running.Clear();
        Unanswered.Clear();
    }

    public void Drop(IEnumerable<TaskRunId> runs)
    {
        foreach (var run in runs)
        {
            Running.Remove(run);
            Unanswered.Remove(run);
        }
    }

    /// <summary>Takes in what the server has sent.</summary>
    public void Hear(RenderOrders orders)
    {
        foreach (var start in orders.Starts.Where(start => !Unanswered.ContainsKey(start.Run))) Running.Add(start.Run);
        foreach (var stop in orders.Stops.Where(Running.Remove)) Unanswered.TryAdd(stop, RunOutcome.Stopped);
        foreach (var closed in orders.Closed)
        {
            Running.Remove(closed.Run);
            if (Unanswered.Remove(closed.Run)) Answered.Add(closed.Run);
        }
    }
}

/// <summary>A connection that keeps what was sent until the turn is over.</summary>
internal sealed class SimulatedSession : IRenderSession
{
    public string Peer => "here";

    public bool HasEnded { get; private set; }

    public List<RenderOrders> Sent { get; } = [];

    public void Send(RenderOrders orders, long responseId) => Sent.Add(orders);

    public void End(string reason) => HasEnded = true;
}

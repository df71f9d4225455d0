using Afanasy.Messages;
using Afanasy.Model;

namespace Afanasy.Simulation.Machines;

/// <summary>A machine of a simulated day: what it runs, and what it has not yet been told that the server knows.</summary>
internal sealed class SimulatedRender(string name, RenderRegister offer, TimeProvider time)
{
    private long _began = time.GetTimestamp();
    private int _instance = 1;
    private long _reports;

    public string Name { get; } = name;

    public RenderId Id { get; set; }

    public SimulatedSession? Session { get; set; }

    public RenderRegister Offer { get; set; } = offer;

    /// <summary>Turns for which it says nothing and hears nothing.</summary>
    public int HangsFor { get; set; }

    public Dictionary<TaskRunId, RunStart> Running { get; } = [];

    public Dictionary<TaskRunId, RunOutcome> Unanswered { get; } = [];

    /// <summary>Everything that ever ended here, whatever became of the machine since: a report may be under way.</summary>
    public HashSet<TaskRunId> EverEnded { get; } = [];

    /// <summary>Ends that the server has answered; told again now and then.</summary>
    public List<TaskRunId> Answered { get; } = [];

    /// <summary>Runs that it was told to start while it had them.</summary>
    public List<TaskRunId> ToldAgain { get; } = [];

    /// <summary>It was told to end, or to let its machine sleep.</summary>
    public bool IsToldToGo { get; set; }

    public long NextReport() => ++_reports;

    public RenderRegister Register() => Offer with
    {
        InstanceId = $"{Name} {_instance}",
        AliveMilliseconds = (long)time.GetElapsedTime(_began).TotalMilliseconds,
        Held = [.. Running.Keys.Select(run => new HeldRun(run, false)), .. Unanswered.Keys.Select(run => new HeldRun(run, true))],
    };

    /// <summary>The machine fell over: nothing that it ran is left.</summary>
    public void FallOver(bool isOtherMachine)
    {
        if (isOtherMachine) _instance++;
        _began = time.GetTimestamp();
        (Session, IsToldToGo, HangsFor) = (null, false, 0);
        Running.Clear();
        Unanswered.Clear();
    }

    public void End(TaskRunId run, RunOutcome outcome)
    {
        if (!Running.Remove(run)) return;
        Unanswered.TryAdd(run, outcome);
        EverEnded.Add(run);
    }

    public void Drop(IEnumerable<TaskRunId> runs)
    {
        foreach (var run in runs)
        {
            Running.Remove(run);
            Unanswered.Remove(run);
        }
    }

    /// <summary>Takes in what the server has sent, unless it hangs.</summary>
    public void Listen()
    {
        if (Session is not { } session || HangsFor > 0) return;
        foreach (var orders in session.Sent) Hear(orders);
        session.Sent.Clear();
        if (session.HasEnded) Session = null;
    }

    private void Hear(RenderOrders orders)
    {
        ToldAgain.AddRange(orders.Starts.Select(start => start.Run).Where(Running.ContainsKey));
        foreach (var start in orders.Starts.Where(start => !Unanswered.ContainsKey(start.Run))) Running[start.Run] = start;
        foreach (var stop in orders.Stops) End(stop, RunOutcome.Stopped);
        foreach (var closed in orders.Closed)
        {
            Running.Remove(closed.Run);
            if (Unanswered.Remove(closed.Run)) Answered.Add(closed.Run);
        }

        IsToldToGo |= orders.Instruction is not (RenderInstruction.None or RenderInstruction.Launch);
    }
}

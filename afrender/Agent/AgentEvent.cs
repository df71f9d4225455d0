using Afanasy.Messages;
using Afanasy.Model;
using AfRender.Processes;

namespace AfRender.Agent;

/// <summary>Something that the agent has to know. Taken one at a time, by the agent's loop alone.</summary>
internal abstract record AgentEvent
{
    private AgentEvent() { }

    /// <summary>A session is about to register and asks what is held.</summary>
    public sealed record HeldAsked(TaskCompletionSource<IReadOnlyList<HeldRun>> Answer) : AgentEvent;

    /// <summary>The server has taken the render in.</summary>
    public sealed record Joined(IServerSession Session, RenderRegistered Registered) : AgentEvent;

    public sealed record SessionEnded(IServerSession Session) : AgentEvent;

    /// <summary>Time for a report, whether something happened or not.</summary>
    public sealed record HeartbeatDue(IServerSession Session, MachineLoad? Load) : AgentEvent;

    /// <param name="ReportId">The report that the server answers.</param>
    public sealed record OrdersArrived(IServerSession Session, long ReportId, RenderOrders Orders) : AgentEvent;

    /// <summary>All that an ended run printed is on its way to the server.</summary>
    public sealed record OutputSent(IServerSession Session, TaskRunId Run) : AgentEvent;

    public sealed record RunEnded(HeldTaskRun Run, RunResult Result) : AgentEvent;

    /// <summary>The program is to end: runs are stopped and their ends are told.</summary>
    public sealed record Leave : AgentEvent;

    /// <summary>The program ends now: runs are killed, nothing is told.</summary>
    public sealed record LeaveAtOnce : AgentEvent;
}

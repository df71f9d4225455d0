using Afanasy.Messages;
using AfServer.Engine;

namespace Afanasy.Simulation.Machines;

/// <summary>A connection that keeps what was sent until the turn is over.</summary>
internal sealed class SimulatedSession : IRenderSession
{
    public string Peer => "here";

    public bool HasEnded { get; private set; }

    public List<RenderOrders> Sent { get; } = [];

    public void Send(RenderOrders orders, long responseId) => Sent.Add(orders);

    public void End(string reason) => HasEnded = true;
}

using Afanasy.Messages;

namespace AfRender.Agent;

/// <summary>The connection to a server, as the agent sees it. Ends by itself; the agent is told.</summary>
internal interface IServerSession
{
    /// <summary>The output that this session sends on.</summary>
    OutputQueue Output { get; }

    /// <summary>Puts a report in front of all output; gives its id, or null when the session is over.</summary>
    long? Send(RenderReport report);
}

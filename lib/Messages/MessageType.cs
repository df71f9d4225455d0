namespace Afanasy.Messages;

/// <summary>The number of each message on the wire. Append only: a number is never changed or used again.</summary>
public enum MessageType
{
    Hello = 1,
    Welcome = 2,
    Refusal = 3,
    RenderRegister = 4,
    RenderRegistered = 5,
    RenderReport = 6,
    RenderOrders = 7,
    RunOutput = 8,
}

namespace Afanasy.Wire;

/// <summary>The peer breaks the protocol: its connection is of no more use, and nothing else is harmed.</summary>
public sealed class WireException : Exception
{
    public WireException(string message)
        : base(message)
    {
    }
}

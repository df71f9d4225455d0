using Afanasy.Wire;

namespace Afanasy.Tests.Wire;

internal static class Refusals
{
    /// <summary>Why it was refused, or null when it was taken. Every other exception passes, and so fails the test.</summary>
    public static string? Of(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (WireException refusal)
        {
            return refusal.Message;
        }
    }
}

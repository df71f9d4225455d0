using System.Net;
using System.Net.Sockets;

namespace Afanasy.Shared;

/// <summary>Ports that stay ours between the end of one server and the start of the next: none that the system gives away by itself.</summary>
internal static class Ports
{
    // Below the range from which Linux takes ports for connections, and apart from the farm's own defaults.
    private const int First = 21_000;
    private const int Last = 31_999;

    private static int _next = First + (Environment.ProcessId * 97 % (Last - First));

    public static int Free()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _next) % (Last - First));
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's; the next one.
            }
        }
    }
}

using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Afanasy.EndToEnd.Network;

/// <summary>Sockets in another network namespace than this process has: a socket stays where its thread was when it was made.</summary>
internal static partial class NamespaceSocket
{
    private const int NetworkNamespace = 0x40000000;

    /// <summary>On a thread that ends with it, so that nothing else ever runs there.</summary>
    public static Task<Socket> OpenAsync(string name)
    {
        var opened = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                opened.SetResult(Open(name));
            }
            catch (Exception e) when (e is IOException or Win32Exception)
            {
                opened.SetException(e);
            }
        }).Start();
        return opened.Task;
    }

    private static Socket Open(string name)
    {
        using var place = File.OpenHandle($"/run/netns/{name}");
        if (setns(place, NetworkNamespace) != 0) throw new Win32Exception();
        return new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeHandle place, int kind);
}

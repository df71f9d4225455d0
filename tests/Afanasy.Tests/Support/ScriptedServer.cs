using System.Net;
using System.Net.Sockets;

namespace Afanasy.Tests.Support;

/// <summary>A server of the native protocol that does what a test says, on a real socket.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private static readonly TimeSpan _acceptMax = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener;
    private readonly List<ScriptedPeer> _peers = [];

    private ScriptedServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <param name="port">The port of an earlier one, to be the same server after a restart.</param>
    public static ScriptedServer Start(int port = 0) => new(port);

    /// <summary>Waits for the next connection.</summary>
    public async Task<ScriptedPeer> AcceptAsync()
    {
        using var tooLong = new CancellationTokenSource(_acceptMax);
        var peer = new ScriptedPeer(await _listener.AcceptSocketAsync(tooLong.Token));
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Waits for the next connection and takes the render in.</summary>
    public async Task<ScriptedPeer> JoinAsync(int heartbeatMilliseconds = 100, int silenceMilliseconds = 20_000)
    {
        var peer = await AcceptAsync();
        await peer.JoinAsync(heartbeatMilliseconds, silenceMilliseconds);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (var peer in _peers) await peer.DisposeAsync();
    }
}

using System.Collections.Concurrent;

namespace AfServer.Connections;

/// <summary>A long-lived connection that the server may have to end.</summary>
internal interface IPooledSession
{
    string ConnectionId { get; }

    /// <summary>Ends the connection after what was sent before; the reason is said once, in the log.</summary>
    void End(string reason);

    /// <summary>Done when nothing of the session runs any more.</summary>
    Task Ended { get; }
}

/// <summary>All long-lived connections that peers have opened and that are still here. Handed around, never a global.</summary>
internal sealed class SocketPool
{
    /// <summary>A process has 20,000 file handles or so; the rest is for browsers, logs and the journal.</summary>
    public const int SessionsMax = 18_000;

    /// <summary>All renders of a farm come back in the same second after a restart; whom the port's queue does not hold is reset. The system may allow less (net.core.somaxconn).</summary>
    public const int WaitingMax = 16_384;

    private readonly ConcurrentDictionary<string, IPooledSession> _sessions = [];
    private volatile bool _closing;

    public int Count => _sessions.Count;

    /// <summary>Takes a session in, or says why not.</summary>
    public string? Add(IPooledSession session)
    {
        if (_closing) return "The server is stopping.";
        if (_sessions.Count >= SessionsMax) return $"The server has {SessionsMax} connections, which is all it takes.";
        _sessions[session.ConnectionId] = session;
        if (!_closing) return null;
        Remove(session);
        return "The server is stopping.";
    }

    public void Remove(IPooledSession session) => _sessions.TryRemove(session.ConnectionId, out _);

    /// <summary>Ends all of them; returns when the last one has ended, or after <paramref name="patience"/>.</summary>
    public async Task CloseAsync(string reason, TimeSpan patience)
    {
        _closing = true;
        var open = _sessions.Values.ToList();
        foreach (var session in open) session.End(reason);
        await Task.WhenAll(open.Select(session => session.Ended)).WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Afanasy.Shared;

/// <summary>Which way bytes go through a proxy.</summary>
internal enum Way
{
    ToServer,
    ToClient,
}

/// <summary>
/// The network between two programs on loopback, in the hands of a test: it passes, delays, holds, swallows and cuts. What is
/// said to the proxy counts for its lines of now and for later ones; a single line can be told apart.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<ProxyLine> _lines = [];
    private readonly EndPoint _server;
    private readonly Task _accepting;
    private readonly FlowState[] _states = new FlowState[2];
    private TimeSpan _delay;
    private CutRule? _rule;

    public TcpProxy(int serverPort)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;   // bound above
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>New connections are reset at once, as if nobody were there.</summary>
    public bool Refuses { get; set; }

    /// <summary>Every connection that was ever taken, in the order they came.</summary>
    public IReadOnlyList<ProxyLine> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public int OpenLines => Lines.Count(line => line.IsOpen);

    /// <summary>How long every byte is under way, in each direction.</summary>
    public void Delay(TimeSpan delay)
    {
        lock (_lines) _delay = delay;
        foreach (var line in Lines) line.Delay(delay);
    }

    /// <summary>Nothing more arrives that way and nobody is told: not the bytes, not the end of the connection.</summary>
    public void Swallow(Way way) => Turn(way, FlowState.Swallowing);

    /// <summary>What goes that way waits until it may pass.</summary>
    public void Hold(Way way) => Turn(way, FlowState.Holding);

    /// <summary>What was held goes on, in order; what was swallowed is lost.</summary>
    public void Pass(Way way) => Turn(way, FlowState.Passing);

    /// <summary>Resets every open connection, on both sides.</summary>
    public void Cut()
    {
        foreach (var line in Lines) line.Cut();
    }

    /// <summary>Cuts the one line on which more than this many further bytes would go that way; the bytes up to there arrive. Ends when it has happened.</summary>
    public Task CutAfterAsync(Way way, long bytes) => Watch(CutRule.After(way, bytes));

    /// <summary>Cuts the one line on which these bytes come along that way, before they get through. Ends when it has happened.</summary>
    public Task CutAtAsync(Way way, byte[] bytes) => Watch(CutRule.At(way, bytes));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var line in Lines) line.Dispose();
        await Task.WhenAll(Lines.Select(line => line.Ended));
    }

    /// <summary>Whether a line is to be cut within these bytes: how many of them may still go, and whom to tell.</summary>
    internal (int Allowed, TaskCompletionSource Happened)? CutIn(ProxyFlow flow, ReadOnlySpan<byte> bytes)
    {
        lock (_lines)
        {
            if (_rule is not { } rule || rule.Allowed(flow, bytes) is not { } allowed) return null;
            _rule = null;
            return (allowed, rule.Happened);
        }
    }

    private void Turn(Way way, FlowState state)
    {
        lock (_lines) _states[(int)way] = state;
        foreach (var line in Lines) line.Flow(way).Turn(state);
    }

    private Task Watch(CutRule rule)
    {
        lock (_lines) _rule = rule;
        return rule.Happened.Task;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                Take(await _listener.AcceptAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(Socket client)
    {
        if (Refuses)
        {
            ProxyLine.Reset(client);
            return;
        }

        var line = new ProxyLine(this, client);
        lock (_lines)
        {
            line.Delay(_delay);
            foreach (var way in Enum.GetValues<Way>()) line.Flow(way).Turn(_states[(int)way]);
            _lines.Add(line);
        }

        line.Begin(_server);
    }
}

/// <summary>Where a line is to be cut, once.</summary>
internal sealed class CutRule
{
    private readonly Way _way;
    private readonly byte[] _words;
    private long _left;

    private CutRule(Way way, long bytes, byte[] words) => (_way, _left, _words) = (way, bytes, words);

    public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static CutRule After(Way way, long bytes) => new(way, bytes, []);

    public static CutRule At(Way way, byte[] words) => new(way, long.MaxValue, words);

    public int? Allowed(ProxyFlow flow, ReadOnlySpan<byte> bytes)
    {
        if (flow.Way != _way) return null;
        if (_words.Length > 0) return BeforeWords(flow, bytes);
        var allowed = _left;
        _left -= bytes.Length;
        return _left < 0 ? (int)allowed : null;
    }

    /// <summary>The words may have begun in what went before.</summary>
    private int? BeforeWords(ProxyFlow flow, ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. flow.Tail, .. bytes];
        var found = all.AsSpan().IndexOf(_words);
        flow.Tail = all[^Math.Min(all.Length, _words.Length - 1)..];
        return found < 0 ? null : Math.Max(0, found - (all.Length - bytes.Length));
    }
}

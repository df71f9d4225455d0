using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Afanasy.Shared;

/// <summary>What happens to bytes that go one way.</summary>
internal enum FlowState
{
    Passing,
    Holding,
    Swallowing,
}

/// <summary>One connection through a proxy: a socket to each side and a flow each way.</summary>
internal sealed class ProxyLine : IDisposable
{
    private readonly Socket _client;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ProxyFlow[] _flows;
    private Task? _ended;

    public ProxyLine(TcpProxy proxy, Socket client)
    {
        _client = client;
        _client.NoDelay = true;
        _flows = [new ProxyFlow(proxy, this, Way.ToServer), new ProxyFlow(proxy, this, Way.ToClient)];
    }

    public Task Ended => _ended ?? Task.CompletedTask;

    public bool IsOpen => !Ended.IsCompleted;

    public ProxyFlow Flow(Way way) => _flows[(int)way];

    public void Delay(TimeSpan delay)
    {
        foreach (var flow in _flows) flow.Delay = delay;
    }

    public void Begin(EndPoint server) => _ended = RunAsync(server);

    /// <summary>Resets both sides; what was under way is lost.</summary>
    public void Cut()
    {
        foreach (var flow in _flows) flow.Turn(FlowState.Swallowing);
        Reset(_client);
        Reset(_server);
    }

    /// <summary>Resets the client's side alone: the server hears of it after what the client has said before, when that may pass.</summary>
    public void CutClient()
    {
        Flow(Way.ToClient).Turn(FlowState.Swallowing);
        Reset(_client);
    }

    public void Dispose() => Cut();

    internal static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);   // closed without a farewell
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other end was first.
        }

        socket.Dispose();
    }

    private async Task RunAsync(EndPoint server)
    {
        try
        {
            await _server.ConnectAsync(server);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Cut();
            return;
        }

        await Task.WhenAll(Flow(Way.ToServer).RunAsync(_client, _server), Flow(Way.ToClient).RunAsync(_server, _client));
        _client.Dispose();
        _server.Dispose();
    }
}

/// <summary>The bytes of one line in one direction.</summary>
internal sealed class ProxyFlow(TcpProxy proxy, ProxyLine line, Way way)
{
    private const int ReadBytesMax = 64 * 1024;

    private readonly Channel<(long Read, byte[]? Bytes)> _underWay = Channel.CreateUnbounded<(long, byte[]?)>();
    private readonly Lock _turning = new();
    private TaskCompletionSource _turned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FlowState _state;
    private long _taken;
    private long _delivered;
    private long _swallowed;

    public Way Way => way;

    public TimeSpan Delay { get; set; }

    /// <summary>What the sending side has said, wherever it is now.</summary>
    public long BytesTaken => Interlocked.Read(ref _taken);

    /// <summary>What the receiving side has got.</summary>
    public long BytesDelivered => Interlocked.Read(ref _delivered);

    public long BytesSwallowed => Interlocked.Read(ref _swallowed);

    /// <summary>The last bytes that were looked at, when somebody looks for words.</summary>
    internal byte[] Tail { get; set; } = [];

    public void Turn(FlowState state)
    {
        lock (_turning)
        {
            _state = state;
            _turned.SetResult();
            _turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Until the sender has ended and all has arrived, or the line is cut.</summary>
    public Task RunAsync(Socket from, Socket to) => Task.WhenAll(ReadAsync(from), WriteAsync(to));

    private async Task ReadAsync(Socket from)
    {
        var buffer = new byte[ReadBytesMax];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read) Take(buffer[..read]);
            Take([]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Take(null);
        }

        _underWay.Writer.Complete();
    }

    /// <summary>No bytes are the end of what the sender says; null is a reset by the sender.</summary>
    private void Take(byte[]? bytes)
    {
        if (_state == FlowState.Swallowing) Interlocked.Add(ref _swallowed, bytes?.Length ?? 0);
        else _underWay.Writer.TryWrite((Stopwatch.GetTimestamp(), bytes));
        Interlocked.Add(ref _taken, bytes?.Length ?? 0);
    }

    private async Task WriteAsync(Socket to)
    {
        try
        {
            await foreach (var (read, bytes) in _underWay.Reader.ReadAllAsync())
            {
                var left = Delay - Stopwatch.GetElapsedTime(read);
                if (left > TimeSpan.Zero) await Task.Delay(left);
                if (await MaySendAsync() && !await SendAsync(to, bytes)) return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            line.Cut();
        }
    }

    /// <summary>Waits while bytes are held; false when they are swallowed instead.</summary>
    private async Task<bool> MaySendAsync()
    {
        while (true)
        {
            Task turned;
            lock (_turning)
            {
                if (_state != FlowState.Holding) return _state == FlowState.Passing;
                turned = _turned.Task;
            }

            await turned;
        }
    }

    /// <summary>False when the line has ended with it.</summary>
    private async Task<bool> SendAsync(Socket to, byte[]? bytes)
    {
        if (bytes is null)
        {
            ProxyLine.Reset(to);
            return false;
        }

        if (bytes.Length == 0)
        {
            to.Shutdown(SocketShutdown.Send);
            return true;
        }

        var cut = proxy.CutIn(this, bytes);
        var allowed = cut?.Allowed ?? bytes.Length;
        for (var sent = 0; sent < allowed;) sent += await to.SendAsync(bytes.AsMemory(sent, allowed - sent));
        Interlocked.Add(ref _delivered, allowed);
        if (cut is not { Happened: { } happened }) return true;
        line.Cut();
        happened.SetResult();
        return false;
    }
}

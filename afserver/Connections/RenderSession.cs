using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;
using AfServer.Engine;
using AfServer.Journaling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AfServer.Connections;

/// <summary>
/// The server's end of one render's connection: turns packets into requests, and orders into packets. Ends once, with one
/// reason; whatever a peer does ends this connection and nothing else.
/// </summary>
internal sealed partial class RenderSession : IRenderSession, IPooledSession
{
    /// <summary>After the last packet was queued, a peer that still reads gets this many beats of the web server, one a second, to take it.</summary>
    private const int FarewellBeatsMax = 2;

    private readonly ConnectionContext _connection;
    private readonly Mailbox _mailbox;
    private readonly SocketPool _pool;
    private readonly RunLogs _logs;
    private readonly RenderRhythm _rhythm;
    private readonly ILogger<RenderSession> _logger;
    private readonly Channel<Action<PipeWriter>> _outbox = Channel.CreateBounded<Action<PipeWriter>>(new BoundedChannelOptions(WireLimits.PacketsInFlightMax) { SingleReader = true });
    private readonly TaskCompletionSource<string> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<TaskRunId, bool> _runs = [];
    private long _lastId;
    private Hello? _hello;
    private volatile bool _isIn;
    private RenderId? _render;

    public RenderSession(ConnectionContext connection, Mailbox mailbox, SocketPool pool, RunLogs logs, RenderRhythm rhythm, ILogger<RenderSession> logger)
    {
        (_connection, _mailbox, _pool, _logs, _rhythm, _logger) = (connection, mailbox, pool, logs, rhythm, logger);
        Peer = connection.RemoteEndPoint?.ToString() ?? "?";
    }

    public string ConnectionId => _connection.ConnectionId;

    public string Peer { get; }

    public Task Ended => _ended.Task;

    public void Send(RenderOrders orders, long responseId)
    {
        foreach (var start in orders.Starts) _runs[start.Run] = true;
        foreach (var closed in orders.Closed) _runs.TryRemove(closed.Run, out _);
        Enqueue(orders, responseId);
    }

    public void End(string reason) => _told.TrySetResult(reason);

    public async Task RunAsync()
    {
        if (_pool.Add(this) is { } full) Refuse(full);
        var reading = ReadAsync();
        var writing = WriteAsync();
        using var handshake = new CancellationTokenSource(WireLimits.HandshakeMax);
        using var silence = handshake.Token.Register(EndStranger);
        using var stopping = _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.Register(() => End("The server is stopping."));

        var end = await await Task.WhenAny(reading, writing, _told.Task);
        End(end);
        _outbox.Writer.TryComplete();
        LimitFarewell();
        await Task.WhenAll(reading, writing);

        _pool.Remove(this);
        await LeaveAsync();
        LogClosed(_hello?.Name ?? ConnectionId, Peer, end);
        _ended.TrySetResult();
    }

    /// <summary>The transport closes when it has sent everything. Aborting would throw that away, so it is for peers that do not take it.</summary>
    private void LimitFarewell()
    {
        var beats = 0;
        _connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
            connection =>
            {
                if (++beats > FarewellBeatsMax) ((ConnectionContext)connection).Abort();
            },
            _connection);
    }

    private void EndStranger()
    {
        if (!_isIn) End("It did not register in time.");
    }

    private async Task<string> ReadAsync()
    {
        var input = _connection.Transport.Input;
        try
        {
            var prefaceSeen = false;
            while (true)
            {
                // No token: it would fire at the peer's FIN, with bytes still unread.
                var read = await input.ReadAsync();
                var buffer = read.Buffer;
                if (!prefaceSeen) prefaceSeen = TakePreface(ref buffer);
                while (prefaceSeen && !_told.Task.IsCompleted && TryReadPacket(ref buffer, out var packet)) await ReceiveAsync(packet);
                if (_told.Task.IsCompleted) buffer = buffer.Slice(buffer.End);   // after its end nothing counts that it says
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) return "The peer has closed it.";
            }
        }
        catch (WireException e)
        {
            return $"The peer broke the protocol: {e.Message}";
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or FarmStoppedException)
        {
            return e.Message;
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private bool TakePreface(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < Preface.Length) return false;
        _ = Preface.TryRead(buffer, out var version);
        buffer = buffer.Slice(Preface.Length);
        if (version != Preface.Version) Refuse($"This server speaks version {Preface.Version} of the protocol, not {version}. Install the same release on both.");
        return true;
    }

    private bool TryReadPacket(ref ReadOnlySequence<byte> buffer, out Packet packet) =>
        PacketReader.TryRead(ref buffer, _hello is null ? WireLimits.HandshakePacketBytesMax : WireLimits.PacketBytesMax, out packet);

    private async Task ReceiveAsync(Packet packet)
    {
        LogPacket(_hello?.Name ?? ConnectionId, packet.Type, packet.Id);
        switch ((MessageType)packet.Type)
        {
            case MessageType.Hello: Receive(packet.Read<Hello>(), packet.Id); break;
            case MessageType.RenderRegister: await ReceiveAsync(packet.Read<RenderRegister>(), packet.Id); break;
            case MessageType.RenderReport when _render is { } render: await ReceiveAsync(render, packet.Read<RenderReport>(), packet.Id); break;
            case MessageType.RunOutput when _render is not null: Receive(packet.Read<RunOutput>()); break;
            case MessageType.RenderReport or MessageType.RunOutput: throw new WireException("A report came before the render was registered.");
            default: break;   // a newer peer's message: skipped, so that old and new can talk
        }
    }

    private void Receive(Hello hello, long id)
    {
        if (_hello is not null) throw new WireException("A second Hello.");
        if (string.IsNullOrWhiteSpace(hello.Name) || hello.Name.Length > JobProblems.NameLengthMax || hello.Name.Any(char.IsControl))
            throw new WireException("A Hello without a usable name.");
        _hello = hello;
        if (hello.Role == PeerRole.Render) Enqueue(new Welcome { Version = ProgramVersion.Text }, id);
        else Refuse($"This server knows no role {(int)hello.Role}.");
    }

    private async Task ReceiveAsync(RenderRegister register, long id)
    {
        if (_hello is not { } hello || _render is not null) throw new WireException("A registration without a Hello, or a second one.");
        if (register.Capacity < 1 || register.MaxTasks < 0) throw new WireException($"A render of capacity {register.Capacity} for {register.MaxTasks} tasks.");
        _isIn = true;

        var answer = await _mailbox.AskAsync(
            view => RenderRequests.Register(view, hello.Name, hello.Version, register, this, _rhythm.SilenceMax), CancellationToken.None);
        if (answer.Refusal is { } refusal)
        {
            Refuse(refusal);
            return;
        }

        _render = answer.Render;
        foreach (var verdict in answer.Verdicts.Where(verdict => verdict.Keep)) _runs[verdict.Run] = true;
        LogRegistered(hello.Name, Peer, register.Capacity, register.Held.Count);
        Enqueue(
            new RenderRegistered
            {
                RenderId = answer.Render.Value,
                HeartbeatMilliseconds = (int)(answer.Heartbeat > TimeSpan.Zero ? answer.Heartbeat : _rhythm.Heartbeat).TotalMilliseconds,
                SilenceMaxMilliseconds = (int)answer.SilenceMax.TotalMilliseconds,
                Verdicts = [.. answer.Verdicts.Select(verdict => new HeldVerdict(verdict.Run, verdict.Keep, _logs.Length(verdict.Run)))],
            },
            id);
    }

    private Task ReceiveAsync(RenderId render, RenderReport report, long id)
    {
        if (report.Ended.Any(end => end.Outcome == RunOutcome.RenderLost)) throw new WireException("A render that says of itself that it is lost.");
        return _mailbox.PostAsync(new FarmRequest<bool>(view => RenderRequests.Report(view, render, this, id, report)), CancellationToken.None);
    }

    private void Receive(RunOutput output)
    {
        if (!_runs.ContainsKey(output.Run)) return;   // of a run that was closed meanwhile, or never this render's
        var append = _logs.Append(output.Run, output.Offset, output.Bytes.Span);
        if (!append.Accepted) throw new WireException($"Output of {output.Run} from byte {output.Offset}, but only {append.Length} bytes came before it.");
    }

    private void Enqueue<TBody>(TBody message, long responseId)
        where TBody : IPacketBody<TBody>
    {
        var id = Interlocked.Increment(ref _lastId);
        if (!_outbox.Writer.TryWrite(output => PacketWriter.Write(output, message, id, responseId)))
            End("It takes its packets too slowly.");
    }

    private void Refuse(string reason)
    {
        Enqueue(new Refusal { Reason = reason }, 0);
        End($"It was refused: {reason}");
    }

    private async Task<string> WriteAsync()
    {
        var output = _connection.Transport.Output;
        try
        {
            while (await _outbox.Reader.WaitToReadAsync())
            {
                while (_outbox.Reader.TryRead(out var write)) write(output);
                var flushed = await output.FlushAsync();
                if (flushed.IsCompleted || flushed.IsCanceled) return "The peer reads no more.";
            }

            return "It was ended here.";
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return e.Message;
        }
        finally
        {
            await output.CompleteAsync();
        }
    }

    private async Task LeaveAsync()
    {
        if (_render is not { } render) return;
        try
        {
            await _mailbox.AskAsync(view => RenderRequests.Leave(view, render, this), CancellationToken.None);
        }
        catch (FarmStoppedException)
        {
            // The engine is gone, and with it what it knew of this connection.
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "{Render} at {Peer} registered: capacity {Capacity}, {HeldRuns} runs under way.")]
    private partial void LogRegistered(string render, string peer, int capacity, int heldRuns);

    [LoggerMessage(1002, LogLevel.Information, "{Render} at {Peer}: the connection ended. {Reason}")]
    private partial void LogClosed(string render, string peer, string reason);

    [LoggerMessage(1003, LogLevel.Trace, "{Render}: packet of type {Type}, id {PacketId}.")]
    private partial void LogPacket(string render, int type, long packetId);
}

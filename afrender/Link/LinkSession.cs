using System.Threading.Channels;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;
using AfRender.Agent;
using AfRender.Machine;
using Microsoft.Extensions.Logging;

namespace AfRender.Link;

/// <summary>What every session of a render needs.</summary>
internal sealed record LinkContext(
    RenderIdentity Identity, RenderAgent Agent, WakeUp Sender, IMachineGauge Gauge, TimeProvider Time, ILogger<LinkSession> Logger);

/// <summary>Asks the other servers of the list; null when none of them takes this render.</summary>
internal delegate Task<ServerAddress?> LookElsewhere(CancellationToken over);

/// <summary>One registered connection: sends reports and output, hands orders to the agent, and ends once, with one reason.</summary>
internal sealed partial class LinkSession : IServerSession
{
    /// <summary>The agent keeps two reports unanswered at most, and heartbeats; a session this far behind is stuck.</summary>
    private const int ReportsWaitingMax = 64;

    /// <summary>Small enough that a report never waits long behind it, large enough that its header does not count.</summary>
    private const int OutputChunkBytes = 64 * 1024;

    /// <summary>Unless the server says otherwise: a machine's load moves slowly.</summary>
    private const int MeasureEveryDefault = 3;

    /// <summary>A server that asks for more, or less, is taken at its nearest sane word.</summary>
    private static readonly TimeSpan _heartbeatLeast = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan _heartbeatMost = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _silenceMost = TimeSpan.FromHours(1);

    /// <summary>A server answers every heartbeat with the next one at the latest; half of one more is for a slow turn.</summary>
    private const double HeartbeatsUntilDoubt = 1.5;

    /// <summary>With fast heartbeats a pause of the machine alone is longer than that.</summary>
    private static readonly TimeSpan _doubtLeast = TimeSpan.FromSeconds(0.5);

    private readonly PacketLine _line;
    private readonly LinkContext _context;
    private readonly ILogger<LinkSession> _logger;
    private readonly Channel<(long Id, RenderReport Report)> _reports = Channel.CreateBounded<(long, RenderReport)>(ReportsWaitingMax);
    private readonly LookElsewhere? _elsewhere;
    private readonly TimeSpan _silenceWanted;
    private long _lastId;
    private long _heardAt;
    private volatile Pace _pace;

    /// <summary>How often this render speaks and measures, and how long the server may be silent: until it is doubted, and until it is left.</summary>
    private sealed record Pace(TimeSpan Heartbeat, TimeSpan DoubtAfter, TimeSpan SilenceMax, int MeasureEvery);

    /// <param name="elsewhere">Null when there is no other server.</param>
    public LinkSession(PacketLine line, RenderRegistered registered, long lastId, LinkContext context, LookElsewhere? elsewhere)
    {
        _elsewhere = elsewhere;
        _line = line;
        _context = context;
        _logger = context.Logger;
        _lastId = lastId;
        _heardAt = context.Time.GetTimestamp();
        _silenceWanted = TimeSpan.FromMilliseconds(registered.SilenceMaxMilliseconds);
        _pace = NewPace(registered.HeartbeatMilliseconds, registered.MeasureEvery > 0 ? registered.MeasureEvery : MeasureEveryDefault);
    }

    public OutputQueue Output { get; } = new();

    public long? Send(RenderReport report)
    {
        var id = Interlocked.Increment(ref _lastId);
        if (!_reports.Writer.TryWrite((id, report))) return null;
        _context.Sender.Set();
        return id;
    }

    /// <summary>Runs until the connection ends; the agent has been told of its beginning and its end.</summary>
    public async Task<SessionEnd> RunAsync(RenderRegistered registered, CancellationToken leaving)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        await _context.Agent.TellAsync(new AgentEvent.Joined(this, registered), leaving);
        using var heartbeat = new PeriodicTimer(_pace.Heartbeat, _context.Time);
        Task<SessionEnd>[] loops =
        [
            EndOfAsync(ReadAsync(heartbeat, over.Token)), EndOfAsync(WriteAsync(over.Token)), EndOfAsync(HeartbeatAsync(heartbeat, over.Token)),
            .. _elsewhere is { } elsewhere ? [EndOfAsync(DoubtAsync(elsewhere, over.Token))] : Array.Empty<Task<SessionEnd>>(),
        ];
        var end = await await Task.WhenAny(loops);

        await over.CancelAsync();
        _line.Close();
        await Task.WhenAll(loops);
        await _context.Agent.TellAsync(new AgentEvent.SessionEnded(this), CancellationToken.None);
        return end;
    }

    /// <summary>Whatever the network or the server does to a loop is a reason, not an exception.</summary>
    public static async Task<SessionEnd> EndOfAsync(Task<SessionEnd> loop)
    {
        try
        {
            return await loop;
        }
        catch (OperationCanceledException)
        {
            return new SessionEnd(SessionEndKind.Leaving, "This render ends.");
        }
        catch (WireException e)
        {
            return new SessionEnd(SessionEndKind.BadPacket, e.Message);
        }
        catch (Exception e) when (PacketLine.IsNetwork(e))
        {
            return new SessionEnd(SessionEndKind.Lost, e.Message);
        }
    }

    private async Task<SessionEnd> ReadAsync(PeriodicTimer heartbeat, CancellationToken over)
    {
        while (await _line.ReadAsync(over) is { } received)
        {
            Volatile.Write(ref _heardAt, _context.Time.GetTimestamp());
            switch (received.Message)
            {
                case RenderOrders orders:
                    SetPace(orders, heartbeat);
                    LogOrders(received.ResponseId, orders.Starts.Count, orders.Stops.Count, orders.Drops.Count, orders.Closed.Count);
                    await _context.Agent.TellAsync(new AgentEvent.OrdersArrived(this, received.ResponseId, orders), over);
                    break;
                case Refusal refusal:
                    return SessionEnd.Of(refusal);
                default:
                    throw new WireException($"A registered render does not expect {received.Message.GetType().Name}.");
            }
        }

        return new SessionEnd(SessionEndKind.Lost, "The server closed the connection.");
    }

    private async Task<SessionEnd> WriteAsync(CancellationToken over)
    {
        var chunk = new byte[OutputChunkBytes];
        while (true)
        {
            while (_reports.Reader.TryRead(out var next))
            {
                LogReport(next.Id, next.Report.Ended.Count, next.Report.Progress.Count);
                await _line.WriteAsync(next.Report, next.Id, over);
            }

            if (Output.Next() is { } source) await SendChunkAsync(source, chunk, over);
            else await _context.Sender.WaitAsync(over);
        }
    }

    private async Task SendChunkAsync(OutputSource source, byte[] chunk, CancellationToken over)
    {
        var read = await source.Spool.ReadAsync(source.Sent, chunk);
        if (read > 0)
        {
            var output = new RunOutput { Run = source.Run, Offset = source.Sent, Bytes = chunk.AsMemory(0, read) };
            await _line.WriteAsync(output, Interlocked.Increment(ref _lastId), over);
        }

        // A spool that cannot be read any more must not hold back the end of its run; nothing is sent after the gap.
        if (Output.Advance(source, read > 0 ? read : long.MaxValue - source.Sent))
            await _context.Agent.TellAsync(new AgentEvent.OutputSent(this, source.Run), over);
    }

    private async Task<SessionEnd> HeartbeatAsync(PeriodicTimer heartbeat, CancellationToken over)
    {
        for (var beat = 0; ; beat++)
        {
            var load = beat % _pace.MeasureEvery == 0 ? _context.Gauge.Read() : null;
            await _context.Agent.TellAsync(new AgentEvent.HeartbeatDue(this, load), over);
            await heartbeat.WaitForNextTickAsync(over);

            if (Silence > _pace.SilenceMax) return new SessionEnd(SessionEndKind.Silent, $"The server said nothing for {Silence.TotalSeconds:0.0} s.");
        }
    }

    private TimeSpan Silence => _context.Time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>
    /// A server that hangs keeps its connections open. It is left as soon as another one takes this render, which a standby does only when it leads;
    /// until then nothing is gained by leaving.
    /// </summary>
    private async Task<SessionEnd> DoubtAsync(LookElsewhere elsewhere, CancellationToken over)
    {
        while (true)
        {
            var calm = _pace.DoubtAfter - Silence;
            if (calm > TimeSpan.Zero) await Task.Delay(calm, _context.Time, over);
            else if (await elsewhere(over) is { } next && Silence > _pace.DoubtAfter)
                return new SessionEnd(SessionEndKind.Silent, $"The server said nothing for {Silence.TotalSeconds:0.0} s, and {next} takes this render.") { Next = next };
        }
    }

    /// <summary>Takes effect with the next beat, which is a new period from now on.</summary>
    private void SetPace(RenderOrders orders, PeriodicTimer heartbeat)
    {
        if (orders is { HeartbeatMilliseconds: <= 0, MeasureEvery: <= 0 }) return;
        var milliseconds = orders.HeartbeatMilliseconds > 0 ? orders.HeartbeatMilliseconds : (int)_pace.Heartbeat.TotalMilliseconds;
        _pace = NewPace(milliseconds, orders.MeasureEvery > 0 ? orders.MeasureEvery : _pace.MeasureEvery);
        if (heartbeat.Period != _pace.Heartbeat) heartbeat.Period = _pace.Heartbeat;
    }

    private Pace NewPace(int heartbeatMilliseconds, int measureEvery)
    {
        var heartbeat = Between(TimeSpan.FromMilliseconds(heartbeatMilliseconds), _heartbeatLeast, _heartbeatMost);
        var doubt = HeartbeatsUntilDoubt * heartbeat;
        return new Pace(heartbeat, doubt > _doubtLeast ? doubt : _doubtLeast, Between(_silenceWanted, 2 * heartbeat, _silenceMost), measureEvery);
    }

    private static TimeSpan Between(TimeSpan wanted, TimeSpan least, TimeSpan most) => wanted < least ? least : wanted > most ? most : wanted;

    [LoggerMessage(6101, LogLevel.Trace, "Report {Report} sent: {Ended} ended, {Progress} went on.")]
    private partial void LogReport(long report, int ended, int progress);

    [LoggerMessage(6102, LogLevel.Trace, "Report {Report} answered: {Starts} to start, {Stops} to stop, {Drops} to drop, {Closed} closed.")]
    private partial void LogOrders(long report, int starts, int stops, int drops, int closed);
}

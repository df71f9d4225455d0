using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;
using AfLoad.Figures;
using AfLoad.Servers;

namespace AfLoad.Renders;

/// <summary>
/// A render that does no work: every run that it is told to start has ended at once, or when the clock says so. It speaks the native protocol as afrender
/// does: ends are repeated until they are closed, and a spent credit is granted anew.
/// </summary>
internal sealed class SimulatedRender : IAsyncDisposable
{
    private const int CapacityPerSlot = BlockDescription.CapacityDefault;

    private readonly Socket _socket;
    private readonly PipeReader _reader;
    private readonly int _slots;
    private readonly RunTally _tally;
    private readonly WorkClock? _clock;
    private readonly ArrayBufferWriter<byte> _packet = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Lock _lock = new();
    private readonly HashSet<TaskRunId> _working = [];
    private readonly Dictionary<TaskRunId, RunEnd> _ended = [];
    private readonly Queue<(long Id, long SentAt, bool HasEnds)> _unanswered = [];
    private readonly Queue<long> _emptiedAt = [];
    private readonly Times _slotEmpty = new();
    private readonly Times _answers = new();
    private TimeSpan _heartbeat;
    private long _lastId;
    private int _unsaid;
    private int _filled;

    private SimulatedRender(Socket socket, string name, int slots, RunTally tally, WorkClock? clock)
    {
        Name = name;
        _slots = slots;
        _socket = socket;
        _tally = tally;
        _clock = clock;
        _reader = PipeReader.Create(new NetworkStream(socket, ownsSocket: false));
    }

    public string Name { get; }

    /// <summary>Runs that its server has told it to drop when it registered.</summary>
    public int Dropped { get; private set; }

    /// <summary>Runs that it was told to start and has not ended.</summary>
    public IReadOnlyList<TaskRunId> Working
    {
        get
        {
            lock (_lock) return [.. _working];
        }
    }

    /// <summary>Connects and registers, with the runs that it holds from before.</summary>
    /// <exception cref="LoadFailure">The server is not there, or refuses.</exception>
    public static async Task<SimulatedRender> JoinAsync(
        ServerAddress server, string name, int slots, RunTally tally, WorkClock? clock, CancellationToken cancel, IReadOnlyList<TaskRunId>? held = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancel);
            var render = new SimulatedRender(socket, name, slots, tally, clock);
            await socket.SendAsync(Preface.Bytes.ToArray(), cancel);
            await render.SendAsync(new Hello { Role = PeerRole.Render, Name = name, Version = ProgramVersion.Text }, cancel);
            await render.ExpectAsync<Welcome>(cancel);
            await render.SendAsync(
                new RenderRegister { InstanceId = name, HostName = name, OperatingSystem = "simulated", Cores = slots, MemoryMegabytes = 1024, Capacity = slots * CapacityPerSlot, MaxTasks = slots, Held = [.. (held ?? []).Select(run => new HeldRun(run, false))] },
                cancel);
            var registered = await render.ExpectAsync<RenderRegistered>(cancel);
            render._heartbeat = TimeSpan.FromMilliseconds(registered.HeartbeatMilliseconds);
            foreach (var verdict in registered.Verdicts)
            {
                if (verdict.Keep) render._working.Add(verdict.Run);
                else render.Dropped++;
            }

            return render;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LoadFailure(ExitCodes.NotReachable, $"No server answers at {server}: {e.Message}", e);
        }
        catch (Exception e) when (e is LoadFailure or OperationCanceledException or IOException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Forgets what was measured, so that what follows is measured alone.</summary>
    public void StartMeasuring()
    {
        lock (_lock)
        {
            _slotEmpty.Clear();
            _answers.Clear();
            _emptiedAt.Clear();
        }
    }

    /// <summary>From the end of a run to the start of the next one in its slot; and from a report to its answer.</summary>
    public void Measured(Times slotEmpty, Times answers)
    {
        lock (_lock)
        {
            slotEmpty.Add(_slotEmpty);
            answers.Add(_answers);
        }
    }

    /// <summary>Timestamps since when its empty slots are so.</summary>
    public IReadOnlyList<long> EmptySince()
    {
        lock (_lock) return [.. _emptiedAt];
    }

    /// <summary>The work of a run is done.</summary>
    public Task EndAsync(TaskRunId run, CancellationToken stop)
    {
        lock (_lock) TakeEnd(run);
        return ReportAsync(stop);
    }

    /// <summary>Serves until cancelled.</summary>
    /// <exception cref="LoadFailure">The server has ended the connection.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var beating = BeatAsync(over.Token);
        try
        {
            while (true)
            {
                var (orders, responseId) = await ReadAsync<RenderOrders>(over.Token);
                if (Obey(orders, responseId)) await ReportAsync(over.Token);
            }
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or IOException or SocketException)
        {
            // The measurement is over.
        }
        finally
        {
            await over.CancelAsync();
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reader.CompleteAsync();
        _sending.Dispose();
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_heartbeat);
        do await ReportAsync(stop);
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>Takes an answer in; true when a report is due now.</summary>
    private bool Obey(RenderOrders orders, long responseId)
    {
        var now = Stopwatch.GetTimestamp();
        var counted = 0;
        bool isDue;
        lock (_lock)
        {
            MeasureAnswer(responseId, now);
            foreach (var closed in orders.Closed)
            {
                if (_ended.Remove(closed.Run) && closed.Refusal.Length == 0) counted++;
            }

            foreach (var start in orders.Starts)
            {
                if (_ended.ContainsKey(start.Run) || !_working.Add(start.Run)) continue;
                if (_clock is null) TakeEnd(start.Run);
                else _clock.Hold(this, start.Run, _filled++ < _slots, now);
                if (_emptiedAt.TryDequeue(out var emptied)) _slotEmpty.Add(Times.Milliseconds(emptied, now));
            }

            isDue = _unanswered.Count == 0 || _unsaid > 0;
        }

        if (orders.Starts.Count > 0) _tally.Started(orders.Starts, now);
        if (counted > 0) _tally.Closed(counted);
        return isDue;
    }

    private void TakeEnd(TaskRunId run)
    {
        if (!_working.Remove(run)) return;
        _ended.Add(run, new RunEnd { Run = run, Outcome = _tally.OutcomeOf(run) });
        _unsaid++;
    }

    /// <summary>A report with ends is answered at once; one without, when the next report comes.</summary>
    private void MeasureAnswer(long responseId, long now)
    {
        while (_unanswered.TryDequeue(out var report))
        {
            if (report.Id != responseId) continue;
            if (report.HasEnds) _answers.Add(Times.Milliseconds(report.SentAt, now));
            else if (_unanswered.TryPeek(out var next)) _answers.Add(Times.Milliseconds(next.SentAt, now));
            return;
        }
    }

    private async Task ReportAsync(CancellationToken stop)
    {
        await _sending.WaitAsync(stop);
        try
        {
            RenderReport report;
            long id;
            lock (_lock)
            {
                report = new RenderReport { Ended = [.. _ended.Values] };
                id = ++_lastId;
                var now = Stopwatch.GetTimestamp();
                _unanswered.Enqueue((id, now, report.Ended.Count > 0));
                for (; _unsaid > 0; _unsaid--) _emptiedAt.Enqueue(now);
            }

            await WriteAsync(report, id, stop);
        }
        finally
        {
            _sending.Release();
        }
    }

    private ValueTask WriteAsync<TBody>(TBody message, long id, CancellationToken cancel)
        where TBody : IPacketBody<TBody>
    {
        _packet.ResetWrittenCount();
        PacketWriter.Write(_packet, message, id, responseId: 0);
        return SendAllAsync(_packet.WrittenMemory, cancel);
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, cancel)..];
    }

    private async Task SendAsync<TBody>(TBody message, CancellationToken cancel)
        where TBody : IPacketBody<TBody> => await WriteAsync(message, ++_lastId, cancel);

    private async Task<TBody> ExpectAsync<TBody>(CancellationToken cancel)
        where TBody : IPacketBody<TBody> => (await ReadAsync<TBody>(cancel)).Message;

    private async ValueTask<(TBody Message, long ResponseId)> ReadAsync<TBody>(CancellationToken cancel)
        where TBody : IPacketBody<TBody>
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancel);
            var buffer = read.Buffer;
            if (PacketReader.TryRead(ref buffer, out var packet))
            {
                if (packet.Type == (int)MessageType.Refusal) throw new LoadFailure(ExitCodes.Failed, $"The server refuses a simulated render: {packet.Read<Refusal>().Reason}");
                if (packet.Type != TBody.PacketType) throw new LoadFailure(ExitCodes.Failed, $"The server sent a packet of type {packet.Type} where {TBody.PacketType} was due.");
                var answer = (packet.Read<TBody>(), packet.ResponseId);
                _reader.AdvanceTo(buffer.Start);
                return answer;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) throw new LoadFailure(ExitCodes.Failed, "The server has ended the connection of a simulated render.");
        }
    }
}

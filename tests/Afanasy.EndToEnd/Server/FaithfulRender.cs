using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.EndToEnd.Server;

/// <summary>
/// A render that does no work and forgets nothing: it comes back to every new server with the runs that it holds, repeats ends until they
/// are confirmed, and keeps half of its slots busy so that there is always something to lose.
/// </summary>
internal sealed class FaithfulRender(int port, string name, int slots, ToldRuns runs) : IDisposable
{
    private static readonly TimeSpan _tryAgain = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _heartbeat = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly List<TaskRunId> _working = [];
    private readonly Dictionary<TaskRunId, RunEnd> _ended = [];
    private bool _isLast;
    private bool _hasNews;
    private long _lastId;
    private long _lastReport;

    /// <summary>Connections that were taken in.</summary>
    public int Joined { get; private set; }

    /// <summary>From now on every run ends at once.</summary>
    public void FinishAll()
    {
        lock (_lock)
        {
            _isLast = true;
            EndSurplus();
        }
    }

    /// <summary>Serves one server after the other until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var pause = new PeriodicTimer(_tryAgain);
        try
        {
            while (await pause.WaitForNextTickAsync(stop))
            {
                try
                {
                    await ServeAsync(stop);
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    // The server is not there, or was killed: the next one.
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    public void Dispose() => _sending.Dispose();

    private async Task ServeAsync(CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        await using var stream = new NetworkStream(socket);
        var input = PipeReader.Create(stream);
        await RegisterAsync(stream, input, stop);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var beating = BeatAsync(stream, over.Token);
        try
        {
            while (true)
            {
                var (orders, answered) = await ReadAsync<RenderOrders>(input, stop);
                if (Obey(orders, answered)) await ReportAsync(stream, stop);
            }
        }
        finally
        {
            await over.CancelAsync();
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RegisterAsync(Stream stream, PipeReader input, CancellationToken stop)
    {
        await stream.WriteAsync(Preface.Bytes.ToArray(), stop);
        await SendAsync(stream, new Hello { Role = PeerRole.Render, Name = name, Version = "test" }, stop);
        await ReadAsync<Welcome>(input, stop);
        List<HeldRun> held;
        lock (_lock) held = [.. _working.Select(run => new HeldRun(run, false)), .. _ended.Keys.Select(run => new HeldRun(run, true))];
        await SendAsync(
            stream,
            new RenderRegister { InstanceId = name, HostName = name, Cores = slots, MemoryMegabytes = 1024, Capacity = slots * BlockDescription.CapacityDefault, Services = ["generic"], Held = held },
            stop);
        var (registered, _) = await ReadAsync<RenderRegistered>(input, stop);
        Joined++;
        foreach (var verdict in registered.Verdicts.Where(verdict => !verdict.Keep)) Drop(verdict.Run);
    }

    /// <summary>The farm has no such run: right when it was told of its end, and had no time to confirm it.</summary>
    private void Drop(TaskRunId run)
    {
        if (!runs.WasReported(run)) runs.Wrongs.Enqueue($"{run} ran on {name}, and the server that came back does not know it");
        lock (_lock)
        {
            _working.Remove(run);
            _ended.Remove(run);
        }
    }

    /// <summary>Takes an answer in; true when a report is due now: there is news, or the server has no credit left.</summary>
    private bool Obey(RenderOrders orders, long answered)
    {
        lock (_lock)
        {
            foreach (var closed in orders.Closed)
            {
                if (!_ended.Remove(closed.Run, out var end)) continue;   // said twice, and answered before
                if (closed.Refusal.Length > 0) runs.Wrongs.Enqueue($"the end of {closed.Run} was refused: {closed.Refusal}");
                else runs.Confirmed(closed.Run, end.Outcome);
            }

            foreach (var start in orders.Starts)
            {
                runs.Told(start.Run, name);
                _working.Add(start.Run);
            }

            foreach (var stopped in orders.Stops.Where(_working.Contains).ToList()) End(stopped, RunOutcome.Stopped);
            EndSurplus();
            return _hasNews || answered == _lastReport;
        }
    }

    private void EndSurplus()
    {
        while (_working.Count > (_isLast ? 0 : slots / 2)) End(_working[0], RunOutcome.Done);
    }

    private void End(TaskRunId run, RunOutcome outcome)
    {
        _working.Remove(run);
        _ended.Add(run, new RunEnd { Run = run, Outcome = outcome, ElapsedMilliseconds = 1 });
        _hasNews = true;
    }

    private async Task BeatAsync(Stream stream, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_heartbeat);
        do await ReportAsync(stream, stop);
        while (await timer.WaitForNextTickAsync(stop));
    }

    private async Task ReportAsync(Stream stream, CancellationToken stop)
    {
        await _sending.WaitAsync(stop);
        try
        {
            RenderReport report;
            lock (_lock)
            {
                report = new RenderReport { Ended = [.. _ended.Values] };
                foreach (var end in report.Ended) runs.Reported(end.Run, end.Outcome);
                _hasNews = false;
                _lastReport = _lastId + 1;
            }

            await SendAsync(stream, report, stop);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task SendAsync<TBody>(Stream stream, TBody message, CancellationToken stop)
        where TBody : IPacketBody<TBody>
    {
        var packet = new ArrayBufferWriter<byte>();
        PacketWriter.Write(packet, message, ++_lastId, 0);
        await stream.WriteAsync(packet.WrittenMemory, stop);
    }

    /// <exception cref="IOException">The server has gone.</exception>
    private static async Task<(TBody Message, long Answered)> ReadAsync<TBody>(PipeReader input, CancellationToken stop)
        where TBody : IPacketBody<TBody>
    {
        while (true)
        {
            var read = await input.ReadAsync(stop);
            var buffer = read.Buffer;
            if (PacketReader.TryRead(ref buffer, out var packet))
            {
                var message = (packet.Read<TBody>(), packet.ResponseId);
                input.AdvanceTo(buffer.Start);
                return message;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) throw new IOException("The server has ended the connection.");
        }
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Tests.Support;

/// <summary>
/// One connected render, seen from the server. Keeps the rules of the protocol (a credit that is still unspent when the
/// next one comes is answered empty) and remembers all that it hears.
/// </summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly PipeReader _reader;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentQueue<RenderReport> _reports = new();
    private readonly ConcurrentDictionary<TaskRunId, MemoryStream> _output = new();
    private Task _listening = Task.CompletedTask;
    private TaskCompletionSource _mayRead = new();
    private long _lastId;
    private long _credit;

    public ScriptedPeer(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        _mayRead.SetResult();
    }

    public Hello? Hello { get; private set; }

    public RenderRegister? Registered { get; private set; }

    /// <summary>Says Keep from byte 0 unless a test says otherwise.</summary>
    public Func<HeldRun, HeldVerdict> Verdict { get; set; } = held => new HeldVerdict(held.Run, Keep: true, OutputBytes: 0);

    /// <summary>Closes every end as soon as it is reported, as a server does after its commit.</summary>
    public bool ClosesEnds { get; set; } = true;

    /// <summary>False plays a server that hangs.</summary>
    public bool AnswersReports { get; set; } = true;

    /// <summary>True when the render has ended the connection.</summary>
    public bool IsOver => _listening.IsCompleted;

    public IReadOnlyCollection<RenderReport> Reports => _reports;

    public IEnumerable<RunEnd> Ends => _reports.SelectMany(report => report.Ended);

    public string Output(TaskRunId run)
    {
        if (!_output.TryGetValue(run, out var bytes)) return "";
        lock (bytes) return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>The first offset at which output came.</summary>
    public ConcurrentDictionary<TaskRunId, long> OutputFrom { get; } = new();

    public async Task JoinAsync(int heartbeatMilliseconds, int silenceMilliseconds)
    {
        await TakePrefaceAsync();
        Hello = (await ReceiveAsync<Hello>()).Message;
        await SendAsync(new Welcome { Version = "test" }, 1);
        (var id, Registered) = await ReceiveAsync<RenderRegister>();
        var registered = new RenderRegistered
        {
            RenderId = 7,
            HeartbeatMilliseconds = heartbeatMilliseconds,
            SilenceMaxMilliseconds = silenceMilliseconds,
            Verdicts = [.. Registered.Held.Select(Verdict)],
        };
        await SendAsync(registered, id);
        _listening = ListenAsync();
    }

    public async Task TakePrefaceAsync()
    {
        var read = await _reader.ReadAtLeastAsync(Preface.Length);
        Assert.That(Preface.TryRead(read.Buffer, out _), Is.EqualTo(PrefaceMatch.Match));
        _reader.AdvanceTo(read.Buffer.GetPosition(Preface.Length));
    }

    public async Task<(long Id, TBody Message)> ReceiveAsync<TBody>()
        where TBody : IPacketBody<TBody>
    {
        while (true)
        {
            var read = await _reader.ReadAsync();
            var buffer = read.Buffer;
            if (PacketReader.TryRead(ref buffer, out var packet))
            {
                Assert.That((MessageType)packet.Type, Is.EqualTo((MessageType)TBody.PacketType));
                var message = packet.Read<TBody>();
                var id = packet.Id;
                _reader.AdvanceTo(buffer.Start);
                return (id, message);
            }

            Assert.That(read.IsCompleted, Is.False, $"the render went without sending {typeof(TBody).Name}");
            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public async Task SendAsync<TBody>(TBody message, long responseId)
        where TBody : IPacketBody<TBody>
    {
        var packet = new ArrayBufferWriter<byte>();
        PacketWriter.Write(packet, message, Interlocked.Increment(ref _lastId), responseId);
        await SendBytesAsync(packet.WrittenMemory);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // The render has gone; the test looks at what it did before.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits for a credit and spends it on these orders.</summary>
    public async Task OrderAsync(RenderOrders orders)
    {
        long credit = 0;
        await Eventually.TrueAsync(() => (credit = Interlocked.Exchange(ref _credit, 0)) != 0, "a credit");
        await SendAsync(orders, credit);
    }

    public Task StartAsync(params RunStart[] starts) => OrderAsync(new RenderOrders { Starts = starts });

    /// <summary>Reads nothing until <see cref="Resume"/>.</summary>
    public void Pause() => _mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => _mayRead.TrySetResult();

    public async Task<RunEnd> EndOfAsync(TaskRunId run)
    {
        await Eventually.TrueAsync(() => Ends.Any(end => end.Run == run), $"the end of {run}");
        return Ends.First(end => end.Run == run);
    }

    /// <summary>Cuts the connection as a server does that dies.</summary>
    public async Task CutAsync()
    {
        await _stream.DisposeAsync();
        Resume();
        await _listening;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _sending.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                await _mayRead.Task;
                var read = await _reader.ReadAsync();
                var buffer = read.Buffer;
                while (PacketReader.TryRead(ref buffer, out var packet)) await HearAsync(packet);
                _reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The connection is over.
        }
    }

    private async Task HearAsync(Packet packet)
    {
        if ((MessageType)packet.Type == MessageType.RunOutput)
        {
            Keep(packet.Read<RunOutput>());
            return;
        }

        Assert.That((MessageType)packet.Type, Is.EqualTo(MessageType.RenderReport));
        var (id, report) = (packet.Id, packet.Read<RenderReport>());
        _reports.Enqueue(report);
        if (!AnswersReports) return;
        if (ClosesEnds && report.Ended.Count > 0)
            await SendAsync(new RenderOrders { Closed = [.. report.Ended.Select(end => new RunClosed { Run = end.Run })] }, id);
        else if (Interlocked.Exchange(ref _credit, id) is var unspent and not 0)
            await SendAsync(new RenderOrders(), unspent);
    }

    private void Keep(RunOutput output)
    {
        OutputFrom.TryAdd(output.Run, output.Offset);
        var bytes = _output.GetOrAdd(output.Run, _ => new MemoryStream());
        lock (bytes)
        {
            Assert.That(output.Offset, Is.EqualTo(OutputFrom[output.Run] + bytes.Length), "output comes without gaps");
            bytes.Write(output.Bytes.Span);
        }
    }
}

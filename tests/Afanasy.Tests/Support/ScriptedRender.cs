using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Wire;

namespace Afanasy.Tests.Support;

/// <summary>A packet from the server, read.</summary>
internal sealed record Heard(long Id, long ResponseId, object Message);

/// <summary>A render that says what a test tells it to, over a real connection, and keeps what it hears.</summary>
internal sealed class ScriptedRender : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Channel<Heard> _heard = Channel.CreateUnbounded<Heard>();
    private readonly Queue<RunStart> _starts = [];
    private readonly Task _listening;
    private long _lastId;
    private long _credit;

    private ScriptedRender(Socket socket, bool reads)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
        _listening = reads ? ListenAsync() : Task.CompletedTask;
    }

    /// <summary>Done when the server has closed the connection.</summary>
    public Task Gone => _listening.WaitAsync(_patience);

    public RenderRegistered Registered { get; private set; } = new();

    /// <summary>All answers so far, by the report that they answer.</summary>
    public List<(long Report, RenderOrders Orders)> Answers { get; } = [];

    /// <summary>A connection on which nothing was said yet.</summary>
    public static async Task<ScriptedRender> ConnectAsync(RunningServer server, bool reads = true)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (!reads) socket.ReceiveBufferSize = 4096;
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return new ScriptedRender(socket, reads);
    }

    /// <summary>A render that was taken in.</summary>
    public static async Task<ScriptedRender> JoinAsync(RunningServer server, string name = "r1", string? instance = null, int capacity = 1000, params HeldRun[] held)
    {
        var render = await ConnectAsync(server);
        await render.RegisterAsync(name, instance, capacity, held);
        return render;
    }

    public static RenderRegister Registration(string instance, int capacity = 1000, params HeldRun[] held) =>
        new() { InstanceId = instance, HostName = "host", OperatingSystem = "linux", Cores = 4, MemoryMegabytes = 4096, Capacity = capacity, Services = ["generic"], Held = held };

    /// <summary>All bytes of a handshake.</summary>
    public static byte[] Handshake(string name, string instance)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(Preface.Bytes);
        PacketWriter.Write(bytes, new Hello { Role = PeerRole.Render, Name = name, Version = "test" }, 1, 0);
        PacketWriter.Write(bytes, Registration(instance), 2, 0);
        return bytes.WrittenSpan.ToArray();
    }

    public async Task GreetAsync(string name)
    {
        await SendBytesAsync(Preface.Bytes.ToArray());
        await SendAsync(new Hello { Role = PeerRole.Render, Name = name, Version = "test" });
    }

    public Task RegisterAsync(string name, string? instance = null, int capacity = 1000, params HeldRun[] held) =>
        RegisterAsync(name, Registration(instance ?? $"instance of {name}", capacity, held));

    public async Task RegisterAsync(string name, RenderRegister registration)
    {
        await GreetAsync(name);
        await NextAsync<Welcome>();
        await SendAsync(registration);
        Registered = await NextAsync<RenderRegistered>();
    }

    /// <summary>Sends a packet and says its id.</summary>
    public async Task<long> SendAsync<TBody>(TBody message)
        where TBody : IPacketBody<TBody>
    {
        var packet = new ArrayBufferWriter<byte>();
        PacketWriter.Write(packet, message, ++_lastId, 0);
        await SendBytesAsync(packet.WrittenMemory);
        return _lastId;
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes);

    /// <summary>A heartbeat, perhaps with ends of runs; returns its id, which the server answers once.</summary>
    public async Task<long> ReportAsync(params RunEnd[] ended) => _credit = await SendAsync(new RenderReport { Ended = ended });

    /// <summary>Reads until this report was answered.</summary>
    public async Task<RenderOrders> AnswerToAsync(long report)
    {
        while (true)
        {
            var heard = await HearAsync();
            Assert.That(heard.Message, Is.InstanceOf<RenderOrders>());
            var orders = (RenderOrders)heard.Message;
            Answers.Add((heard.ResponseId, orders));
            foreach (var start in orders.Starts) _starts.Enqueue(start);
            if (heard.ResponseId == _credit) _credit = 0;
            if (heard.ResponseId == report) return orders;
        }
    }

    /// <summary>The next run to start, asking for it with a heartbeat when no credit is out.</summary>
    public async Task<RunStart> StartAsync()
    {
        while (_starts.Count == 0)
        {
            if (_credit == 0) await ReportAsync();
            await AnswerToAsync(_credit);
        }

        return _starts.Dequeue();
    }

    /// <summary>The next answer that says to end something.</summary>
    public async Task<IReadOnlyList<TaskRunId>> StopsAsync()
    {
        while (true)
        {
            if (_credit == 0) await ReportAsync();
            var orders = await AnswerToAsync(_credit);
            if (orders.Stops.Count > 0) return orders.Stops;
        }
    }

    /// <summary>Reports an end and waits until the server has closed the run; says the refusal, or nothing.</summary>
    public async Task<string> EndAsync(TaskRunId run, RunOutcome outcome = RunOutcome.Done, int exitCode = 0)
    {
        var orders = await AnswerToAsync(await ReportAsync(new RunEnd { Run = run, Outcome = outcome, ExitCode = exitCode, Reason = outcome == RunOutcome.Done ? "" : "as told" }));
        return orders.Closed.Single(closed => closed.Run == run).Refusal;
    }

    public Task<long> PrintAsync(TaskRunId run, long offset, string text) => SendAsync(new RunOutput { Run = run, Offset = offset, Bytes = Encoding.UTF8.GetBytes(text) });

    public async Task<TBody> NextAsync<TBody>()
    {
        var heard = await HearAsync();
        Assert.That(heard.Message, Is.InstanceOf<TBody>(), heard.Message.ToString());
        return (TBody)heard.Message;
    }

    public async Task<Heard> HearAsync()
    {
        using var tooLong = new CancellationTokenSource(_patience);
        try
        {
            return await _heard.Reader.ReadAsync(tooLong.Token);
        }
        catch (ChannelClosedException)
        {
            Assert.Fail("The server has closed the connection.");
            throw;
        }
    }

    /// <summary>Says that nothing more will be sent, and goes on reading.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection as a machine does that loses its power and comes back: with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
        await _listening;
    }

    private async Task ListenAsync()
    {
        var input = PipeReader.Create(_stream);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var buffer = read.Buffer;
                while (PacketReader.TryRead(ref buffer, out var packet)) _heard.Writer.TryWrite(new Heard(packet.Id, packet.ResponseId, Read(packet)));
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The connection is over.
        }
        finally
        {
            _heard.Writer.TryComplete();
        }
    }

    private static object Read(Packet packet) => (MessageType)packet.Type switch
    {
        MessageType.Welcome => packet.Read<Welcome>(),
        MessageType.Refusal => packet.Read<Refusal>(),
        MessageType.RenderRegistered => packet.Read<RenderRegistered>(),
        MessageType.RenderOrders => packet.Read<RenderOrders>(),
        _ => throw new WireException($"The server sent type {packet.Type}."),
    };
}

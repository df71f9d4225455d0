using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Afanasy.Messages;
using Afanasy.Wire;

namespace AfRender.Link;

/// <summary>A message of the server, and the report that it answers.</summary>
internal sealed record Received(long ResponseId, object Message);

/// <summary>Packets over one TCP connection that this side has opened. One reads, one writes.</summary>
internal sealed class PacketLine : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly PipeReader _reader;
    private readonly ArrayBufferWriter<byte> _packet = new();

    private PacketLine(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
    }

    /// <summary>What the network does to those who use it; no fault of anybody here.</summary>
    public static bool IsNetwork(Exception e) => e is IOException or SocketException or ObjectDisposedException;

    /// <summary>Connects and sends the preface.</summary>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<PacketLine> ConnectAsync(ServerAddress server, CancellationToken cancellation)
    {
        // NoDelay: a report is small and must not wait for another one.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellation);
            var line = new PacketLine(socket);
            await line._stream.WriteAsync(Preface.Bytes.ToArray(), cancellation);
            return line;
        }
        catch (Exception e) when (IsNetwork(e) || e is OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task WriteAsync<TBody>(TBody message, long id, CancellationToken cancellation)
        where TBody : IPacketBody<TBody>
    {
        _packet.ResetWrittenCount();
        PacketWriter.Write(_packet, message, id, responseId: 0);
        await _stream.WriteAsync(_packet.WrittenMemory, cancellation);
    }

    /// <summary>The next message that this side knows; null when the server has closed the connection.</summary>
    /// <exception cref="WireException">The server does not speak our protocol.</exception>
    public async Task<Received?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            if (PacketReader.TryRead(ref buffer, out var packet))
            {
                var received = Decode(packet);
                _reader.AdvanceTo(buffer.Start);
                if (received is not null) return received;
                continue;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    /// <summary>Ends reading and writing, from any thread.</summary>
    public void Close() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private static Received? Decode(Packet packet)
    {
        object? message = (MessageType)packet.Type switch
        {
            MessageType.Welcome => packet.Read<Welcome>(),
            MessageType.Refusal => packet.Read<Refusal>(),
            MessageType.RenderRegistered => packet.Read<RenderRegistered>(),
            MessageType.RenderOrders => packet.Read<RenderOrders>(),

            // A newer server may say more than this side knows.
            _ => null,
        };
        return message is null ? null : new Received(packet.ResponseId, message);
    }
}

using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AfServer.Connections;

/// <summary>Looks at the first bytes of a connection and hands it to the door that knows them; what looks like HTTP goes on to Kestrel.</summary>
internal sealed partial class PortSniffer(IReadOnlyList<IDoor> doors, ILogger<PortSniffer> logger)
{
    /// <summary>No door needs more than this to be sure.</summary>
    private const int FirstBytesMax = 16;

    /// <summary>A peer that opens a connection and says nothing holds a socket: browsers that preconnect wait longer than this seldom.</summary>
    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(30);

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        silence.CancelAfter(_silenceMax);
        var (door, isHttp) = await FindDoorAsync(connection, silence.Token);
        if (door is not null) await door.ServeAsync(connection);
        else if (isHttp) await http(connection);
        else connection.Abort();
    }

    /// <summary>The one door that recognises the bytes, or none; pure, so that it can be tried with anything.</summary>
    internal static (IDoor? Door, bool IsHttp, bool NeedMore) Classify(IReadOnlyList<IDoor> doors, ReadOnlySpan<byte> first)
    {
        if (first.IsEmpty) return (null, false, true);
        var needMore = false;
        foreach (var door in doors)
        {
            var match = door.Recognise(first);
            if (match == DoorMatch.Yes) return (door, false, false);
            needMore |= match == DoorMatch.NeedMore;
        }

        if (needMore && first.Length < FirstBytesMax) return (null, false, true);
        var isHttp = first[0] is >= (byte)'A' and <= (byte)'Z' or (byte)'\r' or (byte)'\n';
        return (null, isHttp, false);
    }

    private async Task<(IDoor? Door, bool IsHttp)> FindDoorAsync(ConnectionContext connection, CancellationToken silence)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(silence);
                var (door, isHttp, needMore) = Classify(doors, FirstOf(read.Buffer));
                if (needMore && !read.IsCompleted && !read.IsCanceled)
                {
                    input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                // Examined must be the start here: the next reader has to see these bytes without waiting for new ones.
                input.AdvanceTo(read.Buffer.Start);
                if (door is null && !isHttp) LogUnknown(connection.ConnectionId, connection.RemoteEndPoint?.ToString() ?? "?", read.Buffer.Length);
                return (door, isHttp);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return (null, false);
        }
    }

    private static ReadOnlySpan<byte> FirstOf(in ReadOnlySequence<byte> buffer) =>
        buffer.FirstSpan.Length >= FirstBytesMax || buffer.IsSingleSegment
            ? buffer.FirstSpan[..Math.Min(buffer.FirstSpan.Length, FirstBytesMax)]
            : buffer.Slice(0, Math.Min(buffer.Length, FirstBytesMax)).ToArray();

    [LoggerMessage(1101, LogLevel.Information, "{Connection} from {Peer} speaks no protocol known here ({Bytes} bytes); closed.")]
    private partial void LogUnknown(string connection, string peer, long bytes);
}

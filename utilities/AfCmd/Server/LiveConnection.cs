using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace AfCmd.Server;

/// <summary>What the server tells by itself. Outlives restarts and changes of the server: it connects and subscribes again, and says once that it waits.</summary>
internal sealed class LiveConnection(FarmServers farm, string? token, TimeProvider time, Action<string> note)
{
    /// <summary>Between two tries to connect again: soon enough for a person, rare enough for a server that starts.</summary>
    public static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(1);

    /// <summary>A server that stays away longer is no restart; a script must not hang on it for ever.</summary>
    public static readonly TimeSpan ReconnectTimeMax = TimeSpan.FromHours(1);

    /// <summary>A picture of a thousand jobs with all their blocks is some megabytes; more than this is no message of ours.</summary>
    public const int MessageBytesMax = 64 * 1024 * 1024;

    /// <summary>A server that answers no ping for so long is gone, even when its machine did not say so.</summary>
    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(15);

    /// <summary>Where another server may be the one, a halted one is left sooner.</summary>
    private static readonly TimeSpan _silenceOfManyMax = TimeSpan.FromSeconds(3);

    private ServerAddress _address;

    /// <summary>Every message until <paramref name="stop"/>; after a reconnect the server starts with a fresh picture.</summary>
    public async IAsyncEnumerable<JsonElement> MessagesAsync(string subscription, [EnumeratorCancellation] CancellationToken stop)
    {
        var isLost = false;
        while (true)
        {
            using var socket = await ConnectAsync(subscription, isLost, stop);
            while (await ReceiveAsync(socket, stop) is { } bytes)
            {
                using var message = Parse(bytes);
                if (message.RootElement.TryGetProperty("type", out var type) && type.GetString() == "problem")
                    throw new CommandFailure(ExitCodes.Refused, message.RootElement.TryGetProperty("detail", out var detail) ? $"{detail}" : "The server did not understand the subscription.");
                yield return message.RootElement;
            }

            isLost = true;
        }
    }

    private async Task<ClientWebSocket> ConnectAsync(string subscription, bool isLost, CancellationToken stop)
    {
        if (!isLost) _address = await farm.LeaderAsync(stop);
        var lost = _address;
        var socket = isLost ? null : await TryConnectAsync(subscription, stop);
        if (socket is not null) return socket;

        note($"The live connection to the server at {lost} is lost; {(farm.HasOthers ? "looking for the server that leads the farm." : "waiting for the server to come back.")}");
        var since = time.GetTimestamp();
        farm.Leave(lost);
        while (socket is null)
        {
            if (time.GetElapsedTime(since) > ReconnectTimeMax)
                throw new CommandFailure(ExitCodes.NotReachable, $"No server at {farm.Words} came back within {ReconnectTimeMax.TotalMinutes:0} minutes.");
            await Task.Delay(ReconnectPause, time, stop);
            socket = await TryNextAsync(subscription, stop);
        }

        note(_address == lost ? "The server is back." : $"The server at {_address} leads the farm now.");
        return socket;
    }

    private async Task<ClientWebSocket?> TryNextAsync(string subscription, CancellationToken stop)
    {
        if (await farm.FindAsync(stop) is not { } leader) return null;
        _address = leader;
        var socket = await TryConnectAsync(subscription, stop);
        if (socket is null) farm.Leave(leader);
        return socket;
    }

    private async Task<ClientWebSocket?> TryConnectAsync(string subscription, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.KeepAliveInterval = farm.HasOthers ? _silenceOfManyMax : _silenceMax;
        socket.Options.KeepAliveTimeout = farm.HasOthers ? _silenceOfManyMax : _silenceMax;
        socket.Options.CollectHttpResponseDetails = true;
        if (!string.IsNullOrEmpty(token)) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");

        using var limit = new CancellationTokenSource(ServerClient.ConnectTimeMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await socket.ConnectAsync(_address.Live, either.Token);
            await socket.SendAsync(Encoding.UTF8.GetBytes(subscription), WebSocketMessageType.Text, true, either.Token);
            return socket;
        }
        catch (Exception e) when (e is WebSocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            if (status is >= 400 and < 500) throw new CommandFailure(ExitCodes.Refused, $"The server at {_address} refused the live connection with status {status}.");
            return null;
        }
    }

    /// <summary>One whole message; null when the connection is gone.</summary>
    private static async Task<byte[]?> ReceiveAsync(ClientWebSocket socket, CancellationToken stop)
    {
        var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), stop);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                if (whole.Length + part.Count > MessageBytesMax)
                    throw new CommandFailure(ExitCodes.Refused, $"The server sent a live message longer than {MessageBytesMax} bytes.");
                whole.Write(buffer, 0, part.Count);
                if (part.EndOfMessage) return whole.ToArray();
            }
        }
        catch (Exception e) when (e is WebSocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private static JsonDocument Parse(byte[] bytes)
    {
        try { return JsonDocument.Parse(bytes); }
        catch (JsonException e) { throw new CommandFailure(ExitCodes.Refused, $"The server sent a live message that is no JSON: {e.Message}"); }
    }
}

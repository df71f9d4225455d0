using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Afanasy.Tests.Support;

/// <summary>A monitor's end of the live WebSocket, one message at a time.</summary>
internal sealed class LiveClient(ClientWebSocket socket) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public WebSocketState State => socket.State;

    public Task SubscribeAsync(object subscription) => SendAsync(JsonSerializer.Serialize(new { subscribe = subscription }));

    public async Task SendAsync(string text)
    {
        using var tooLong = new CancellationTokenSource(_patience);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, tooLong.Token);
    }

    public async Task<JsonElement> NextAsync()
    {
        using var tooLong = new CancellationTokenSource(_patience);
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, tooLong.Token);
            Assert.That(part.MessageType, Is.EqualTo(WebSocketMessageType.Text), $"the server closed it: {socket.CloseStatusDescription}");
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonElement.Parse(message.ToArray());
        }
    }

    /// <summary>The next message of this type; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.GetProperty("type").GetString() == type) return message;
        }
    }

    /// <summary>Reads until a message holds; says what it waited for when none comes.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> holds, string what)
    {
        var seen = new List<string>();
        try
        {
            while (true)
            {
                var message = await NextAsync();
                if (holds(message)) return message;
                seen.Add(message.ToString());
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited for {what}, and read only:\n{string.Join('\n', seen.TakeLast(10))}");
            throw;
        }
    }

    /// <summary>What the server closed it with.</summary>
    public async Task<WebSocketCloseStatus?> ClosedAsync()
    {
        using var tooLong = new CancellationTokenSource(_patience);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, tooLong.Token);
            if (part.MessageType == WebSocketMessageType.Close) return part.CloseStatus;
        }
    }

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
    }
}

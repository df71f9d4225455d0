using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Support;

/// <summary>A real HTTP server that says what a test wrote down for it, and remembers what it was asked.</summary>
internal sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (int Status, string Type, byte[] Body)> _answers = new();
    private readonly ConcurrentDictionary<string, bool> _broken = new();
    private readonly ConcurrentQueue<(string Request, string Body)> _asked = new();
    private readonly Channel<ScriptedSession> _sessions = Channel.CreateUnbounded<ScriptedSession>();
    private WebApplication _app;

    private ScriptedHttpServer(WebApplication app) => _app = app;

    /// <summary>False plays a server that hangs.</summary>
    public bool AnswersPings { get; set; } = true;

    public int Port { get; private set; }
    public string Address => $"127.0.0.1:{Port}";
    public IEnumerable<(string Request, string Body)> Asked => _asked;

    public static async Task<ScriptedHttpServer> StartAsync()
    {
        var server = new ScriptedHttpServer(null!); // set in the next line, before anyone sees it
        await server.ListenAsync(0);
        return server;
    }

    /// <summary>What "GET /path?query" is answered with from now on.</summary>
    public void Answer(string request, string json, int status = 200) =>
        Answer(request, Encoding.UTF8.GetBytes(json), status < 400 ? "application/json" : "application/problem+json", status);

    public void Answer(string request, byte[] body, string type, int status = 200) => _answers[request] = (status, type, body);

    /// <summary>From now on the connection is cut when this was asked, before a word is said.</summary>
    public void Break(string request) => _broken[request] = true;

    /// <summary>The next live connection, once it has subscribed.</summary>
    public async Task<ScriptedSession> LiveAsync() => await _sessions.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task StopAsync() => await _app.DisposeAsync();

    /// <summary>Comes back at the same address.</summary>
    public Task RestartAsync() => ListenAsync(Port);

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.WebHost.UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var session = new ScriptedSession(socket);
            await session.ReadSubscriptionAsync(context.RequestAborted);
            _sessions.Writer.TryWrite(session);
            if (AnswersPings) await session.AnswerPingsAsync();
            await session.Closed.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var request = $"{context.Request.Method} {context.Request.Path}{WebUtility.UrlDecode(context.Request.QueryString.Value)}";
        _asked.Enqueue((request, body));
        if (_broken.ContainsKey(request))
        {
            context.Abort();
            return;
        }

        if (!_answers.TryGetValue(request, out var answer))
            answer = (404, "application/problem+json", Encoding.UTF8.GetBytes($$"""{"title":"unknown","status":404,"detail":"There is no {{request}}."}"""));

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}

/// <summary>The server's side of one live connection.</summary>
internal sealed class ScriptedSession(WebSocket socket)
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Closed => _closed.Task;
    public string Subscription { get; private set; } = "";

    public async Task ReadSubscriptionAsync(CancellationToken stop)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, stop);
        Subscription = Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>Reads, which is what answers pings, until the connection is over.</summary>
    public async Task AnswerPingsAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (socket.State == WebSocketState.Open) await socket.ReceiveAsync(buffer, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection is over.
        }
    }

    public Task SayAsync(string json) => socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Cuts the connection without a word, as a killed server does.</summary>
    public void Cut()
    {
        socket.Abort();
        _closed.TrySetResult();
    }
}

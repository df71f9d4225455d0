using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AfServer.Hosting;

namespace Afanasy.Tests.Support;

/// <summary>A whole afserver in this process: real port, real journal. Its data folder is its own unless a test gives it one.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder? _folder;
    private readonly CancellationTokenSource _stop = new();
    private readonly ReadyLine _output = new();
    private readonly StringWriter _errors = new();

    private RunningServer(ServerSettings? settings, TimeProvider time)
    {
        if (settings is not { Data: not "" }) _folder = new ScratchFolder();
        Settings = (settings ?? Quick) with { Data = _folder?.Path ?? settings!.Data };   // no folder was made because there are settings
        Ended = Task.Run(() => ServerHost.RunAsync(Settings, _output, TextWriter.Synchronized(_errors), time, _stop.Token));
        Http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = _patience }) { Timeout = _patience };
    }

    /// <summary>Renders speak often, and are not taken for lost on a machine that is busy with other tests. No folder yet.</summary>
    public static ServerSettings Quick { get; } = new()
    {
        Port = 0,
        Data = "",
        Heartbeat = TimeSpan.FromMilliseconds(100),
        RenderSilenceMax = TimeSpan.FromSeconds(60),
    };

    public ServerSettings Settings { get; }

    public Task<int> Ended { get; }

    public HttpClient Http { get; }

    public int Port { get; private set; }

    public string ReadySentence { get; private set; } = "";

    public string Errors => _errors.ToString();

    public string LogFile => Path.Combine(Settings.Data, "logs", "afserver.log");

    public string Log => ReadShared(LogFile);

    /// <summary>Lines that somebody should look at; there are none in a farm that only suffered from its peers.</summary>
    public IEnumerable<string> BadLines => Log.Split('\n').Where(line => line.Contains("Z ERROR ", StringComparison.Ordinal) || line.Contains("Z CRIT ", StringComparison.Ordinal));

    public static async Task<RunningServer> StartAsync(ServerSettings? settings = null, TimeProvider? time = null)
    {
        var server = new RunningServer(settings, time ?? TimeProvider.System);
        await Task.WhenAny(server._output.Line, server.Ended).WaitAsync(_patience);
        Assert.That(server.Ended.IsCompleted, Is.False, $"the server ended at its start: {server.Errors}");
        server.ReadySentence = await server._output.Line;
        var address = new Uri(server.ReadySentence.Split(' ')[2]);
        server.Port = address.Port;
        server.Http.BaseAddress = address;
        return server;
    }

    /// <summary>For a server that is not expected to come up: its exit code and what it said.</summary>
    public static async Task<(int Code, string Errors)> RefusalAsync(ServerSettings settings)
    {
        await using var server = new RunningServer(settings, TimeProvider.System);
        return (await server.Ended.WaitAsync(_patience), server.Errors);
    }

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await Ended.WaitAsync(_patience);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        var (status, body) = await AskAsync(HttpMethod.Get, path);
        Assert.That(status, Is.EqualTo(200), $"{path}: {body}");
        return body;
    }

    /// <summary>Sends text as it is, with this content type or none; a body that comes back is parsed.</summary>
    public async Task<(int Status, JsonElement Body)> AskAsync(HttpMethod method, string path, string? body = null, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var isJson = answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return ((int)answer.StatusCode, isJson ? JsonElement.Parse(text) : JsonSerializer.SerializeToElement(text));
    }

    public Task<(int Status, JsonElement Body)> PostAsync(string path, object body) => AskAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body));

    public async Task<int> SubmitAsync(object job)
    {
        var (status, body) = await PostAsync("/api/v1/jobs", job);
        Assert.That(status, Is.EqualTo(201), body.ToString());
        return body.GetProperty("id").GetInt32();
    }

    public async Task<JsonElement> ActAsync(int job, object action)
    {
        var (status, body) = await PostAsync($"/api/v1/jobs/{job}/actions", action);
        Assert.That(status, Is.EqualTo(200), body.ToString());
        return body;
    }

    public Task<JsonElement> JobAsync(int job) => GetAsync($"/api/v1/jobs/{job}");

    public Task<JsonElement> TaskAsync(int job, int task, int block = 0) => GetAsync($"/api/v1/jobs/{job}/blocks/{block}/tasks/{task}");

    public async Task<JsonElement[]> RunsAsync(int job, int task, int block = 0)
    {
        var runs = await GetAsync($"/api/v1/jobs/{job}/blocks/{block}/tasks/{task}/runs");
        return [.. runs.GetProperty("runs").EnumerateArray()];
    }

    /// <summary>Asks again and again until an answer holds.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> holds, string what)
    {
        JsonElement last = default;
        await Eventually.TrueAsync(
            async () =>
            {
                (var status, last) = await AskAsync(HttpMethod.Get, path);
                return status == 200 && holds(last);
            },
            $"{what} at {path}");
        return last;
    }

    public Task UntilOfflineAsync(string render) =>
        UntilAsync($"/api/v1/renders/{render}", view => view.GetProperty("state").GetString() == "offline", $"{render} to be offline");

    public Task UntilRunningAsync(int tasks) => UntilAsync(
        "/api/v1/jobs", list => list.GetProperty("jobs").EnumerateArray().Sum(job => job.GetProperty("tasks_running").GetInt32()) == tasks, $"{tasks} running tasks");

    public async Task<LiveClient> WatchAsync(object? subscription = null)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}/api/v1/live"), CancellationToken.None).WaitAsync(_patience);
        var client = new LiveClient(socket);
        if (subscription is not null) await client.SubscribeAsync(subscription);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        _stop.Dispose();
        await _output.DisposeAsync();
        _folder?.Dispose();
    }

    private static string ReadShared(string path)
    {
        if (!File.Exists(path)) return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(file);
        return text.ReadToEnd();
    }

    private sealed class ReadyLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override Task WriteLineAsync(string? value)
        {
            _line.TrySetResult(value ?? "");
            return base.WriteLineAsync(value);
        }
    }
}

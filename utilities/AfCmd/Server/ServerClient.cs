using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfCmd.Server;

/// <summary>One answer of the server: its JSON as it came, and what it says.</summary>
internal sealed class Answer(string json)
{
    public string Json => json.TrimEnd();

    public T Read<T>()
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, RowJson.Names) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw new CommandFailure(ExitCodes.Refused, $"The server's answer cannot be understood ({problem.Message}); are server and afcmd of the same version?");
        }
    }
}

/// <summary>Speaks REST with the server that leads the farm. A refusal and a server that is not there become a <see cref="CommandFailure"/> in words.</summary>
internal sealed class ServerClient : IDisposable
{
    /// <summary>A machine in the same network accepts in milliseconds; a wrong address should be told soon.</summary>
    public static readonly TimeSpan ConnectTimeMax = TimeSpan.FromSeconds(5);

    /// <summary>The server answers in milliseconds; only one that hangs takes so long.</summary>
    public static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    /// <summary>A thousand jobs with all their blocks are some megabytes; more than this is no answer of ours.</summary>
    public const int AnswerBytesMax = 256 * 1024 * 1024;

    private const string Api = "api/v1/";

    /// <summary>A farm that changes its leader more often during one question has a trouble that asking does not mend.</summary>
    private const int TriesMax = 5;

    private readonly HttpClient _http;
    private ServerAddress _address;

    public ServerClient(IReadOnlyList<ServerAddress> servers, string? token, TimeProvider time, Action<string> note)
    {
        _address = servers[0];
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeMax,
            UseProxy = false, // the farm is in the house, whatever a proxy variable says
            AllowAutoRedirect = false,
        };
        _http = new HttpClient(handler) { Timeout = AnswerTimeMax, MaxResponseContentBufferSize = AnswerBytesMax };
        if (!string.IsNullOrEmpty(token)) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Farm = new FarmServers(servers, _http, time, note);
    }

    public FarmServers Farm { get; }

    public Task<Answer> GetAsync(string path, CancellationToken stop) => AskAsync(HttpMethod.Get, path, null, stop);

    public Task<Answer> PostAsync(string path, JsonNode body, CancellationToken stop) => AskAsync(HttpMethod.Post, path, body, stop);

    public Task<Answer> PutAsync(string path, JsonNode body, CancellationToken stop) => AskAsync(HttpMethod.Put, path, body, stop);

    /// <summary>Null where the server does not know the thing.</summary>
    public async Task<Answer?> FindAsync(string path, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, stop);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await ThrowIfRefusedAsync(response, stop);
        return await ReadAsync(response, stop);
    }

    /// <summary>Writes the body of the answer to <paramref name="target"/>, byte by byte as it is, however long it is, and says of each piece how many bytes it was.</summary>
    public async Task CopyAsync(string path, Stream target, Action<int> copied, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, stop);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return; // there is nothing after what is asked for
        await ThrowIfRefusedAsync(response, stop);
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[64 * 1024];
        while (await ReadAsync(body, buffer, stop) is > 0 and var read)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), stop);
            copied(read);
        }

        await target.FlushAsync(stop);
    }

    public void Dispose() => _http.Dispose();

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(AnswerTimeMax);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await body.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCodes.NotReachable, $"The server at {_address} stopped in the middle of its answer for {AnswerTimeMax.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CommandFailure(ExitCodes.NotReachable, $"The connection to the server at {_address} broke: {e.Message}");
        }
    }

    private async Task<Answer> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, stop);
        await ThrowIfRefusedAsync(response, stop);
        return await ReadAsync(response, stop);
    }

    private async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.StatusCode == HttpStatusCode.NoContent) return new Answer("{}");
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type != "application/json")
            throw new CommandFailure(ExitCodes.Refused, $"What listens at {_address} is no afserver: it answered {type ?? "nothing"} where JSON was expected.");
        return new Answer(await response.Content.ReadAsStringAsync(stop));
    }

    /// <summary>Asks the next server where nothing can have been done yet: not reached, a standby, or a question that changes nothing.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, HttpCompletionOption completion, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            _address = await Farm.LeaderAsync(stop);
            try
            {
                var response = await SendToAsync(_address, method, path, body, completion, stop);
                var (standsBy, leader) = await StandsByAsync(response, stop);
                if (!standsBy || tries >= TriesMax) return response;
                response.Dispose();
                Farm.Leave(_address, leader);
            }
            catch (HttpRequestException e)
            {
                if (!Farm.HasOthers || tries >= TriesMax || !MayRepeat(e, method)) throw NotReachable(e, method);
                Farm.Leave(_address);
            }
            catch (TaskCanceledException) when (!stop.IsCancellationRequested)
            {
                if (!Farm.HasOthers || tries >= TriesMax || method != HttpMethod.Get)
                    throw new CommandFailure(ExitCodes.NotReachable, $"The server at {_address} did not answer within {AnswerTimeMax.TotalSeconds:0} s.{InDoubt(method)}");
                Farm.Leave(_address);
            }
        }
    }

    private async Task<HttpResponseMessage> SendToAsync(ServerAddress server, HttpMethod method, string path, JsonNode? body, HttpCompletionOption completion, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Http, Api + path));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await _http.SendAsync(request, completion, stop);
    }

    private static bool MayRepeat(HttpRequestException e, HttpMethod method) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => true,
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => false,
        _ => method == HttpMethod.Get,
    };

    /// <summary>A standby does nothing of what it is asked, and says who leads if it knows.</summary>
    private static async Task<(bool StandsBy, ServerAddress? Leader)> StandsByAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.StatusCode != HttpStatusCode.ServiceUnavailable || response.Content.Headers.ContentType?.MediaType != "application/problem+json") return (false, null);
        try
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop));
            return (problem.RootElement.ValueKind == JsonValueKind.Object && problem.RootElement.TryGetProperty("leader", out _), FarmServers.Leader(problem.RootElement));
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }

    private CommandFailure NotReachable(HttpRequestException e, HttpMethod method) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => new CommandFailure(ExitCodes.NotReachable,
            $"No server at {_address}: {e.InnerException?.Message ?? e.Message}. Is afserver running? Say where it is with --server HOST:PORT or AF_SERVER."),
        HttpRequestError.InvalidResponse => new CommandFailure(ExitCodes.Refused, $"What listens at {_address} is no afserver: it does not speak HTTP."),
        HttpRequestError.ConfigurationLimitExceeded => new CommandFailure(ExitCodes.Refused, $"The answer of {_address} is longer than {AnswerBytesMax} bytes."),
        _ => new CommandFailure(ExitCodes.NotReachable, $"The connection to the server at {_address} broke: {e.Message}{InDoubt(method)}"),
    };

    /// <summary>What was sent may have been done although no answer came.</summary>
    private static string InDoubt(HttpMethod method) => method == HttpMethod.Get ? "" : " It may have done what was asked; look with 'afcmd jobs' before you repeat it.";

    private async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.IsSuccessStatusCode) return;

        var code = response.StatusCode == HttpStatusCode.ServiceUnavailable ? ExitCodes.NotReachable : ExitCodes.Refused;
        throw new CommandFailure(code, await WordsOfRefusalAsync(response, stop));
    }

    private async Task<IReadOnlyList<string>> WordsOfRefusalAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        var isJson = response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json";
        if (!isJson) return [$"The server at {_address} answered {status}."];

        var problem = new Answer(await response.Content.ReadAsStringAsync(stop)).Read<ProblemRow>();
        if (problem.Errors is { Count: > 0 } errors)
            return [.. errors.SelectMany(e => e.Value.Select(message => e.Key.Length == 0 ? message : $"{e.Key}: {message}"))];
        return [problem.Detail ?? problem.Title ?? $"The server at {_address} answered {status}."];
    }
}

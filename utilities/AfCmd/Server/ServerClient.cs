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

/// <summary>Speaks REST with one server. A refusal and a server that is not there become a <see cref="CommandFailure"/> in words.</summary>
internal sealed class ServerClient : IDisposable
{
    /// <summary>A machine in the same network accepts in milliseconds; a wrong address should be told soon.</summary>
    public static readonly TimeSpan ConnectTimeMax = TimeSpan.FromSeconds(5);

    /// <summary>The server answers in milliseconds; only one that hangs takes so long.</summary>
    public static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    /// <summary>A thousand jobs with all their blocks are some megabytes; more than this is no answer of ours.</summary>
    public const int AnswerBytesMax = 256 * 1024 * 1024;

    private const string Api = "api/v1/";

    private readonly ServerAddress _address;
    private readonly HttpClient _http;

    public ServerClient(ServerAddress address, string? token)
    {
        _address = address;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeMax,
            UseProxy = false, // the farm is in the house, whatever a proxy variable says
            AllowAutoRedirect = false,
        };
        _http = new HttpClient(handler) { BaseAddress = address.Http, Timeout = AnswerTimeMax, MaxResponseContentBufferSize = AnswerBytesMax };
        if (!string.IsNullOrEmpty(token)) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

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

    /// <summary>Writes the body of the answer to <paramref name="target"/>, byte by byte as it is, however long it is; returns how many bytes that were.</summary>
    public async Task<long> CopyAsync(string path, Stream target, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, stop);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return 0; // there is nothing after what is asked for
        await ThrowIfRefusedAsync(response, stop);
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[64 * 1024];
        long copied = 0;
        while (await ReadAsync(body, buffer, stop) is > 0 and var read)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), stop);
            copied += read;
        }

        await target.FlushAsync(stop);
        return copied;
    }

    public void Dispose() => _http.Dispose();

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            return await body.ReadAsync(buffer, stop);
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

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, HttpCompletionOption completion, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, Api + path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            return await _http.SendAsync(request, completion, stop);
        }
        catch (HttpRequestException e)
        {
            throw NotReachable(e, method);
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCodes.NotReachable, $"The server at {_address} did not answer within {AnswerTimeMax.TotalSeconds:0} s.{InDoubt(method)}");
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

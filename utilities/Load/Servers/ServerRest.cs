using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Afanasy.Model;
using AfLoad.Figures;

namespace AfLoad.Servers;

/// <summary>The few things that a measurement asks over HTTP.</summary>
internal sealed class ServerRest : IDisposable
{
    private readonly HttpClient _http;

    public ServerRest(ServerAddress server, int clients)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = clients, UseProxy = false };
        _http = new HttpClient(handler) { BaseAddress = server.Http };
    }

    public async Task<int> SubmitAsync(JobDescription job, CancellationToken cancel)
    {
        using var body = new StringContent(JobJson.Write(job), Encoding.UTF8, "application/json");
        using var answer = await SendAsync(() => _http.PostAsync("/api/v1/jobs", body, cancel), cancel);
        return await IdOfAsync(answer, cancel);
    }

    /// <summary>The job that was taken, of a good answer.</summary>
    public static async Task<int> IdOfAsync(HttpResponseMessage answer, CancellationToken cancel) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetInt32();

    public async Task ActAsync(int job, string operation, CancellationToken cancel)
    {
        using var body = new StringContent($$"""{"operation":"{{operation}}","user_name":"loadfarm"}""", Encoding.UTF8, "application/json");
        using var answer = await SendAsync(() => _http.PostAsync($"/api/v1/jobs/{job}/actions", body, cancel), cancel);
    }

    public async Task<string> StateAsync(int job, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => _http.GetAsync($"/api/v1/jobs/{job}", cancel), cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("state").GetString() ?? "";
    }

    /// <summary>What the only task of a job printed.</summary>
    public async Task<string> LogAsync(int job, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => _http.GetAsync($"/api/v1/jobs/{job}/blocks/0/tasks/0/log", cancel), cancel);
        return await answer.Content.ReadAsStringAsync(cancel);
    }

    public async Task<int> OnlineRendersAsync(CancellationToken cancel) => (int)(await MetricsAsync(cancel))["afanasy_renders_online"];

    public async Task<int> RunningTasksAsync(CancellationToken cancel) => (int)(await MetricsAsync(cancel))["afanasy_tasks_running"];

    public async Task<PrometheusText> MetricsAsync(CancellationToken cancel)
    {
        using var answer = await SendAsync(() => _http.GetAsync("/metrics", cancel), cancel);
        return PrometheusText.Parse(await answer.Content.ReadAsStringAsync(cancel));
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="LoadFailure">The server is not there, or refuses.</exception>
    private async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancel)
    {
        try
        {
            var answer = await send();
            if (answer.IsSuccessStatusCode) return answer;
            using (answer)
                throw new LoadFailure(ExitCodes.Failed, $"The server answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancel)}");
        }
        catch (HttpRequestException e)
        {
            throw new LoadFailure(ExitCodes.NotReachable, $"No server answers at {_http.BaseAddress}: {e.Message}", e);
        }
    }
}

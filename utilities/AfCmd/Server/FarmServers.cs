using System.Net;
using System.Text.Json;

namespace AfCmd.Server;

/// <summary>The servers of one farm, and which of them leads. One server is taken at its word; of several, and after a loss, each is asked.</summary>
internal sealed class FarmServers(IReadOnlyList<ServerAddress> given, HttpClient http, TimeProvider time, Action<string> note)
{
    /// <summary>A farm has two or three servers; a longer list is a slip.</summary>
    public const int ServersMax = 16;

    /// <summary>A server says how it is in milliseconds; a halted one must not hold up those who could ask the next.</summary>
    public static readonly TimeSpan LookTimeMax = TimeSpan.FromSeconds(2);

    /// <summary>A standby takes over within seconds; a farm without a leader for longer waits for a person.</summary>
    public static readonly TimeSpan TakeOverTimeMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _lookPause = TimeSpan.FromSeconds(0.5);

    private readonly List<ServerAddress> _known = [.. given];
    private ServerAddress? _leader = given.Count == 1 ? given[0] : null;

    public bool HasOthers => _known.Count > 1;

    /// <summary>All of them, as a person would write them.</summary>
    public string Words => string.Join(", ", _known);

    /// <summary>The server to ask.</summary>
    /// <exception cref="CommandFailure">None leads; each is named with what it said.</exception>
    public async Task<ServerAddress> LeaderAsync(CancellationToken stop)
    {
        var since = time.GetTimestamp();
        var hasNoted = false;
        while (true)
        {
            if (_leader is { } leader) return leader;
            var looks = await LookAsync(stop);
            if (_leader is not null) continue;

            if (!looks.Any(look => look.StandsBy) || time.GetElapsedTime(since) > TakeOverTimeMax)
                throw new CommandFailure(ExitCodes.NotReachable, ["No server of the farm leads it:", .. looks.Select(look => $"  {look.Server}: {look.Words}"), "Say where they are with --server HOST:PORT,HOST:PORT or AF_SERVER."]);
            if (!hasNoted) note("No server leads the farm now; waiting for one to take over.");
            hasNoted = true;
            await Task.Delay(_lookPause, time, stop);
        }
    }

    /// <summary>Asks each server once; null when none leads.</summary>
    public async Task<ServerAddress?> FindAsync(CancellationToken stop)
    {
        if (_leader is null) await LookAsync(stop);
        return _leader;
    }

    /// <summary>This one did not answer, or answered that it only stands by: it is asked last, and the one that it takes for the leader first.</summary>
    public void Leave(ServerAddress server, ServerAddress? leader = null)
    {
        if (_leader == server) _leader = null;
        if (_known.Remove(server)) _known.Add(server);
        if (leader is not { } named || named == server) return;
        if (!_known.Remove(named) && _known.Count >= ServersMax) return;
        _known.Insert(0, named);
    }

    /// <summary>Where the member "leader" of an answer leads to; null when it says nothing of use.</summary>
    public static ServerAddress? Leader(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("leader", out var leader) && leader.ValueKind == JsonValueKind.String
        && Uri.TryCreate(leader.GetString(), UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp
            ? new ServerAddress(uri.Host, uri.Port)
            : null;

    private async Task<IReadOnlyList<Look>> LookAsync(CancellationToken stop)
    {
        var looks = new List<Look>();
        while (_known.Where(server => looks.All(look => look.Server != server)).Take(1).ToList() is [var next])
        {
            var look = await LookAtAsync(next, stop);
            looks.Add(look);
            if (look.Leads)
            {
                _leader = next;
                break;
            }

            if (look.Leader is { } leader && looks.All(other => other.Server != leader)) Leave(next, leader);
        }

        return looks;
    }

    private async Task<Look> LookAtAsync(ServerAddress server, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(LookTimeMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var response = await http.GetAsync(new Uri(server.Http, "health"), either.Token);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable) return new Look(server, "") { Leads = true };
            return Waiting(server, await response.Content.ReadAsStringAsync(either.Token));
        }
        catch (HttpRequestException e)
        {
            return new Look(server, e.InnerException?.Message ?? e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Look(server, $"did not answer within {LookTimeMax.TotalSeconds:0} s");
        }
    }

    /// <summary>What a server says that does not work for the farm now.</summary>
    private static Look Waiting(ServerAddress server, string json)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            var status = answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("status", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString() : null;
            if (status != "standby") return new Look(server, status ?? "is not ready");
            var leader = Leader(answer.RootElement);
            return new Look(server, leader is null ? "is a standby" : $"is a standby; the leader is {leader}") { StandsBy = true, Leader = leader };
        }
        catch (JsonException)
        {
            return new Look(server, "is not ready");
        }
    }

    /// <summary>How one server was found.</summary>
    private sealed record Look(ServerAddress Server, string Words)
    {
        public bool Leads { get; init; }
        public bool StandsBy { get; init; }
        public ServerAddress? Leader { get; init; }
    }
}

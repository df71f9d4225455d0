using System.Net;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

/// <summary>Servers that stand for each other: each has a port and a folder of its own, all have one database.</summary>
internal sealed class ServerGroup
{
    private const string Ready = "afserver ready:";
    private const string Standby = "afserver standby:";

    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly Farm _farm;
    private readonly Dictionary<string, int> _ports;

    public ServerGroup(Farm farm, string connection, params string[] names)
    {
        (_farm, Connection) = (farm, connection);
        _ports = names.ToDictionary(name => name, _ => Ports.Free());
        farm.Way = string.Join(',', names.Select(name => $"127.0.0.1:{_ports[name]}"));
    }

    /// <summary>What the next server is told of the database.</summary>
    public string Connection { get; set; }

    public IReadOnlyList<string> Urls => [.. _ports.Keys.Select(UrlOf)];

    public string UrlOf(string name) => $"http://127.0.0.1:{_ports[name]}";

    /// <summary>Starts a server; returns before it has said anything.</summary>
    public RunningProgram Start(string name, params string[] more) => _farm.Start(
        name, Programs.Server,
        ["--port", $"{_ports[name]}", "--data", _farm.Folder.At(name), "--store", "postgres", "--postgres", Connection, "--heartbeat", "500ms", "--render-silence-max", "40s", .. more]);

    public async Task<RunningProgram> StartLeaderAsync(string name, params string[] more)
    {
        var server = Start(name, more);
        await server.SaysAsync(Ready);
        _farm.Port = _ports[name];
        return server;
    }

    public async Task<RunningProgram> StartStandbyAsync(string name, params string[] more)
    {
        var server = Start(name, more);
        await server.SaysAsync(Standby);
        return server;
    }

    /// <summary>Waits until it leads, for the second time when it has led before; from then on the farm's questions go to it.</summary>
    public async Task LeadsAsync(string name, RunningProgram server, int times = 1)
    {
        await Until.TrueAsync(() => TimesReady(server) >= times, $"{name} to lead");
        _farm.Port = _ports[name];
    }

    public static int TimesReady(RunningProgram server) => server.Out.Split(Ready).Length - 1;

    public static int TimesStandby(RunningProgram server) => server.Out.Split(Standby).Length - 1;

    /// <summary>Whoever answers that all is well; from then on the farm's questions go to it.</summary>
    public async Task<string> LeaderAsync()
    {
        string? leader = null;
        await Until.TrueAsync(async () => (leader = await FindLeaderAsync()) is not null, "a server to lead");
        _farm.Port = _ports[leader!];   // found above
        return leader!;
    }

    private async Task<string?> FindLeaderAsync()
    {
        foreach (var name in _ports.Keys)
        {
            try
            {
                using var health = await _http.GetAsync($"{UrlOf(name)}/health");
                if (health.StatusCode == HttpStatusCode.OK) return name;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Dead, frozen, or about to change: the next one.
            }
        }

        return null;
    }
}

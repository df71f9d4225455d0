using System.Net.Sockets;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

/// <summary>
/// Hosts of a network that exists for one test: a namespace each, with a cable to a switch in a namespace of its own. The
/// network of this machine is not touched, and no packet leaves these namespaces.
/// </summary>
internal sealed class HostNetwork : IAsyncDisposable
{
    private const string Prefix = "afanasy-";

    /// <summary>Nobody's: what is sent there is thrown away by the switch.</summary>
    private const string NobodysCard = "02:00:00:00:ff:ff";

    private static readonly Lazy<Task> _leftoversGone = new(RemoveLeftoversAsync);
    private static readonly Lazy<Task<string?>> _problem = new(ProblemAsync);
    private static int _networks;

    private readonly string _name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _networks)}";
    private readonly string[] _hosts;

    private HostNetwork(string[] hosts) => _hosts = hosts;

    private string Switch => $"{_name}-switch";

    /// <summary>Makes the hosts; skips the test where this machine does not allow it.</summary>
    public static async Task<HostNetwork> CreateAsync(params string[] hosts)
    {
        if (await _problem.Value is { } problem) Assert.Ignore(problem);
        await _leftoversGone.Value;
        var network = new HostNetwork(hosts);
        try
        {
            await network.BuildAsync();
        }
        catch (InvalidOperationException)
        {
            await network.DisposeAsync();
            throw;
        }

        return network;
    }

    public string NamespaceOf(string host) => $"{_name}-{host}";

    /// <summary>The same in every network: each is a world of its own.</summary>
    public string AddressOf(string host) => $"10.77.0.{Number(host)}";

    /// <summary>Pulls the host's cable out of the switch: both ways, without a word to anybody.</summary>
    public Task UnplugAsync(string host) => InAsync(Switch, "link", "set", CableOf(host), "down");

    public Task PlugInAsync(string host) => InAsync(Switch, "link", "set", CableOf(host), "up");

    /// <summary>From now on packets from one host to the other get lost; those of the other way arrive.</summary>
    public Task LoseAsync(string from, string to) => InAsync(NamespaceOf(from), "neigh", "replace", AddressOf(to), "lladdr", NobodysCard, "dev", "card", "nud", "permanent");

    public Task LoseNoMoreAsync(string from, string to) => InAsync(NamespaceOf(from), "neigh", "del", AddressOf(to), "dev", "card");

    /// <summary>A way for this test's own requests, as from that host.</summary>
    public HttpMessageHandler WayFrom(string host) => new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = await NamespaceSocket.OpenAsync(NamespaceOf(host));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _hosts.Select(NamespaceOf).Append(Switch)) await RemoveAsync(name);
    }

    private async Task BuildAsync()
    {
        await IpAsync("netns", "add", Switch);
        await InAsync(Switch, "link", "add", "switch", "type", "bridge", "forward_delay", "0");
        await InAsync(Switch, "link", "set", "switch", "up");
        foreach (var host in _hosts)
        {
            var place = NamespaceOf(host);
            await IpAsync("netns", "add", place);
            await InAsync(place, "link", "set", "lo", "up");
            await InAsync(place, "link", "add", "card", "type", "veth", "peer", "name", CableOf(host), "netns", Switch);
            await InAsync(Switch, "link", "set", CableOf(host), "master", "switch", "up");
            await InAsync(place, "address", "add", $"{AddressOf(host)}/24", "dev", "card");
            await InAsync(place, "link", "set", "card", "up");
        }
    }

    private int Number(string host) => Array.IndexOf(_hosts, host) is >= 0 and var index ? index + 1 : throw new ArgumentException($"There is no host {host}.");

    private string CableOf(string host) => $"cable{Number(host)}";

    private static Task<string> InAsync(string place, params string[] words) => IpAsync(["-netns", place, .. words]);

    private static Task<string> IpAsync(params string[] words) => TiedProcess.RunAsync(null, "ip", words);

    /// <summary>Whatever still runs there is ended; a namespace without processes takes its cables with it.</summary>
    private static async Task RemoveAsync(string name)
    {
        if (!File.Exists($"/run/netns/{name}")) return;
        var processes = await IpAsync("netns", "pids", name);
        foreach (var process in processes.Split('\n', StringSplitOptions.RemoveEmptyEntries)) SystemProcesses.Send(int.Parse(process), Signal.Kill);
        await IpAsync("netns", "delete", name);
    }

    /// <summary>What a run that was killed has left.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        var names = Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns", $"{Prefix}*").Select(file => Path.GetFileName(file)) : [];
        foreach (var name in names.Where(name => !Directory.Exists($"/proc/{name[Prefix.Length..].Split('-')[0]}"))) await RemoveAsync(name);
    }

    private static async Task<string?> ProblemAsync()
    {
        if (!Environment.IsPrivilegedProcess) return "Network namespaces need root.";
        try
        {
            var name = $"{Prefix}{Environment.ProcessId}-probe";
            await IpAsync("netns", "add", name);
            await IpAsync("netns", "delete", name);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"This machine makes no network namespaces (they need the program ip of iproute2, and the right to use it): {e.Message}";
        }
    }
}

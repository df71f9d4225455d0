using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

/// <summary>A fixture whose renders reach the server through a network that the test holds in its hands.</summary>
internal abstract class ProxiedTests : FarmTests
{
    /// <summary>Set up before every test.</summary>
    protected TcpProxy Proxy { get; private set; } = null!;

    [SetUp]
    public void Between()
    {
        Proxy = new TcpProxy(Farm.Port);
        Farm.Way = $"127.0.0.1:{Proxy.Port}";
    }

    [TearDown]
    public async Task EndProxyAsync() => await Proxy.DisposeAsync();

    protected Task<RunningProgram> StartServerAsync(string silenceMax) => Farm.StartServerAsync("--heartbeat", "200ms", "--render-silence-max", silenceMax);
}

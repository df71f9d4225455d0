using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Network;

/// <summary>
/// A fixture whose farms are spread over hosts: the server on "server", afcmd and the test on "desk", the renders "one" and "two"
/// on hosts of their names.
/// </summary>
internal abstract class NetworkTests : FarmTests
{
    protected const string Desk = "desk";
    protected const string One = "one";
    protected const string Two = "two";
    protected const string Server = "server";

    /// <summary>How often renders speak here, so that a test takes seconds.</summary>
    protected static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(200);

    /// <summary>Enough for a busy machine to be no lost one.</summary>
    protected static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(3);

    /// <summary>Longer than any cut here takes.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Set up before every test.</summary>
    protected HostNetwork Network { get; private set; } = null!;

    [SetUp]
    public async Task SpreadAsync()
    {
        Network = await HostNetwork.CreateAsync(Server, One, Two, Desk);
        Farm.StandOn(Network);
        Farm.Spread(Network.AddressOf(Server), Network.WayFrom(Desk));
        foreach (var (program, host) in new[] { ("afserver", Server), ("afcmd", Desk), (One, One), (Two, Two) }) Farm.Place(program, Network.NamespaceOf(host));
    }

    protected Task<RunningProgram> StartServerAsync(TimeSpan silenceMax) => Farm.StartServerAsync(
        "--bind", Farm.Host, "--heartbeat", $"{Heartbeat.TotalMilliseconds}ms", "--render-silence-max", $"{silenceMax.TotalMilliseconds}ms");

    /// <summary>A frame that says where it starts and ends, and waits for the file <c>gate.RENDER.FRAME</c>, or <c>gate</c>.</summary>
    protected object Gated(int count) => Jobs.Frames(
        $"cd {Farm.Folder.Path} && echo $AF_RENDER @#@ >> started && while [ ! -e gate ] && [ ! -e gate.$AF_RENDER.@#@ ]; do sleep 0.05; done && echo $AF_RENDER @#@ >> ended", count);

    protected Task HasLinesAsync(string file, int count) => Until.TrueAsync(() => Farm.Folder.Lines(file).Count >= count, $"{count} lines in {file}");

    /// <summary>Whether the server has a connection with this render.</summary>
    protected async Task<bool> IsConnectedAsync(string render) =>
        (await Farm.GetAsync("api/v1/renders")).GetProperty("renders").EnumerateArray().Single(known => known.Text("name") == render).Text("state") != "offline";
}

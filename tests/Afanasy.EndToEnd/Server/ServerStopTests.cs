using System.Net.Sockets;
using System.Text;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

internal sealed class ServerStopTests : FarmTests
{
    private static readonly TimeSpan _stopMax = TimeSpan.FromSeconds(5);

    [Test]
    public async Task A_signal_ends_an_idle_server_within_five_seconds([Values(Signal.Interrupt, Signal.Terminate)] Signal signal)
    {
        var server = await Farm.StartServerAsync();

        var (took, code) = await server.EndByAsync(signal);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(_stopMax));
        Assert.That(Farm.Processes(), Is.Empty);
    }

    [Test]
    public async Task A_signal_ends_a_server_with_renders_and_running_tasks_within_five_seconds([Values(Signal.Interrupt, Signal.Terminate)] Signal signal)
    {
        var server = await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        await Farm.StartRenderAsync("two");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 4));
        await Farm.TasksAreAsync(job, "tasks_running", 2);

        var (took, code) = await server.EndByAsync(signal);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(_stopMax));
        Assert.That(Farm.Processes().Select(SystemProcesses.CommandLine), Has.None.Contains("afserver.dll"));
    }

    [Test]
    public async Task A_halted_render_does_not_hold_up_the_end_of_the_server()
    {
        var server = await Farm.StartServerAsync();
        var render = await Farm.StartRenderAsync("one");
        render.Send(Signal.Halt);

        var (took, code) = await server.EndByAsync(Signal.Terminate);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(_stopMax));
    }

    [Test]
    public async Task A_second_interrupt_ends_the_server_at_once()
    {
        var server = await Farm.StartServerAsync();
        using var unfinished = await HoldARequestAsync();
        server.Send(Signal.Interrupt);
        await server.SaysAsync("Stopping.");

        var (took, code) = await server.EndByAsync(Signal.Interrupt);

        Assert.That(code, Is.EqualTo(128 + (int)Signal.Interrupt), "the first one would have waited for the request");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public async Task A_request_that_never_ends_does_not_hold_up_the_end_of_the_server()
    {
        var server = await Farm.StartServerAsync();
        using var unfinished = await HoldARequestAsync();

        var (took, code) = await server.EndByAsync(Signal.Interrupt);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(_stopMax));
    }

    /// <summary>A request whose body never comes: the server waits for it, for a while, when it stops.</summary>
    private async Task<TcpClient> HoldARequestAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Farm.Port);
        var head = $"POST /api/v1/jobs HTTP/1.1\r\nHost: {Farm.Address}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        var answer = new byte[64];
        var read = await client.GetStream().ReadAsync(answer);
        Assert.That(Encoding.ASCII.GetString(answer, 0, read), Does.Contain("100 Continue"), "the server reads the body now");
        return client;
    }
}

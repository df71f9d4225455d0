using System.Net.Sockets;
using System.Text;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

internal sealed class GarbageTests : FarmTests
{
    private static readonly byte[] _preface = [0xAF, (byte)'A', (byte)'F', 1];

    [Test]
    public async Task Garbage_on_the_port_ends_its_own_connection_and_nothing_else()
    {
        var server = await Farm.StartServerAsync();
        var render = await Farm.StartRenderAsync("one");

        foreach (var garbage in Garbage()) await PushAsync(garbage);
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 3));
        await Farm.JobIsAsync(job, "done");

        Assert.That(server.HasEnded || render.HasEnded, Is.False);
        Assert.That(render.Said, Does.Not.Contain("WARN"), "the render's connection was not touched");
        Assert.That(server.Said, Does.Not.Contain("ERROR").And.Not.Contain("CRITICAL").And.Not.Contain("   at "), "what strangers send is no error of the server");
    }

    private static IEnumerable<byte[]> Garbage()
    {
        var chance = new Random(1);
        for (var length = 1; length <= 4096; length *= 4)
        {
            var noise = new byte[length];
            chance.NextBytes(noise);
            yield return noise;
            yield return [.. _preface, .. noise];
        }

        yield return [.. _preface, 0xFF, 0xFF, 0xFF, 0xFF];
        yield return [.. _preface, 0, 0, 0, 0];
        yield return [0xAF, (byte)'A', (byte)'F', 99];
        yield return [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3];
        yield return Encoding.ASCII.GetBytes("AFANASY 12 JSON{\"a\":1}");
        yield return Encoding.ASCII.GetBytes("GET / HTTP/9.9\r\n\r\n");
        yield return Encoding.ASCII.GetBytes("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"blocks\"");
        yield return Encoding.ASCII.GetBytes($"GET /{new string('a', 100_000)} HTTP/1.1\r\n\r\n");
    }

    /// <summary>Sends it, and reads whatever comes back until the server has closed.</summary>
    private async Task PushAsync(byte[] garbage)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Farm.Port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(garbage);
            client.Client.Shutdown(SocketShutdown.Send);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await stream.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Cut off by the server: as good an answer as any.
        }
    }
}

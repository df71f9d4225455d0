using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Afanasy.Messages;
using Afanasy.Tests.Support;
using Afanasy.Wire;

namespace Afanasy.Tests.Server;

/// <summary>Whatever comes through the port ends its own connection at worst.</summary>
public sealed class PortTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_preface_of_another_version_is_refused_in_words_even_when_everything_is_said_at_once()
    {
        await using var server = await RunningServer.StartAsync();
        var handshake = ScriptedRender.Handshake("r1", "one");
        handshake[3] = 9;

        for (var i = 0; i < 20; i++)
        {
            await using var render = await ScriptedRender.ConnectAsync(server);
            await render.SendBytesAsync(handshake);

            Assert.That((await render.NextAsync<Refusal>()).Reason, Does.Contain("version 1 of the protocol, not 9"));
            await render.Gone;
        }

        Assert.That((await server.GetAsync("/api/v1/renders")).GetProperty("total").GetInt32(), Is.Zero, "nobody was taken in");
    }

    [Test]
    public async Task A_role_that_is_not_known_is_refused_in_words_and_does_not_become_a_render()
    {
        await using var server = await RunningServer.StartAsync();
        await using var stranger = await ScriptedRender.ConnectAsync(server);
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(Preface.Bytes);
        PacketWriter.Write(bytes, new Hello { Role = (PeerRole)9, Name = "r1" }, 1, 0);
        PacketWriter.Write(bytes, ScriptedRender.Registration("one"), 2, 0);

        await stranger.SendBytesAsync(bytes.WrittenMemory);

        Assert.That((await stranger.NextAsync<Refusal>()).Reason, Does.Contain("no role 9"));
        await stranger.Gone;
        Assert.That((await server.GetAsync("/api/v1/renders")).GetProperty("total").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task A_peer_that_says_everything_and_no_more_still_gets_its_answers()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var render = await ScriptedRender.ConnectAsync(server);
            await render.SendBytesAsync(ScriptedRender.Handshake($"r{i}", "one"));
            render.HalfClose();

            await render.NextAsync<Welcome>();
            await render.NextAsync<RenderRegistered>();
            await render.Gone;
        }
    }

    [Test]
    public async Task Bytes_that_break_the_protocol_end_the_connection([Values] Breach breach)
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.ConnectAsync(server);

        await render.SendBytesAsync(BytesOf(breach));

        await render.Gone;
        Assert.That((await server.GetAsync("/health")).GetProperty("status").GetString(), Is.EqualTo("ok"));
        await server.StopAsync();
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task A_message_type_that_is_not_known_is_skipped()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.ConnectAsync(server);
        var handshake = ScriptedRender.Handshake("r1", "one");
        byte[] unknown = [6, 0, 0, 0, 0x94, 99, 1, 0, 0x91, 7];

        await render.SendBytesAsync((byte[])[.. handshake[..4], .. unknown, .. handshake[4..], .. unknown]);

        await render.NextAsync<Welcome>();
        await render.NextAsync<RenderRegistered>();
        await render.ReportAsync();
        await render.AnswerToAsync(await AgainAsync(render));
    }

    [Test]
    public async Task A_handshake_is_understood_however_it_is_cut()
    {
        await using var server = await RunningServer.StartAsync();
        var length = ScriptedRender.Handshake("r000", "one").Length;

        await Parallel.ForAsync(1, length, async (cut, _) =>
        {
            var handshake = ScriptedRender.Handshake($"r{cut:000}", "one");
            await using var render = await ScriptedRender.ConnectAsync(server);
            await render.SendBytesAsync(handshake.AsMemory(0, cut));
            await Task.Yield();
            await render.SendBytesAsync(handshake.AsMemory(cut));
            await render.NextAsync<Welcome>();
            await render.NextAsync<RenderRegistered>();
        });

        Assert.That((await server.GetAsync("/api/v1/renders")).GetProperty("total").GetInt32(), Is.EqualTo(length - 1));
    }

    [Test]
    public async Task A_peer_that_sends_byte_by_byte_is_understood_on_either_protocol()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.ConnectAsync(server);
        var handshake = ScriptedRender.Handshake("r1", "one");
        for (var i = 0; i < handshake.Length; i++) await render.SendBytesAsync(handshake.AsMemory(i, 1));
        await render.NextAsync<Welcome>();
        await render.NextAsync<RenderRegistered>();

        using var browser = new TcpClient("127.0.0.1", server.Port) { NoDelay = true };
        foreach (var one in Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            await browser.GetStream().WriteAsync(new[] { one });
        using var answer = new StreamReader(browser.GetStream());
        var text = await answer.ReadToEndAsync().WaitAsync(_patience);

        Assert.That(text, Does.StartWith("HTTP/1.1 200").And.Contain("\"status\":\"ok\""));
    }

    [Test]
    public async Task Two_hundred_connections_of_garbage_leave_the_server_serving_and_its_log_calm()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);

        await Parallel.ForAsync(0, 200, async (seed, _) =>
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            if (seed % 4 == 0) Preface.Bytes.CopyTo(bytes.Length >= 4 ? bytes : bytes = new byte[4]);
            if (seed % 4 == 1) bytes[0] = (byte)'G';
            await SendAllAsync(server, bytes);
        });

        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        Assert.That(await render.EndAsync(run), Is.Empty);
        await server.StopAsync();
        Assert.That(server.BadLines, Is.Empty);
    }

    public enum Breach
    {
        Garbage,
        HalfAPreface,
        LengthOfTwoGigabytes,
        LengthOfNothing,
        LargeBeforeHello,
        RegisterBeforeHello,
        ReportBeforeRegister,
        SecondHello,
        NamelessHello,
        NoCapacity,
        SelfDeclaredLost,
    }

    private static byte[] BytesOf(Breach breach)
    {
        var bytes = new ArrayBufferWriter<byte>();
        if (breach == Breach.Garbage) return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
        if (breach == Breach.HalfAPreface) return [0xAF, (byte)'A', (byte)'X'];
        bytes.Write(Preface.Bytes);
        var hello = new Hello { Role = PeerRole.Render, Name = breach == Breach.NamelessHello ? " " : "r1" };
        if (breach is not (Breach.RegisterBeforeHello or Breach.LengthOfTwoGigabytes or Breach.LengthOfNothing or Breach.LargeBeforeHello)) PacketWriter.Write(bytes, hello, 1, 0);
        switch (breach)
        {
            case Breach.LengthOfTwoGigabytes: bytes.Write((byte[])[0xFF, 0xFF, 0xFF, 0x7F]); break;
            case Breach.LengthOfNothing: bytes.Write((byte[])[0, 0, 0, 0]); break;
            case Breach.LargeBeforeHello: bytes.Write(BitConverter.GetBytes(WireLimits.HandshakePacketBytesMax + 1)); break;
            case Breach.RegisterBeforeHello: PacketWriter.Write(bytes, ScriptedRender.Registration("one"), 1, 0); break;
            case Breach.ReportBeforeRegister: PacketWriter.Write(bytes, new RenderReport(), 2, 0); break;
            case Breach.SecondHello: PacketWriter.Write(bytes, hello, 2, 0); break;
            case Breach.NoCapacity: PacketWriter.Write(bytes, ScriptedRender.Registration("one", capacity: 0), 2, 0); break;
            case Breach.SelfDeclaredLost:
                PacketWriter.Write(bytes, ScriptedRender.Registration("one"), 2, 0);
                PacketWriter.Write(bytes, new RenderReport { Ended = [new RunEnd { Run = new(new(1), 0, 0, 1), Outcome = Afanasy.Model.RunOutcome.RenderLost }] }, 3, 0);
                break;
            default: break;
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static async Task SendAllAsync(RunningServer server, byte[] bytes)
    {
        using var client = new TcpClient("127.0.0.1", server.Port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null).WaitAsync(_patience);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Thrown out, as garbage may be.
        }
    }

    private static async Task<long> AgainAsync(ScriptedRender render)
    {
        var report = await render.ReportAsync();
        await render.ReportAsync();
        return report;
    }
}

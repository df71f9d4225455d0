using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Afanasy.Tests.Support;
using AfServer.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Server;

public sealed class PortSnifferTests
{
    private const int FirstBytesMax = 16;

    private static readonly IDoor[] _doors = [new EchoDoor("ECHO 1"), new EchoDoor("\u00AFAF"), new EchoDoor("EH")];

    [Test]
    public void A_judgement_never_changes_when_more_bytes_come([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var first = new byte[FirstBytesMax];
            random.NextBytes(first);
            if (round % 2 == 0) Encoding.Latin1.GetBytes("ECHO 1")[..random.Next(7)].CopyTo(first, 0);

            (IDoor? Door, bool IsHttp, bool NeedMore) judged = (null, false, true);
            for (var length = 0; length <= FirstBytesMax; length++)
            {
                var now = PortSniffer.Classify(_doors, first.AsSpan(0, length));
                if (!judged.NeedMore) Assert.That(now, Is.EqualTo(judged), $"{Convert.ToHexString(first)} at {length}");
                judged = now;
            }

            Assert.That(judged.NeedMore, Is.False, "sixteen bytes are enough for everybody");
        }
    }

    [TestCase("GET / HTTP/1.1", ExpectedResult = true)]
    [TestCase("\r\nGET /", ExpectedResult = true)]
    [TestCase("get /", ExpectedResult = false)]
    [TestCase("\u0016\u0003\u0001", ExpectedResult = false, TestName = "TLS is no HTTP here")]
    public bool What_begins_like_a_method_is_for_the_web_server(string first) => PortSniffer.Classify([], Encoding.Latin1.GetBytes(first)).IsHttp;

    [Test]
    public async Task A_door_can_be_added_without_touching_the_others()
    {
        var sniffer = new PortSniffer([new EchoDoor("ECHO ")], NullLogger<PortSniffer>.Instance);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Use(http => connection => sniffer.ServeAsync(connection, http))));
        await using var app = builder.Build();
        app.Run(http => http.Response.WriteAsync("web"));
        await app.StartAsync();
        var address = new Uri(app.Urls.First());

        using var client = new TcpClient("127.0.0.1", address.Port) { NoDelay = true };
        var stream = client.GetStream();
        foreach (var one in "ECHO me"u8.ToArray()) await stream.WriteAsync(new[] { one });
        client.Client.Shutdown(SocketShutdown.Send);
        using var echo = new StreamReader(stream);
        using var web = new HttpClient();

        Assert.That(await echo.ReadToEndAsync(), Is.EqualTo("ECHO me"));
        Assert.That(await web.GetStringAsync(address), Is.EqualTo("web"));
        await app.StopAsync();
    }

    /// <summary>Says back what it hears, to who begins with a word.</summary>
    private sealed class EchoDoor(string word) : IDoor
    {
        private readonly byte[] _word = Encoding.Latin1.GetBytes(word);

        public string Name => "echo";

        public DoorMatch Recognise(ReadOnlySpan<byte> first) =>
            first.StartsWith(_word) ? DoorMatch.Yes
            : _word.AsSpan().StartsWith(first) ? DoorMatch.NeedMore
            : DoorMatch.No;

        public async Task ServeAsync(ConnectionContext connection)
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                foreach (var part in read.Buffer) await connection.Transport.Output.WriteAsync(part);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
    }
}

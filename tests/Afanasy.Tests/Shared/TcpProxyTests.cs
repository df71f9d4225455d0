using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Shared;

internal sealed class TcpProxyTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _sockets = [];
    private TcpProxy _proxy = null!;   // set up before every test

    [SetUp]
    public void Listen()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _proxy = new TcpProxy(((IPEndPoint)_listener.LocalEndPoint!).Port);   // bound above
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _proxy.DisposeAsync();
        _listener.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
    }

    [Test]
    public async Task What_is_said_arrives_both_ways_and_so_does_the_end_of_it()
    {
        var (client, server) = await ConnectAsync();

        await SendAsync(client, "question");
        Assert.That(await ReadAsync(server, 8), Is.EqualTo("question"));
        client.Shutdown(SocketShutdown.Send);
        Assert.That(await ReadAsync(server, 1), Is.Empty);
        await SendAsync(server, "answer");
        Assert.That(await ReadAsync(client, 6), Is.EqualTo("answer"));
        server.Shutdown(SocketShutdown.Send);
        Assert.That(await ReadAsync(client, 1), Is.Empty);

        await Eventually.TrueAsync(() => _proxy.OpenLines == 0, "the line to end");
        Assert.That(_proxy.Lines, Has.Count.EqualTo(1));
        Assert.That(_proxy.Lines[0].Flow(Way.ToServer).BytesDelivered, Is.EqualTo(8));
        Assert.That(_proxy.Lines[0].Flow(Way.ToClient).BytesDelivered, Is.EqualTo(6));
    }

    [Test]
    public async Task A_delay_counts_each_way_and_keeps_the_order()
    {
        var delay = TimeSpan.FromMilliseconds(120);
        _proxy.Delay(delay);
        var (client, server) = await ConnectAsync();

        var asked = Stopwatch.StartNew();
        await SendAsync(client, "one");
        await SendAsync(client, "two");
        Assert.That(await ReadAsync(server, 6), Is.EqualTo("onetwo"));
        Assert.That(asked.Elapsed, Is.GreaterThan(0.9 * delay), "timers of the system may be a little early");
        await SendAsync(server, "three");
        Assert.That(await ReadAsync(client, 5), Is.EqualTo("three"));

        Assert.That(asked.Elapsed, Is.GreaterThan(1.8 * delay));
    }

    [Test]
    public async Task A_cut_resets_both_sides_and_the_next_connection_goes_through()
    {
        var (client, server) = await ConnectAsync();

        _proxy.Cut();

        await IsResetAsync(client);
        await IsResetAsync(server);
        var (again, _) = await ConnectAsync();
        await SendAsync(again, "again");
        await Eventually.TrueAsync(() => _proxy.Lines is [{ IsOpen: false }, { IsOpen: true }], "the second line to be open, and the first to be closed");
    }

    [Test]
    public async Task A_reset_by_one_side_reaches_the_other()
    {
        var (client, server) = await ConnectAsync();

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        await IsResetAsync(server);
    }

    [Test]
    public async Task Who_is_refused_is_reset_at_once()
    {
        _proxy.Refuses = true;

        await IsResetAsync(await ConnectClientAsync());

        Assert.That(_proxy.Lines, Is.Empty);
    }

    [TestCase(Way.ToServer)]
    [TestCase(Way.ToClient)]
    public async Task What_is_swallowed_is_noticed_by_nobody_and_the_other_way_still_works(Way way)
    {
        var (client, server) = await ConnectAsync();
        var (from, to) = way == Way.ToServer ? (client, server) : (server, client);

        _proxy.Swallow(way);
        await SendAsync(from, "lost");
        from.Shutdown(SocketShutdown.Send);
        await SendAsync(to, "back");
        Assert.That(await ReadAsync(from, 4), Is.EqualTo("back"));
        await Eventually.TrueAsync(() => _proxy.Lines[0].Flow(way).BytesSwallowed == 4, "the bytes to be swallowed");

        Assert.That(_proxy.Lines[0].IsOpen, Is.True);
        Assert.That(to.Poll(0, SelectMode.SelectRead), Is.False, "neither bytes nor an end");
    }

    [Test]
    public async Task What_is_held_arrives_when_it_may_even_after_its_sender_was_cut_off()
    {
        var (client, server) = await ConnectAsync();
        _proxy.Hold(Way.ToServer);
        await SendAsync(client, "late");
        await Eventually.TrueAsync(() => _proxy.Lines[0].Flow(Way.ToServer).BytesTaken == 4, "the bytes to be under way");

        _proxy.Lines[0].CutClient();
        await IsResetAsync(client);
        Assert.That(server.Poll(0, SelectMode.SelectRead), Is.False);
        _proxy.Pass(Way.ToServer);

        Assert.That(await ReadAsync(server, 4), Is.EqualTo("late"));
        await IsResetAsync(server);
    }

    [Test]
    public async Task A_line_is_cut_after_so_many_bytes_and_only_that_one()
    {
        var (client, server) = await ConnectAsync();
        var (other, otherServer) = await ConnectAsync();
        var cut = _proxy.CutAfterAsync(Way.ToClient, 5);

        await SendAsync(server, "123");
        Assert.That(await ReadAsync(client, 3), Is.EqualTo("123"));
        Assert.That(cut.IsCompleted, Is.False);
        await SendAsync(server, "45678");
        await cut.WaitAsync(_longest);

        Assert.That(await ReadAsync(client, 2), Is.EqualTo("45"));
        await IsResetAsync(client);
        await IsResetAsync(server);
        await SendAsync(otherServer, "more than five");
        Assert.That(await ReadAsync(other, 14), Is.EqualTo("more than five"));
    }

    [Test]
    public async Task A_line_is_cut_before_words_get_through_though_they_come_in_pieces()
    {
        var (client, server) = await ConnectAsync();
        var cut = _proxy.CutAtAsync(Way.ToClient, "COMMIT"u8.ToArray());

        await SendAsync(server, "begun COM");
        Assert.That(await ReadAsync(client, 9), Is.EqualTo("begun COM"));
        await SendAsync(server, "MIT done");
        await cut.WaitAsync(_longest);

        await IsResetAsync(client);
        Assert.That(_proxy.Lines[0].Flow(Way.ToClient).BytesDelivered, Is.EqualTo(9));
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await ConnectClientAsync();
        var server = await _listener.AcceptAsync().WaitAsync(_longest);
        _sockets.Add(server);
        return (client, server);
    }

    private async Task<Socket> ConnectClientAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>So many bytes, or fewer when there are no more.</summary>
    private static async Task<string> ReadAsync(Socket socket, int bytes)
    {
        var buffer = new byte[bytes];
        var read = 0;
        while (read < bytes && await socket.ReceiveAsync(buffer.AsMemory(read)).AsTask().WaitAsync(_longest) is > 0 and var more) read += more;
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private static async Task IsResetAsync(Socket socket)
    {
        var end = SocketError.Success;
        try
        {
            _ = await ReadAsync(socket, 1);
        }
        catch (SocketException e)
        {
            end = e.SocketErrorCode;
        }

        Assert.That(end, Is.EqualTo(SocketError.ConnectionReset));
    }
}

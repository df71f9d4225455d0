using System.Net;
using System.Net.Sockets;
using System.Text;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Command;

public sealed class ServerRefusalTests
{
    [TestCase("jobs")]
    [TestCase("pause 1 2 3")]
    [TestCase("log 1 0 0")]
    [TestCase("log 1 0 0 --follow")]
    public async Task No_server_ends_with_3(string line)
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: nobody else can answer there
        var address = $"127.0.0.1:{((IPEndPoint)reserved.LocalEndPoint!).Port}";

        var (code, output, error) = await CommandRun.ToEndAsync([.. line.Split(' '), "--server", address]);

        Assert.That(code, Is.EqualTo(3));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith($"No server at {address}: ").And.EndsWith("Say where it is with --server HOST:PORT or AF_SERVER.\n"));
    }

    [Test]
    public async Task An_unknown_job_is_a_sentence_and_1()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs/9", """{"type":"about:blank","title":"Not Found","status":404,"detail":"There is no job 9."}""", 404);

        var (code, output, error) = await CommandRun.ToEndAsync(["job", "9", "--json", "--server", server.Address]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Is.EqualTo("There is no job 9.\n"));
    }

    [Test]
    public async Task A_server_that_is_stopping_is_as_good_as_not_reachable()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=0&limit=100", """{"title":"stopping","status":503,"detail":"The server is stopping."}""", 503);

        var (code, _, error) = await CommandRun.ToEndAsync(["jobs", "--server", server.Address]);

        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Is.EqualTo("The server is stopping.\n"));
    }

    [Test]
    public async Task Another_web_server_is_told_apart()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        server.Answer("GET /api/v1/jobs?from=0&limit=100", Encoding.UTF8.GetBytes("<html>"), "text/html");

        var (code, _, error) = await CommandRun.ToEndAsync(["jobs", "--server", server.Address]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("is no afserver: it answered text/html"));
    }
}

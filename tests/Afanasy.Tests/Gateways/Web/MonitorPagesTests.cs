using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using AfServer.Gateways.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Afanasy.Tests.Gateways.Web;

public sealed class MonitorPagesTests
{
    private const string Script = "console.log('a script long enough to be worth compressing, compressing, compressing, compressing');";

    private readonly string _folder = Directory.CreateTempSubdirectory("afwatch").FullName;
    private readonly HttpClient _client = new();
    private WebApplication? _server;

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_page_is_at_the_root_and_is_asked_for_again_each_time()
    {
        await StartWithPageAsync();

        using var answer = await _client.GetAsync("/");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("<p>afwatch</p>"));
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(answer.Headers.CacheControl!.NoCache, Is.True);
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
    }

    [Test]
    public async Task Files_with_a_hash_in_their_name_are_kept_for_ever()
    {
        await StartWithPageAsync();

        using var answer = await _client.GetAsync("/assets/index-abc.js");

        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
        Assert.That(answer.Headers.CacheControl!.ToString(), Does.Contain("immutable"));
    }

    [Test]
    public async Task A_page_that_did_not_change_is_not_sent_again()
    {
        await StartWithPageAsync();
        using var first = await _client.GetAsync("/");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _client.SendAsync(request);

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task Who_accepts_gzip_gets_gzip()
    {
        await StartWithPageAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/index-abc.js");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await _client.SendAsync(request);

        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "gzip" }));
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        Assert.That(await new StreamReader(unpacked).ReadToEndAsync(), Is.EqualTo(Script));
    }

    [TestCase("/assets/../../secret")]
    [TestCase("/assets/%2e%2e/%2e%2e/secret")]
    [TestCase("/nothing-here")]
    public async Task Only_files_of_the_page_are_served(string path)
    {
        await StartWithPageAsync();

        using var answer = await _client.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_page_that_was_not_built_says_how_to_build_it()
    {
        await StartAsync();

        using var answer = await _client.GetAsync("/");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("dotnet build afserver"));
    }

    [Test]
    public void The_build_puts_the_page_beside_the_program()
    {
        var files = MonitorFile.ReadAll(Path.Combine(AppContext.BaseDirectory, "monitor"));

        Assert.That(files.Select(file => file.Path), Does.Contain("/").And.Some.StartsWith("/assets/"));
    }

    private Task StartWithPageAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "assets"));
        File.WriteAllText(Path.Combine(_folder, "index.html"), "<p>afwatch</p>");
        File.WriteAllText(Path.Combine(_folder, "assets", "index-abc.js"), Script);
        return StartAsync();
    }

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapMonitor(_folder);
        await _server.StartAsync();
        _client.BaseAddress = new Uri(_server.Urls.Single());
    }
}

using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

internal sealed class ServerStartTests : FarmTests
{
    /// <summary>Each start takes about a second, so a hundred of them are for the long mode: <c>AFANASY_LONG=1</c>.</summary>
    private static readonly int _starts = Environment.GetEnvironmentVariable("AFANASY_LONG") == "1" ? 100 : 20;

    [Test]
    public async Task The_server_starts_every_time_on_the_port_and_the_data_of_its_predecessor()
    {
        for (var start = 1; start <= _starts; start++)
        {
            var server = await Farm.StartServerAsync();
            var health = await Farm.GetAsync("health");
            var (_, code) = await server.EndByAsync(Signal.Terminate);

            Assert.That(health.Text("status"), Is.EqualTo("ok"), $"start {start} of {_starts}");
            Assert.That(code, Is.Zero, $"start {start} of {_starts}");
        }
    }

    [Test]
    public async Task A_taken_port_is_a_sentence_and_exit_code_3()
    {
        await Farm.StartServerAsync();

        var second = await Farm.Start("second", Programs.Server, "--port", $"{Farm.Port}", "--data", Farm.Folder.At("other")).EndAsync();

        Assert.That(second.Code, Is.EqualTo(3));
        Assert.That(second.Error, Does.Contain($"port {Farm.Port}").And.Contain("--port"));
        Assert.That(second.Out, Is.Empty);
    }

    [Test]
    public async Task A_locked_data_folder_is_a_sentence_and_exit_code_3()
    {
        await Farm.StartServerAsync();

        var second = await Farm.Start("second", Programs.Server, "--port", $"{Ports.Free()}", "--data", Farm.Folder.At("server")).EndAsync();

        Assert.That(second.Code, Is.EqualTo(3));
        Assert.That(second.Error, Does.Contain(Farm.Folder.At("server")));
        Assert.That(second.Out, Is.Empty);
    }

    [Test]
    public async Task The_lock_of_a_killed_server_does_not_keep_its_successor_out()
    {
        var first = await Farm.StartServerAsync();
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 3));
        await first.EndByAsync(Signal.Kill);

        await Farm.StartServerAsync();

        Assert.That((await Farm.JobAsync(job)).Number("tasks_total"), Is.EqualTo(3));
    }
}

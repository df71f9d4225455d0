using System.Text;
using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class LiveLogTests
{
    private static readonly object _log = new { log = new { job = 1, block = 0, task = 0 } };

    [Test]
    public async Task A_log_is_followed_over_chunks_that_cut_characters_and_over_runs()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        using var monitor = await server.WatchAsync(_log);
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => $"Bild {i} – schön 🎬\n"));
        var bytes = Encoding.UTF8.GetBytes(text);

        for (var at = 0; at < bytes.Length; at += 7)
            await render.SendAsync(new RunOutput { Run = run, Offset = at, Bytes = bytes.AsMemory(at, Math.Min(7, bytes.Length - at)) });
        await render.EndAsync(run, RunOutcome.Failed, 1);
        Assert.That(await ReadRunAsync(monitor, 1), Is.EqualTo(text));

        var next = (await render.StartAsync()).Run;
        await render.PrintAsync(next, 0, "again");
        await render.EndAsync(next);
        Assert.That(await ReadRunAsync(monitor, 2), Is.EqualTo("again"));
    }

    [Test]
    public async Task A_long_log_begins_with_its_last_part_at_a_whole_character()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        var text = string.Concat(Enumerable.Repeat("–", 50_000)) + "!";
        await render.PrintAsync(run, 0, text);
        await render.EndAsync(run);

        using var monitor = await server.WatchAsync(_log);
        var first = await monitor.NextAsync("log");
        var tail = await ReadRunAsync(monitor, 1);

        Assert.That(first.GetProperty("offset").GetInt64(), Is.EqualTo(Encoding.UTF8.GetByteCount(text) - Encoding.UTF8.GetByteCount(tail)));
        Assert.That(tail, Is.EqualTo(text[^tail.Length..]));
        Assert.That(tail.Length, Is.InRange(21_800, 21_900), "64 KiB of three bytes each");
    }

    [Test]
    public async Task The_end_and_the_next_run_are_told_however_much_was_printed_before()
    {
        const int Runs = 12;
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1, errorsRetries: Runs));
        using var monitor = await server.WatchAsync(_log);

        for (var number = 1; number <= Runs; number++)
        {
            var run = (await render.StartAsync()).Run;
            for (var line = 0; line < 50; line++)
            {
                await render.PrintAsync(run, 2 * line, "x\n");
                await render.SendAsync(new RenderReport { Progress = [new RunProgress { Run = run, Percent = line }] });
            }

            await render.EndAsync(run, RunOutcome.Failed, 1);
            Assert.That(await ReadRunAsync(monitor, number), Has.Length.EqualTo(100));
        }
    }

    [Test]
    public async Task A_job_that_is_deleted_while_its_log_is_followed_ends_the_log_and_not_the_connection()
    {
        await using var server = await RunningServer.StartAsync();
        await using var render = await ScriptedRender.JoinAsync(server);
        await server.SubmitAsync(TestJobs.Frames(1));
        var run = (await render.StartAsync()).Run;
        await render.PrintAsync(run, 0, "words");
        using var monitor = await server.WatchAsync(_log);
        await monitor.UntilAsync(message => message.TryGetProperty("text", out var text) && text.GetString() == "words", "the words");

        await render.ReportAsync();
        await server.ActAsync(1, new { operation = "delete" });
        await render.StopsAsync();
        await render.EndAsync(run, RunOutcome.Stopped);

        await monitor.UntilAsync(message => message.TryGetProperty("ended", out var ended) && ended.GetBoolean(), "the end of the log");
        await monitor.SubscribeAsync(new { renders = true });
        await monitor.NextAsync("picture");
        await server.StopAsync();
        Assert.That(server.BadLines, Is.Empty);
    }

    [Test]
    public async Task A_log_of_a_task_that_is_not_there_stays_silent()
    {
        await using var server = await RunningServer.StartAsync();
        using var monitor = await server.WatchAsync(new { log = new { job = 7, block = -1, task = 99 } });

        await monitor.NextAsync("picture");
        await monitor.SubscribeAsync(new { renders = true });
        await monitor.NextAsync("picture");
    }

    /// <summary>Everything of one run, to its end.</summary>
    private static async Task<string> ReadRunAsync(LiveClient monitor, int run)
    {
        var text = new StringBuilder();
        await monitor.UntilAsync(
            message =>
            {
                if (message.GetProperty("type").GetString() != "log") return false;
                Assert.That(message.GetProperty("run").GetInt32(), Is.EqualTo(run));
                text.Append(message.GetProperty("text").GetString());
                return message.GetProperty("ended").GetBoolean();
            },
            $"the end of run {run}");
        return text.ToString();
    }
}

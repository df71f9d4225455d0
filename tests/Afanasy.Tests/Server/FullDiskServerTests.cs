using System.Collections.Concurrent;
using System.Diagnostics;
using Afanasy.Tests.Support;

namespace Afanasy.Tests.Server;

public sealed class FullDiskServerTests
{
    private readonly ScratchFolder _folder = new();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task A_disk_that_is_full_ends_the_server_with_words_and_costs_nothing_that_was_answered()
    {
        var disk = Directory.CreateDirectory(_folder.At("disk")).FullName;
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk) != 0)
            Assert.Ignore("A small disk can only be mounted by root on Linux.");

        try
        {
            var settings = RunningServer.Quick with { Data = Path.Combine(disk, "data") };
            var answered = await FillAsync(settings);
            Assert.That(Run("mount", "-o", "remount,size=64m", disk), Is.Zero);
            await using var again = await RunningServer.StartAsync(settings);

            var names = new List<string?>();
            for (var from = 0; ; from += 1000)
            {
                var window = (await again.GetAsync($"/api/v1/jobs?sort=id&limit=1000&from={from}")).GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("name").GetString()).ToList();
                if (window.Count == 0) break;
                names.AddRange(window);
            }

            Assert.That(names, Is.EquivalentTo(answered), "what was answered is there, and what was not is not");
            await again.SubmitAsync(TestJobs.Frames(1));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    /// <summary>Submits jobs from several sides until the server ends; says which ones were answered with success.</summary>
    private static async Task<IReadOnlyCollection<string>> FillAsync(AfServer.Hosting.ServerSettings settings)
    {
        var answered = new ConcurrentBag<string>();
        var statuses = new ConcurrentBag<int>();
        await using var server = await RunningServer.StartAsync(settings);
        await using var render = await ScriptedRender.JoinAsync(server);
        using var monitor = await server.WatchAsync(new { jobs = new { limit = 10 } });
        await Parallel.ForAsync(0, 8, async (side, _) =>
        {
            for (var i = 0; ; i++)
            {
                var name = $"job {side}.{i}";
                try
                {
                    var (status, _) = await server.PostAsync("/api/v1/jobs", new { name, user_name = "anna", description = new string('x', 20_000), blocks = new[] { new { frame_first = 1, frame_last = 1, command = "c" } } });
                    statuses.Add(status);
                    if (status != 201) return;
                    answered.Add(name);
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        });

        Assert.That(await server.Ended.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(1));
        await render.Gone;
        Assert.That(answered, Is.Not.Empty);
        Assert.That(statuses.Where(status => status != 201), Is.All.EqualTo(503), "who was in flight hears that the server ends");
        return answered;
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

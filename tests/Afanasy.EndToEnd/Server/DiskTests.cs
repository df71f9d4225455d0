using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

/// <summary>The disk under a server is full, fails, or cannot be written from the beginning.</summary>
internal sealed class DiskTests : FarmTests
{
    /// <summary>Small jobs that fill some megabytes are a few hundred.</summary>
    private const int JobsMax = 5_000;

    private SmallDisk? _disk;

    /// <summary>Before the farm's folder is deleted, in which it is.</summary>
    [TearDown]
    public async Task TakeDiskAwayAsync()
    {
        await Farm.EndProcessesAsync();
        if (_disk is not null) await _disk.DisposeAsync();
    }

    [Test]
    public async Task A_full_disk_ends_the_server_with_words_and_when_there_is_room_everything_answered_is_there()
    {
        _disk = SmallDisk.OfMemory(Farm.Folder.At("disk"), megabytes: 6);
        var server = await StartAsync();
        await Farm.StartRenderAsync("one");
        var running = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 1));
        await Farm.TasksAreAsync(running, "tasks_running", 1);

        var answered = await SubmitUntilItEndsAsync();
        var end = await server.EndAsync();
        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("The farm cannot be kept any longer and the server ends").And.Contain("is full").And.Contain("Make room, then start the server again."));

        Assert.That(_disk.TryRemount("size=64m"), Is.True);
        await StartAsync();
        Assert.That(await JobNamesAsync(), Is.EquivalentTo(answered.Prepend("test")), "what was answered is there, and nothing else");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(running, "done");
        Assert.That(await Farm.RunsAsync(running, 0, 0), Is.EqualTo(new[] { "done on one" }), "the run went on all the time");
    }

    [Test]
    public async Task A_disk_that_is_still_full_is_said_at_the_start()
    {
        _disk = SmallDisk.OfMemory(Farm.Folder.At("disk"), megabytes: 6);
        var server = await StartAsync();
        await SubmitUntilItEndsAsync();
        await server.EndAsync();
        Fill(Farm.Folder.At("disk", "rest"));

        var again = Start();
        await Until.TrueAsync(() => again.HasEnded || again.Said.Contains("afserver ready:", StringComparison.Ordinal), "the server to say whether it can start");
        if (!again.HasEnded) await SubmitUntilItEndsAsync();
        var end = await again.EndAsync();

        Assert.That(end.Code, Is.EqualTo(1));
        var data = Regex.Escape(Farm.Folder.At("disk", "data"));
        Assert.That(end.Error, Does.Match($@"The disk that holds ({data}/farm\.db|the data folder {data}) is full|{data}/farm\.db-end cannot be used: No space left on device"));
        Assert.That(end.Error, Does.Contain("Make room, then start the server again.").Or.Contain("Check the disk"));
    }

    [Test]
    public async Task A_disk_that_becomes_read_only_ends_the_server_with_words_and_costs_nothing_that_was_answered()
    {
        _disk = SmallDisk.OfFile(Farm.Folder.At("disk"), Farm.Folder.At("image"), megabytes: 32);
        var server = await StartAsync();
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 3));

        _disk.Fail();
        Assert.That(await SubmitUntilItEndsAsync(), Is.Empty, "nothing is answered that cannot be kept");
        var end = await server.EndAsync();
        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("The farm cannot be kept any longer and the server ends").And.Contain(Farm.Folder.At("disk", "data", "farm.db")));

        var refused = await Start().EndAsync();
        Assert.That(refused.Code, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain($"The data folder {Farm.Folder.At("disk", "data")} cannot be used").And.Contain("--data"));

        await _disk.DisposeAsync();
        _disk = SmallDisk.Again(Farm.Folder.At("disk"), Farm.Folder.At("image"));
        await StartAsync();
        Assert.That((await Farm.JobAsync(job)).Number("tasks_total"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_data_folder_of_another_user_is_said_with_code_1()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/setpriv")) Assert.Ignore("Only root can start a server as another user, with setpriv.");
        var first = await StartAsync();
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 3));
        await first.EndByAsync(Signal.Terminate);

        var other = await Farm.Start(
            "afserver", "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", Programs.Server, "--port", $"{Farm.Port}", "--data", Farm.Folder.At("disk", "data")).EndAsync();

        Assert.That(other.Code, Is.EqualTo(1));
        Assert.That(other.Error, Does.Contain("cannot be used").And.Contain("--data"));
        Assert.That(other.Out, Is.Empty);
        await StartAsync();
        Assert.That((await Farm.JobAsync(job)).Number("tasks_total"), Is.EqualTo(3), "nothing was changed");
    }

    private RunningProgram Start() => Farm.Start("afserver", Programs.Server, "--port", $"{Farm.Port}", "--data", Farm.Folder.At("disk", "data"));

    private async Task<RunningProgram> StartAsync()
    {
        var server = Start();
        await server.SaysAsync("afserver ready:");
        return server;
    }

    /// <summary>Says the names of the jobs that the server has taken.</summary>
    private async Task<List<string>> SubmitUntilItEndsAsync()
    {
        var answered = new List<string>();
        for (var number = 0; number < JobsMax; number++)
        {
            var name = $"job {number}";
            var job = new { name, user_name = "anna", offline = true, description = new string('x', 20_000), blocks = new[] { new { frame_first = 1, frame_last = 1, command = "true" } } };
            try
            {
                using var answer = await Farm.Http.PostAsJsonAsync($"{Farm.Url}/api/v1/jobs", job);
                if ((int)answer.StatusCode != 201) return answered;
                answered.Add(name);
            }
            catch (HttpRequestException)
            {
                return answered;
            }
        }

        throw new InvalidOperationException("The disk never fills.");
    }

    private async Task<List<string?>> JobNamesAsync()
    {
        var names = new List<string?>();
        while (true)
        {
            var window = await Farm.GetAsync($"api/v1/jobs?sort=id&limit=1000&from={names.Count}");
            var found = window.GetProperty("jobs").EnumerateArray().Select(job => job.Text("name")).ToList();
            if (found.Count == 0) return names;
            names.AddRange(found);
        }
    }

    private static void Fill(string file)
    {
        using var rest = File.Create(file);
        try
        {
            while (true)
            {
                rest.Write(new byte[4096]);
                rest.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // It is full now.
        }
    }
}

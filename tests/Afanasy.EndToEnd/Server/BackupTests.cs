using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

/// <summary>A backup that is taken while the farm works, and put back when the server is gone.</summary>
internal sealed class BackupTests : FarmTests
{
    [Test]
    public async Task What_was_answered_before_an_export_is_there_when_it_is_put_back_elsewhere()
    {
        var server = await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        using var enough = new CancellationTokenSource();
        var answered = new List<int>();
        var submitting = SubmitAsync(answered, enough.Token);
        await Until.TrueAsync(() => Count(answered) >= 10, "ten submissions");

        int before;
        lock (answered) before = answered.Count;
        var export = await JournalAsync("export", Farm.Folder.At("backup.db"), "--data", Farm.Folder.At("server"));
        Assert.That(export.Code, Is.Zero, export.Error);
        await server.EndByAsync(Signal.Kill);
        await enough.CancelAsync();
        await submitting;

        var verify = await JournalAsync("verify", "--data", Farm.Folder.At("server"));
        Assert.That(verify.Code, Is.Zero, "a server that was killed leaves a sound journal\n" + verify.Out);
        var refused = await JournalAsync("restore", Farm.Folder.At("backup.db"), "--data", Farm.Folder.At("server"));
        Assert.That(refused.Code, Is.EqualTo(1), "nothing is overwritten");
        var restore = await JournalAsync("restore", Farm.Folder.At("backup.db"), "--data", Farm.Folder.At("elsewhere"));
        Assert.That(restore.Code, Is.Zero, restore.Error);
        var again = Farm.Start("afserver", Programs.Server, "--port", $"{Farm.Port}", "--data", Farm.Folder.At("elsewhere"));
        await again.SaysAsync("afserver ready:");

        foreach (var job in answered.Take(before)) Assert.That((await Farm.JobAsync(job)).Text("name"), Does.StartWith("test"));
        var held = await JournalAsync("restore", Farm.Folder.At("backup.db"), "--data", Farm.Folder.At("elsewhere"), "--force");
        Assert.That((held.Code, held.Error), Is.EqualTo((3, held.Error)), "a server works there");
        await Farm.JobIsAsync(answered[0], "done");
    }

    private static int Count(List<int> answered)
    {
        lock (answered) return answered.Count;
    }

    private async Task SubmitAsync(List<int> answered, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                var job = await Farm.SubmitAsync(Jobs.Frames("true", 1));
                lock (answered) answered.Add(job);
            }
            catch (HttpRequestException)
            {
                // The server was killed: what it did not answer counts for nothing.
                return;
            }
        }
    }

    private Task<ProgramEnd> JournalAsync(params string[] words) => Farm.Start("journal", Programs.Journal, words).EndAsync();
}

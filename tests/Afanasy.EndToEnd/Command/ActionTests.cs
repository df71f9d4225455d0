using System.Net;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Command;

internal sealed class ActionTests : FarmTests
{
    [Test]
    public async Task A_paused_job_starts_nothing_new_until_it_is_resumed()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 3));
        await StartedAsync(1);

        await DoAsync("pause", $"{job}");
        Farm.Folder.Open("gate");
        await Farm.TaskIsAsync(job, 0, 0, "done");
        var other = await Farm.SubmitAsync(Jobs.Frames("true", 1));
        await Farm.JobIsAsync(other, "done");
        var whilePaused = Farm.Folder.Lines("started").ToList();
        await DoAsync("resume", $"{job}");
        await Farm.JobIsAsync(job, "done");

        Assert.That(whilePaused, Is.EqualTo(new[] { "1" }), "the render was free and took another job, not this one");
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(new[] { "1", "2", "3" }));
    }

    [Test]
    public async Task Stop_ends_what_runs_and_pauses_the_job()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one", "--capacity", "2000");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 3));
        await StartedAsync(2);

        await DoAsync("stop", $"{job}");
        await Farm.TasksAreAsync(job, "tasks_running", 0);
        var stopped = await Farm.JobAsync(job);
        Farm.Folder.Open("gate");
        await DoAsync("resume", $"{job}");
        await Farm.JobIsAsync(job, "done");

        Assert.That(stopped.Text("state"), Is.EqualTo("paused"));
        Assert.That(await Farm.RunsAsync(job, 0, 0), Is.EqualTo(new[] { "stopped on one", "done on one" }));
        Assert.That(Farm.Folder.Lines("ended"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Restart_runs_chosen_tasks_again()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        Farm.Folder.Open("gate");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 4));
        await Farm.JobIsAsync(job, "done");

        await DoAsync("restart", $"{job}", "--blocks", "0", "--tasks", "1-2");
        await Until.TrueAsync(() => Farm.Folder.Lines("ended").Count == 6, "two frames to run again");
        await Farm.JobIsAsync(job, "done");

        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(new[] { "1", "2", "2", "3", "3", "4" }));
    }

    [Test]
    public async Task Restart_errors_runs_only_what_failed()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames($"cd {Farm.Folder.Path} && echo @#@ >> started && {{ [ @#@ = 1 ] || [ -e mended ]; }}", 3));
        await Farm.JobIsAsync(job, "error");

        Farm.Folder.Open("mended");
        await DoAsync("restart-errors", $"{job}");
        await Farm.JobIsAsync(job, "done");

        Assert.That(Farm.Folder.Lines("started"), Is.EquivalentTo(new[] { "1", "2", "2", "3", "3" }));
        Assert.That(await Farm.RunsAsync(job, 0, 1), Is.EqualTo(new[] { "failed on one", "done on one" }));
    }

    [Test]
    public async Task Skipped_tasks_count_as_finished_and_never_run()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 3));
        await StartedAsync(1);

        await DoAsync("skip", $"{job}", "--blocks", "0", "--tasks", "1");
        Farm.Folder.Open("gate");
        await Farm.JobIsAsync(job, "done");

        Assert.That((await Farm.TaskAsync(job, 0, 1)).Text("state"), Is.EqualTo("skipped"));
        Assert.That(Farm.Folder.Lines("ended"), Is.EquivalentTo(new[] { "1", "3" }));
    }

    [Test]
    public async Task A_deleted_job_is_gone_and_so_are_its_processes()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var job = await Farm.SubmitAsync(Jobs.Frames("sleep 606", 2));
        await Farm.TasksAreAsync(job, "tasks_running", 1);

        await DoAsync("delete", $"{job}");
        await Until.TrueAsync(async () => await StatusOfAsync(job) == HttpStatusCode.NotFound, "the job to be gone");
        var after = await Farm.CommandAsync("job", $"{job}");

        Assert.That(after.Code, Is.EqualTo(1));
        Assert.That(after.Error, Does.Contain($"{job}"));
        Assert.That(Farm.Processes().Select(SystemProcesses.CommandLine), Has.None.StartsWith("sleep 606"));
    }

    [Test]
    public async Task Set_changes_a_field_and_refuses_what_it_cannot_be()
    {
        await Farm.StartServerAsync();
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 1));

        await DoAsync("set", $"{job}", "priority=7");
        var refused = await Farm.CommandAsync("set", $"{job}", "priority=700");

        Assert.That((await Farm.JobAsync(job)).Number("priority"), Is.EqualTo(7));
        Assert.That(refused.Code, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("priority").And.Contain("700"));
    }

    [Test]
    public async Task An_unknown_job_is_refused_with_1_and_does_not_keep_the_others_back()
    {
        await Farm.StartServerAsync();
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 1));

        var end = await Farm.CommandAsync("pause", $"{job}", "999");

        Assert.That(end.Code, Is.EqualTo(1));
        Assert.That(end.Error, Does.Contain("999"));
        Assert.That((await Farm.JobAsync(job)).Text("state"), Is.EqualTo("paused"));
    }

    private async Task DoAsync(params string[] words)
    {
        var end = await Farm.CommandAsync(words);
        Assert.That(end.Code, Is.Zero, end.Error);
        Assert.That(end.Error, Is.Empty);
        Assert.That(end.Out, Does.StartWith($"job {words[1]}: "));
    }

    private Task StartedAsync(int count) => Until.TrueAsync(() => Farm.Folder.Lines("started").Count == count, $"{count} frames to start");

    private async Task<HttpStatusCode> StatusOfAsync(int job)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"{Farm.Url}/api/v1/jobs/{job}");
        return answer.StatusCode;
    }
}

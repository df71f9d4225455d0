using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Browser;

/// <summary>The monitor in a real browser, on a real farm.</summary>
internal sealed class MonitorTests : FarmTests
{
    private static Chromium? _chromium;

    [OneTimeSetUp]
    public static async Task StartBrowserAsync()
    {
        _chromium = await Chromium.StartAsync();
        if (_chromium is null) Assert.Ignore("No Chromium on this machine: apt-get install chromium");
    }

    [OneTimeTearDown]
    public static async Task EndBrowserAsync()
    {
        if (_chromium is not null) await _chromium.DisposeAsync();
    }

    [Test]
    public async Task A_submitted_job_appears_and_its_progress_moves_without_a_reload()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var page = await OpenAsync();
        await page.SeesAsync("[data-testid=first-run]");

        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 4));
        await page.SeesJobAsync(job, "running");
        await page.ProgressOfJobIsAsync(job, "0%");
        var before = await page.BarAsync(job, 0);
        Farm.Folder.Open("gate.1");
        await page.ProgressOfJobIsAsync(job, "25%");
        var after = await page.BarAsync(job, 0);
        await page.KeepPictureAsync("job-running");
        Farm.Folder.Open("gate");
        await page.SeesJobAsync(job, "done");
        await page.ProgressOfJobIsAsync(job, "100%");

        Assert.That(before, Does.Contain("1 running").And.Contain("3 ready").And.Not.Contain("done"));
        Assert.That(after, Does.Contain("1 done").And.Contain("1 running"));
        await CheckBehaviourAsync(page);
    }

    [Test]
    public async Task A_chosen_job_shows_its_tasks_and_a_chosen_task_its_growing_log()
    {
        await Farm.StartServerAsync();
        await Farm.StartRenderAsync("box-one");
        var page = await OpenAsync();
        var folder = Farm.Folder;
        var job = await Farm.SubmitAsync(Jobs.Frames($"cd {folder.Path}; echo first line; while [ ! -e a ]; do sleep 0.1; done; echo PROGRESS: 50%; echo second line; while [ ! -e b ]; do sleep 0.1; done; echo third line", 2));
        await page.SeesJobAsync(job, "running");

        await page.ChooseJobAsync(job);
        await page.SeesTaskAsync(0, "running");
        await page.SeesTaskAsync(1, "ready");
        var row = await page.TaskAsync(0);
        await page.ChooseTaskAsync(0);
        await page.SaysAsync("[data-testid=log-line]", "first line");
        var early = await page.TextAsync("[data-testid=log]");
        folder.Open("a");
        await page.SaysAsync("[data-testid=log-line]", "second line");
        await page.SaysAsync("[data-testid=task-progress]", "50%");
        await page.KeepPictureAsync("task-log");
        folder.Open("b");
        await page.SaysAsync("[data-testid=log-line]", "third line");
        await page.SeesTaskAsync(0, "done");

        Assert.That(row, Does.Contain("frame 1").And.Contain("box-one").And.Match(@"\d\d:\d\d"), "name, host and time");
        Assert.That(early, Does.Not.Contain("second line"));
        await CheckBehaviourAsync(page);
    }

    [Test]
    public async Task The_renders_view_shows_every_render_with_what_it_runs()
    {
        await Farm.StartServerAsync();
        var page = await OpenAsync();
        await Farm.StartRenderAsync("one");
        await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 1));
        var two = await Farm.StartRenderAsync("two");

        await page.ClickAsync("[data-testid=nav-renders]");
        await page.SeesAsync("[data-testid=render-row][data-render=one][data-state=busy]");
        await page.SeesAsync("[data-testid=render-row][data-render=two][data-state=idle]");
        await page.SaysAsync("[data-testid=render-row][data-render=one] [data-testid=task-chip]", "frame 1");
        await page.KeepPictureAsync("renders");
        await two.EndByAsync(Signal.Terminate);
        await page.SeesAsync("[data-testid=render-row][data-render=two][data-state=offline]");

        await CheckBehaviourAsync(page);
    }

    [Test]
    public async Task The_pause_button_pauses_the_job_and_resumes_it()
    {
        await Farm.StartServerAsync();
        var page = await OpenAsync();
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 3));
        await page.SeesJobAsync(job, "ready");
        await page.ChooseJobAsync(job);

        await page.ClickAsync("[data-testid=action-pause]");
        await page.SeesJobAsync(job, "paused");
        await Farm.JobIsAsync(job, "paused");
        await page.SaysAsync("[data-testid=action-pause]", "Resume");
        await page.ClickAsync("[data-testid=action-pause]");
        await page.SeesJobAsync(job, "ready");
        await Farm.JobIsAsync(job, "ready");

        await CheckBehaviourAsync(page);
    }

    [Test]
    public async Task A_killed_server_is_said_with_the_age_of_what_is_shown_and_its_return_needs_no_reload()
    {
        var server = await Farm.StartServerAsync();
        await Farm.StartRenderAsync("one");
        var page = await OpenAsync();
        var job = await Farm.SubmitAsync(Jobs.Gated(Farm.Folder, 2));
        await page.SeesJobAsync(job, "running");

        await server.EndByAsync(Signal.Kill);
        await page.PhaseIsAsync("offline");
        await page.SaysAsync("[data-testid=banner]", "2 s.");
        var banner = await page.TextAsync("[data-testid=banner]");
        await page.SeesJobAsync(job, "running");
        await page.ChooseJobAsync(job);
        await page.SaysAsync("[data-testid=inspector]", "The server did not answer.");
        await page.SeesAsync("[data-testid=action-pause]:disabled");
        await page.KeepPictureAsync("offline");
        await Farm.StartServerAsync();
        await page.PhaseIsAsync("live");
        Farm.Folder.Open("gate");
        await page.SeesJobAsync(job, "done");
        await page.SeesTaskAsync(0, "done");
        var second = await Farm.SubmitAsync(Jobs.Frames("true", 1));
        await page.SeesJobAsync(second, "done");

        Assert.That(banner, Does.Contain($"No connection to {Farm.Address}").And.Match(@"You see the state of .*\d\d:\d\d"));
        Assert.That(page.Complaints.Where(text => !text.Contains("net::ERR_") && !text.Contains("WebSocket connection to")), Is.Empty, "only the browser itself reports tries that fail");
        Assert.That(await page.WasNotReloadedAsync(), Is.True);
    }

    private async Task<MonitorPage> OpenAsync() => await _chromium!.OpenAsync(Farm);   // the set-up has ignored the fixture without one

    /// <summary>What is true of every visit: one page load, one host, no complaint.</summary>
    private async Task CheckBehaviourAsync(MonitorPage page)
    {
        Assert.That(await page.WasNotReloadedAsync(), Is.True);
        Assert.That(page.Complaints, Is.Empty);
        Assert.That(page.Asked.Select(url => new Uri(url)).Where(url => url.Scheme is not ("data" or "blob")).Select(url => url.Authority).Distinct(), Is.EqualTo(new[] { Farm.Address }));
    }
}

using System.Collections.Concurrent;
using Afanasy.EndToEnd.Support;
using Microsoft.Playwright;

namespace Afanasy.EndToEnd.Browser;

/// <summary>The monitor as one person sees it, with a record of what the page asked for and complained of.</summary>
internal sealed class MonitorPage
{
    private const float PatienceMilliseconds = 60_000;

    /// <summary>A word that only a reload can make the page forget.</summary>
    private const string Mark = "window.notReloaded";

    private readonly IPage _page;

    public MonitorPage(IPage page)
    {
        _page = page;
        page.SetDefaultTimeout(PatienceMilliseconds);
        page.Request += (_, request) => Asked.Enqueue(request.Url);
        page.WebSocket += (_, socket) => Asked.Enqueue(socket.Url);
        page.PageError += (_, error) => Complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Enqueue(message.Text);
        };
    }

    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<string> Complaints { get; } = [];

    public async Task OpenAsync(string url)
    {
        await _page.GotoAsync(url);
        await _page.EvaluateAsync($"{Mark} = true");
        await PhaseIsAsync("live");
    }

    /// <summary>Plays a server that is not there, or a part of one: what it answers at these addresses from now on.</summary>
    public Task AnswersAsync(string addresses, string body, string type, int status = 200) =>
        _page.RouteAsync(addresses, route => route.FulfillAsync(new()
        {
            Status = status,
            Body = body,
            ContentType = type,
            Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
        }));

    public Task IsAtAsync(string address) => _page.WaitForURLAsync(address);

    public Task<bool> WasNotReloadedAsync() => _page.EvaluateAsync<bool>($"{Mark} === true");

    public Task PhaseIsAsync(string phase) => SeesAsync($"[data-testid=live-indicator][data-phase={phase}]");

    public Task SeesJobAsync(int job, string state) => SeesAsync(Job(job) + $"[data-state={state}]");

    public Task ChooseJobAsync(int job) => ClickAsync(Job(job));

    public Task ProgressOfJobIsAsync(int job, string text) => SaysAsync($"{Job(job)} [data-testid=job-progress]", text);

    /// <summary>What the bar of a block says to who cannot see it.</summary>
    public async Task<string> BarAsync(int job, int block) =>
        await _page.Locator($"{Job(job)} [data-testid=block-bar][data-block='{block}']").GetAttributeAsync("aria-label") ?? "";

    public Task SeesTaskAsync(int task, string state) => SeesAsync(TaskRow(task) + $"[data-state={state}]");

    public Task<string> TaskAsync(int task) => _page.Locator(TaskRow(task)).InnerTextAsync();

    public Task ChooseTaskAsync(int task) => ClickAsync(TaskRow(task));

    public Task ClickAsync(string selector) => _page.Locator(selector).ClickAsync();

    public Task SeesAsync(string selector) => _page.Locator(selector).WaitForAsync();

    /// <summary>Waits until the first of these elements says this.</summary>
    public Task SaysAsync(string selector, string text) => _page.Locator(selector).Filter(new() { HasText = text }).First.WaitForAsync();

    public Task<string> TextAsync(string selector) => _page.Locator(selector).InnerTextAsync();

    /// <summary>Keeps a picture of the page for people, with the results of the test.</summary>
    public async Task KeepPictureAsync(string name)
    {
        var file = Path.Combine(Programs.Root, "artifacts", "end-to-end", $"{name}.png");
        await _page.ScreenshotAsync(new() { Path = file });
        TestContext.AddTestAttachment(file);
    }

    private static string Job(int job) => $"[data-testid=job-row][data-job='{job}']";

    private static string TaskRow(int task) => $"[data-testid=task-row][data-task='{task}']";
}

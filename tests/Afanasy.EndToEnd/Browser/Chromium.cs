using Afanasy.EndToEnd.Support;
using Microsoft.Playwright;

namespace Afanasy.EndToEnd.Browser;

/// <summary>The machine's own Chromium, without a window, and not calling home.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] _places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] _arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Null when there is none on this machine.</summary>
    public static async Task<Chromium?> StartAsync()
    {
        if (_places.FirstOrDefault(File.Exists) is not { } place) return null;
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = place, Args = _arguments }));
    }

    /// <summary>Opens a farm's monitor in an empty profile.</summary>
    public async Task<MonitorPage> OpenAsync(Farm farm, Func<MonitorPage, Task>? prepare = null)
    {
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = new MonitorPage(await context.NewPageAsync());
        if (prepare is not null) await prepare(page);
        await page.OpenAsync(farm.Url);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

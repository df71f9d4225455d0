using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Browser;

/// <summary>The monitor when its server is lost and the farm has another one, whose part is played.</summary>
internal sealed class FailoverPageTests : FarmTests
{
    private const string Other = "http://render2.farm:51000";
    private const string Json = "application/json";

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
    public async Task A_page_whose_server_is_lost_goes_to_the_one_that_leads_now_and_shows_the_same()
    {
        var server = await Farm.StartServerAsync();
        var servers = $$"""[{"address":"{{Farm.Url}}","role":"leader","sequence":1},{"address":"{{Other}}","role":"standby","sequence":1}]""";
        var page = await _chromium!.OpenAsync(Farm, async page =>   // the set-up has ignored the fixture without one
        {
            await page.AnswersAsync($"{Farm.Url}/health", $$"""{"status":"ok","sequence":1,"version":"1","servers":{{servers}}}""", Json);
            await page.AnswersAsync($"{Other}/**", "<title>the other server</title>", "text/html");
            await page.AnswersAsync($"{Other}/health", $$"""{"status":"standby","sequence":1,"version":"1","leader":"{{Farm.Url}}","servers":{{servers}}}""", Json, 503);
        });
        var job = await Farm.SubmitAsync(Jobs.Frames("true", 3));
        await page.ChooseJobAsync(job);

        await server.EndByAsync(Signal.Kill);
        await page.SaysAsync("[data-testid=banner]", "Connection lost. Looking for the farm at render2.farm:51000…");
        await page.KeepPictureAsync("looking");
        var wasNotReloaded = await page.WasNotReloadedAsync();
        await page.AnswersAsync($"{Other}/health", """{"status":"ok","sequence":2,"version":"1"}""", Json);

        await page.IsAtAsync($"{Other}/#/jobs/{job}");
        Assert.That(wasNotReloaded, Is.True, "it stays while nobody leads");
    }
}

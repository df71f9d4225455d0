using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

/// <summary>
/// Somebody who submits jobs all the time through whichever server takes them, and remembers what was answered. No job that is
/// submitted twice: whoever gets no answer tries another server with the next job.
/// </summary>
internal sealed class Submitter : IAsyncDisposable
{
    private const int PageJobs = 500;

    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(25);

    private readonly IReadOnlyList<string> _urls;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _answered = [];
    private readonly ConcurrentDictionary<string, string> _unanswered = [];
    private readonly Task _submitting;

    public Submitter(IReadOnlyList<string> urls)
    {
        _urls = urls;
        _submitting = SubmitAllAsync();
    }

    public int Answered => _answered.Count;

    /// <summary>A job that runs nowhere: it is there to be kept.</summary>
    public static object Job(string name) => new { name, user_name = "anna", hosts_mask = "nobody", blocks = new[] { new { name = "frames", command = "true", flags = 1, frame_first = 1, frame_last = 1 } } };

    /// <summary>Waits until so many more have been answered than until now.</summary>
    public Task MoreAsync(int count)
    {
        var enough = Answered + count;
        return Until.TrueAsync(() => Answered >= enough, $"{count} more submissions to be answered");
    }

    /// <summary>Ends submitting, and compares: what was answered is there, nothing is there twice or by halves.</summary>
    public async Task EveryAnswerIsKeptAsync(string url)
    {
        await _stop.CancelAsync();
        await _submitting;
        var kept = await JobsAsync(url);

        Assert.That(_answered, Is.Not.Empty);
        Assert.That(kept.Select(job => job.Name), Is.Unique);
        Assert.That(kept.Select(job => job.Id), Is.Unique);
        Assert.That(_answered.Where(job => !kept.Contains((job.Key, job.Value))), Is.Empty, "answered, and lost");
        Assert.That(kept.Where(job => !_answered.ContainsKey(job.Name) && !_unanswered.ContainsKey(job.Name)), Is.Empty, "never submitted");
        await TestContext.Out.WriteLineAsync($"{_answered.Count} submissions answered, {_unanswered.Count} not; of those {kept.Count(job => _unanswered.ContainsKey(job.Name))} were kept");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _submitting;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task SubmitAllAsync()
    {
        using var pace = new PeriodicTimer(_pace);
        var at = 0;
        for (var number = 1; !_stop.IsCancellationRequested; number++)
        {
            if (!await TrySubmitAsync(_urls[at], $"submission {number}")) at = (at + 1) % _urls.Count;
            await pace.WaitForNextTickAsync();
        }
    }

    private async Task<bool> TrySubmitAsync(string url, string name)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync($"{url}/api/v1/jobs", Job(name), _stop.Token);
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                _answered[name] = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt32();
                return true;
            }

            _unanswered[name] = $"{(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            _unanswered[name] = e.Message;
        }

        return false;
    }

    /// <summary>The jobs that were submitted here, as a server lists them.</summary>
    private async Task<IReadOnlyList<(string Name, int Id)>> JobsAsync(string url)
    {
        var jobs = new List<(string, int)>();
        for (var from = 0; ; from += PageJobs)
        {
            var page = (await _http.GetFromJsonAsync<JsonElement>($"{url}/api/v1/jobs?sort=id&from={from}&limit={PageJobs}")).GetProperty("jobs").EnumerateArray().ToList();
            jobs.AddRange(page.Where(job => job.Text("name")!.StartsWith("submission ", StringComparison.Ordinal)).Select(job => (job.Text("name")!, (int)job.Number("id"))));   // jobs have names
            if (page.Count < PageJobs) return jobs;
        }
    }
}

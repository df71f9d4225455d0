using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Server;

/// <summary>
/// Somebody who submits jobs and acts on them without pause, over connections that are kept, and holds the server to its answers: what was
/// answered must be there after every restart, what was not must be there whole or not at all.
/// </summary>
internal sealed class Artist(string url, string name, Random chance, ConcurrentQueue<string> wrongs) : IDisposable
{
    /// <summary>Jobs at a time: as many as one list shows, and few enough to be compared often.</summary>
    private const int JobsMax = 20;

    private static readonly TimeSpan _tryAgain = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
    private readonly Dictionary<int, PromisedJob> _jobs = [];
    private readonly HashSet<int> _deleted = [];
    private Wish? _open;
    private int _submitted;

    public string Name => name;

    /// <summary>Jobs and actions that were answered.</summary>
    public int Answered { get; private set; }

    public int AnsweredActions { get; private set; }

    /// <summary>Requests on which the server died.</summary>
    public int Unanswered { get; private set; }

    public int UnansweredActions { get; private set; }

    /// <summary>Of those, the ones that turned out to be kept.</summary>
    public int KeptUnanswered { get; private set; }

    /// <summary>How often all was compared with what a server says.</summary>
    public int Compared { get; private set; }

    /// <summary>Works until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var pause = new PeriodicTimer(_tryAgain);
        try
        {
            while (await pause.WaitForNextTickAsync(stop))
            {
                try
                {
                    await CompareAsync(stop);
                    while (true) await WishAsync(stop);
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    // The server is not there, or was killed: the next one is asked what it knows.
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    /// <summary>Compares all that was promised with what the server says.</summary>
    public async Task CompareAsync(CancellationToken stop)
    {
        var list = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/jobs?filter=user:{name}&limit=1000", stop);
        var rows = list.GetProperty("jobs").EnumerateArray().Where(row => row.Text("user_name") == name).ToDictionary(row => (int)row.Number("id"));
        foreach (var (id, row) in rows) Compare(id, row);
        foreach (var id in _jobs.Keys.Except(rows.Keys).ToList())
        {
            if (_open is { Then: null } wish && wish.Job == id) Keep(id, null);
            else Wrong($"job {id} ({_jobs[id].Name}) is lost");
        }

        _open = null;
        Compared++;
    }

    public void Dispose() => _http.Dispose();

    private void Compare(int id, JsonElement row)
    {
        if (!_jobs.TryGetValue(id, out var promised)) CompareUnknown(id, row);
        else if (promised.Broken(row) is { } broken)
        {
            if (_open is { Then: { } wished } wish && wish.Job == id && wished.Broken(row) is null) Keep(id, wished);
            else Wrong($"job {id} ({promised.Name}) {broken}");
        }
    }

    private void CompareUnknown(int id, JsonElement row)
    {
        if (_deleted.Contains(id))
        {
            if (row.Number("tasks_running") == 0) Wrong($"job {id} was deleted, and is here again");
        }
        else if (_open is { Job: 0, Then: { } submitted } && submitted.Name == row.Text("name"))
        {
            if (submitted.Broken(row) is { } broken) Wrong($"the unanswered job {id} ({submitted.Name}) {broken}");
            if (_jobs.Values.Any(job => job.Name == submitted.Name)) Wrong($"the job {submitted.Name} is there twice");
            Keep(id, submitted);
        }
        else
        {
            Wrong($"job {id} ({row.Text("name")}) was never submitted");
        }
    }

    /// <summary>What was asked last has happened, though the answer was not heard.</summary>
    private void Keep(int id, PromisedJob? job)
    {
        KeptUnanswered++;
        Take(id, job);
    }

    private async Task WishAsync(CancellationToken stop)
    {
        _open = Next();
        var isSubmission = _open.Job == 0;
        try
        {
            using var answer = await _http.PostAsJsonAsync(isSubmission ? "/api/v1/jobs" : $"/api/v1/jobs/{_open.Job}/actions", _open.Body, stop);
            var text = await answer.Content.ReadAsStringAsync(stop);
            if ((int)answer.StatusCode != (isSubmission ? 201 : 200)) Wrong($"{JsonSerializer.Serialize(_open.Body)} was answered {(int)answer.StatusCode}: {text}");
            else Hear(_open, isSubmission, text);
            _open = null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Also at the end of the test: the server may have done what nobody waits for any more.
            Unanswered++;
            if (!isSubmission) UnansweredActions++;
            throw;
        }
    }

    private void Hear(Wish wish, bool isSubmission, string answer)
    {
        var id = wish.Job;
        if (isSubmission)
        {
            using var document = JsonDocument.Parse(answer);
            id = document.RootElement.GetProperty("id").GetInt32();
            if (_jobs.ContainsKey(id) || _deleted.Contains(id)) Wrong($"number {id} was given a second time");
        }
        else
        {
            AnsweredActions++;
        }

        Answered++;
        Take(id, wish.Then);
    }

    private void Take(int id, PromisedJob? job)
    {
        if (job is not null)
        {
            _jobs[id] = job;
            return;
        }

        _jobs.Remove(id);
        _deleted.Add(id);
    }

    private Wish Next()
    {
        if (_jobs.Count < JobsMax / 2 || (_jobs.Count < JobsMax && chance.Next(3) == 0))
        {
            var job = new PromisedJob($"{name} {++_submitted}", Runs: chance.Next(3) == 0);
            return new Wish(0, job, job.ToSubmit(name));
        }

        var (id, old) = _jobs.ElementAt(chance.Next(_jobs.Count));
        return (_jobs.Count == JobsMax ? 0 : old.Runs ? chance.Next(3) : chance.Next(5)) switch
        {
            0 => Act(id, null, "delete"),
            1 => Set(id, old with { Priority = 1 + chance.Next(99) }),
            2 => Set(id, old with { Annotation = $"note {Answered}" }),
            3 => Act(id, old with { IsPaused = !old.IsPaused }, old.IsPaused ? "resume" : "pause"),
            _ => Act(id, old with { IsSkipped = !old.IsSkipped }, old.IsSkipped ? "restart" : "skip", 0),
        };
    }

    private Wish Set(int id, PromisedJob then) =>
        new(id, then, new { operation = "set", user_name = name, @params = new { priority = then.Priority, annotation = then.Annotation } });

    private Wish Act(int id, PromisedJob? then, string operation, params int[] blocks) => new(id, then, new { operation, blocks, user_name = name });

    private void Wrong(string what) => wrongs.Enqueue($"{name}: {what}");

    /// <summary>What was asked and not answered yet: of no job, a submission; with nothing afterwards, a deletion.</summary>
    private sealed record Wish(int Job, PromisedJob? Then, object Body);
}

using System.Text.RegularExpressions;
using Afanasy.Model;

namespace AfServer.Model;

/// <summary>
/// Which jobs wait for which. Masks that are plain names, or several of them between bars, are looked up; only other regular
/// expressions are compared with names, once for each job that comes, ends or opens again.
/// </summary>
internal sealed class JobWaits
{
    private static readonly System.Buffers.SearchValues<char> _signs = System.Buffers.SearchValues.Create(@"\.*+?(){}[]^$");

    private readonly Dictionary<string, HashSet<Job>> _openByName = [];
    private readonly Dictionary<string, HashSet<Job>> _waitersByName = [];
    private readonly Dictionary<string, (Regex Regex, HashSet<Job> Waiters)> _waitersByMask = [];

    /// <summary>The job waits from now on for what its masks and its list of jobs say.</summary>
    public void Enlist(Job job, IReadOnlyDictionary<JobId, Job> jobs)
    {
        foreach (var mask in MasksOf(job))
        {
            if (Names(mask) is { } names)
            {
                foreach (var name in names)
                {
                    if (!_waitersByName.TryGetValue(name, out var waiters)) _waitersByName.Add(name, waiters = []);
                    waiters.Add(job);
                    foreach (var producer in _openByName.GetValueOrDefault(name, [])) Hold(job, producer);
                }
            }
            else
            {
                if (!_waitersByMask.TryGetValue(mask, out var entry)) _waitersByMask.Add(mask, entry = (BlockDependencies.Compile(mask), []));
                entry.Waiters.Add(job);
                foreach (var (name, producers) in _openByName)
                {
                    if (!entry.Regex.IsMatch(name)) continue;
                    foreach (var producer in producers) Hold(job, producer);
                }
            }
        }

        foreach (var dependency in job.Description.DependJobs.Where(dependency => !dependency.Frames))
        {
            if (JobLinks.Producer(dependency, jobs) is not { } producer) continue;
            job.Listed.Add((producer, dependency.On));
            producer.ListedBy.Add(job);
            producer.ToldEnd = producer.End;
        }
    }

    /// <summary>The job waits for nothing any more.</summary>
    public void Delist(Job job)
    {
        foreach (var mask in MasksOf(job))
        {
            foreach (var name in Names(mask) ?? [])
            {
                if (_waitersByName.TryGetValue(name, out var waiters) && waiters.Remove(job) && waiters.Count == 0) _waitersByName.Remove(name);
            }

            if (_waitersByMask.TryGetValue(mask, out var entry) && entry.Waiters.Remove(job) && entry.Waiters.Count == 0) _waitersByMask.Remove(mask);
        }

        foreach (var producer in job.HeldBy) producer.Holds.Remove(job);
        foreach (var (producer, _) in job.Listed) producer.ListedBy.Remove(job);
        job.HeldBy.Clear();
        job.Listed.Clear();
    }

    /// <summary>The job is there and not finished: whoever's mask matches its name waits for it.</summary>
    public void Open(Job job, FarmTouches touches)
    {
        var name = job.Description.Name;
        if (!_openByName.TryGetValue(name, out var open)) _openByName.Add(name, open = []);
        if (!open.Add(job)) return;
        foreach (var waiter in _waitersByName.GetValueOrDefault(name, [])) Hold(waiter, job, touches);
        foreach (var (regex, waiters) in _waitersByMask.Values)
        {
            if (!regex.IsMatch(name)) continue;
            foreach (var waiter in waiters) Hold(waiter, job, touches);
        }
    }

    /// <summary>The job is finished, or going: nobody waits for it by name.</summary>
    public void Close(Job job, FarmTouches touches)
    {
        if (_openByName.TryGetValue(job.Description.Name, out var open) && open.Remove(job) && open.Count == 0) _openByName.Remove(job.Description.Name);
        foreach (var waiter in job.Holds)
        {
            waiter.HeldBy.Remove(job);
            touches.Job(waiter);
        }

        job.Holds.Clear();
    }

    /// <summary>The job is gone: whoever listed it waits for it no more.</summary>
    public static void Forget(Job job, FarmTouches touches)
    {
        foreach (var waiter in job.ListedBy)
        {
            waiter.Listed.RemoveAll(listed => listed.Producer == job);
            touches.Job(waiter);
        }

        job.ListedBy.Clear();
    }

    private static void Hold(Job waiter, Job producer, FarmTouches? touches = null)
    {
        var isOwn = waiter.Description.UserName == producer.Description.UserName;
        if (waiter == producer || !(Matches(waiter.Description.DependMaskGlobal, producer) || (isOwn && Matches(waiter.Description.DependMask, producer)))) return;
        waiter.HeldBy.Add(producer);
        producer.Holds.Add(waiter);
        touches?.Job(waiter);
    }

    private static bool Matches(string mask, Job producer) =>
        mask.Length > 0 && (Names(mask) is { } names ? names.Contains(producer.Description.Name) : BlockDependencies.Compile(mask).IsMatch(producer.Description.Name));

    private static IEnumerable<string> MasksOf(Job job) =>
        new[] { job.Description.DependMask, job.Description.DependMaskGlobal }.Where(mask => mask.Length > 0).Distinct();

    private static string[]? Names(string mask) => mask.AsSpan().ContainsAny(_signs) ? null : mask.Split('|', StringSplitOptions.RemoveEmptyEntries);
}

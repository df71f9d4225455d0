using Afanasy.Model;

namespace AfServer.Model;

/// <summary>Somebody who submits, with limits for all of the user's work wherever it is.</summary>
internal sealed class User(string name, UserSettings settings, DateTimeOffset registered)
{
    private readonly HashSet<Job> _jobs = [];

    public string Name { get; } = name;

    public UserSettings Settings { get; set; } = settings;

    public DateTimeOffset Registered { get; } = registered;

    public Share Share { get; } = new();

    public IReadOnlyCollection<Job> Jobs => _jobs;

    public void Add(Job job) => _jobs.Add(job);

    public void Remove(Job job) => _jobs.Remove(job);
}

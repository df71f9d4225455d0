using System.Threading.Channels;
using Afanasy.Model;

namespace AfServer.Journaling;

/// <summary>Hears how long the log of a run is, each time it grows, until it is disposed or the job's logs are deleted.</summary>
internal sealed class RunLogFollower : IDisposable
{
    private readonly Channel<long> _lengths = Channel.CreateBounded<long>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly RunLogFollowers _followers;
    private long _told = -1;

    public RunLogFollower(RunLogFollowers followers, TaskRunId run)
    {
        _followers = followers;
        Run = run;
    }

    public TaskRunId Run { get; }

    /// <summary>The newest length only: who reads slowly misses lengths and no bytes, and nobody waits for them.</summary>
    public ChannelReader<long> Lengths => _lengths.Reader;

    public void Dispose()
    {
        _followers.Remove(this);
        End();
    }

    /// <summary>Lengths may be told out of order by two writers; a log never shrinks, so an older one is passed over.</summary>
    internal void Tell(long length)
    {
        if (length <= _told) return;

        _told = length;
        _lengths.Writer.TryWrite(length);
    }

    internal void End() => _lengths.Writer.TryComplete();
}

/// <summary>Who follows which log.</summary>
internal sealed class RunLogFollowers
{
    // A follower is a person who looks at a log; each costs some hundred bytes.
    internal const int FollowersMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TaskRunId, List<RunLogFollower>> _byRun = [];
    private int _count;

    /// <summary>A new follower, or null when there are too many.</summary>
    public RunLogFollower? Add(TaskRunId run)
    {
        lock (_gate)
        {
            if (_count == FollowersMax) return null;

            _count++;
            var follower = new RunLogFollower(this, run);
            if (_byRun.TryGetValue(run, out var followers)) followers.Add(follower);
            else _byRun.Add(run, [follower]);
            return follower;
        }
    }

    public void Tell(TaskRunId run, long length)
    {
        lock (_gate)
        {
            if (!_byRun.TryGetValue(run, out var followers)) return;
            foreach (var follower in followers)
                follower.Tell(length);
        }
    }

    public void Remove(RunLogFollower follower)
    {
        lock (_gate)
        {
            if (!_byRun.TryGetValue(follower.Run, out var followers) || !followers.Remove(follower)) return;

            _count--;
            if (followers.Count == 0) _byRun.Remove(follower.Run);
        }
    }

    /// <summary>Ends all followers of a job's runs.</summary>
    public void End(JobId job)
    {
        lock (_gate)
        {
            foreach (var (run, followers) in _byRun.Where(f => f.Key.Job == job).ToList())
            {
                foreach (var follower in followers)
                    follower.End();
                _count -= followers.Count;
                _byRun.Remove(run);
            }
        }
    }
}

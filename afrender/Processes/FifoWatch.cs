using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace AfRender.Processes;

/// <summary>
/// Says when something has come into a named pipe. The streams of the framework can say so only by taking it out, and
/// what is taken out dies with the agent.
/// </summary>
internal sealed class FifoWatch
{
    /// <summary>A wake-up for this many pipes at a time; more come with the next one.</summary>
    private const int EventsMax = 64;

    private static readonly Lazy<FifoWatch> _ofThisProgram = new(() => new FifoWatch());

    private readonly SafeFileHandle _watch = LinuxCalls.MakeWatch();
    private readonly ConcurrentDictionary<long, Action> _happened = [];
    private long _lastKey;

    private FifoWatch() => new Thread(WatchAll) { IsBackground = true, Name = "afrender pipes" }.Start();

    /// <summary>One thread for all pipes; it sleeps as long as nothing comes, and ends with the program.</summary>
    public static FifoWatch OfThisProgram => _ofThisProgram.Value;

    /// <param name="happened">Called by the watch's thread; must not wait.</param>
    /// <exception cref="IOException">The system watches no more pipes.</exception>
    public long Add(SafeFileHandle pipe, Action happened)
    {
        var key = Interlocked.Increment(ref _lastKey);
        _happened[key] = happened;
        try
        {
            LinuxCalls.Watch(_watch, pipe, key);
        }
        catch (IOException)
        {
            Remove(key);
            throw;
        }

        return key;
    }

    /// <summary>The system forgets the pipe by itself, when it is closed.</summary>
    public void Remove(long key) => _happened.TryRemove(key, out _);

    private void WatchAll()
    {
        var events = new byte[EventsMax * LinuxCalls.WatchEventBytes];
        while (true)
        {
            foreach (var key in LinuxCalls.Watched(_watch, events))
            {
                if (_happened.TryGetValue(key, out var happened)) happened();
            }
        }
    }
}

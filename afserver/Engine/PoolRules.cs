using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Engine;

/// <summary>What the pools above a render say of it beside its limits; the nearest one that says it counts.</summary>
internal static class PoolRules
{
    /// <summary>Fewer would take a render for lost that lost one packet.</summary>
    private const int HeartbeatsInSilence = 3;

    private static readonly LoadThresholds _none = new();

    /// <summary>How long a render of the pool may say nothing; <paramref name="server"/> is the server's own.</summary>
    public static TimeSpan SilenceMax(Pool pool, TimeSpan server)
    {
        var own = Nearest(pool, level => level.ZombieTime);
        var silence = own > 0 ? TimeSpan.FromSeconds(own) : server;
        var least = HeartbeatsInSilence * Heartbeat(pool);
        return silence > least ? silence : least;
    }

    /// <summary>Between two heartbeats; zero is the server's own.</summary>
    public static TimeSpan Heartbeat(Pool pool) => TimeSpan.FromSeconds(Math.Max(0, Nearest(pool, level => level.HeartbeatSec)));

    /// <summary>Heartbeats between two measurements; 0 is the render's own.</summary>
    public static int MeasureEvery(Pool pool) => Math.Max(0, Nearest(pool, level => level.ResourcesUpdatePeriod));

    /// <summary>The value of the nearest pool that has one; -1 when none has.</summary>
    public static int Nearest(Pool pool, Func<PoolSettings, int> value)
    {
        foreach (var level in pool.Chain())
        {
            if (value(level.Settings) is >= 0 and var found) return found;
        }

        return -1;
    }

    /// <summary>The marks of the nearest pool that sets any; null when none does.</summary>
    public static LoadThresholds? NearestMarks(Pool pool, Func<PoolSettings, LoadThresholds> marks)
    {
        foreach (var level in pool.Chain())
        {
            if (marks(level.Settings) is var found && found != _none) return found;
        }

        return null;
    }
}

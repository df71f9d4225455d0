namespace Afanasy.Tests.Support;

/// <summary>The system's clock, which somebody sets: UTC jumps, time itself goes on.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _ahead;

    public void Set(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
}

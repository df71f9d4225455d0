namespace Afanasy.Tests.Support;

internal sealed class ManualTimeTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new(_noon);
    private readonly List<(string Name, DateTimeOffset At)> _fired = [];

    [Test]
    public void Time_stands_still_until_it_is_advanced()
    {
        var start = _time.GetTimestamp();

        Assert.That(_time.GetUtcNow(), Is.EqualTo(_noon));

        _time.Advance(90 * _second);

        Assert.That(_time.GetUtcNow(), Is.EqualTo(_noon.AddSeconds(90)));
        Assert.That(_time.GetElapsedTime(start), Is.EqualTo(90 * _second));
        Assert.That(_time.GetLocalNow(), Is.EqualTo(_noon.AddSeconds(90)));
    }

    [Test]
    public void Timers_fire_in_the_order_of_their_moments_and_see_their_own_moment()
    {
        Arm("late", 3 * _second, Timeout.InfiniteTimeSpan);
        Arm("early", _second, Timeout.InfiniteTimeSpan);

        _time.Advance(2.9 * _second);

        Assert.That(_fired, Is.EqualTo(new[] { ("early", _noon.AddSeconds(1)) }));
        Assert.That(_time.ArmedTimers, Is.EqualTo(1));

        _time.Advance(0.1 * _second);

        Assert.That(_fired[^1], Is.EqualTo(("late", _noon.AddSeconds(3))));
        Assert.That(_time.ArmedTimers, Is.Zero);
    }

    [Test]
    public void A_periodic_timer_fires_once_per_period_until_it_is_disposed()
    {
        var timer = Arm("tick", _second, 2 * _second);

        _time.Advance(6 * _second);
        timer.Dispose();
        _time.Advance(6 * _second);

        Assert.That(_fired.Select(f => (f.At - _noon).TotalSeconds), Is.EqualTo(new[] { 1.0, 3, 5 }));
        Assert.That(timer.Change(_second, _second), Is.False);
        Assert.That(_time.ArmedTimers, Is.Zero);
    }

    [Test]
    public void A_timer_armed_by_another_one_fires_within_the_same_advance()
    {
        using var first = _time.CreateTimer(_ => Arm("second", _second, Timeout.InfiniteTimeSpan), null, _second, Timeout.InfiniteTimeSpan);

        _time.Advance(2 * _second);

        Assert.That(_fired, Is.EqualTo(new[] { ("second", _noon.AddSeconds(2)) }));
    }

    [Test]
    public void A_timer_can_be_moved_and_disarmed()
    {
        var timer = Arm("moved", _second, Timeout.InfiniteTimeSpan);
        timer.Change(5 * _second, Timeout.InfiniteTimeSpan);
        var other = Arm("disarmed", _second, Timeout.InfiniteTimeSpan);
        other.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        _time.Advance(10 * _second);

        Assert.That(_fired, Is.EqualTo(new[] { ("moved", _noon.AddSeconds(5)) }));
    }

    [Test]
    public void Time_does_not_run_backwards() =>
        Assert.That(() => _time.Advance(-_second), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task Delays_periodic_timers_and_timed_tokens_obey_the_hand()
    {
        var delay = Task.Delay(_second, _time);
        using var timeout = new CancellationTokenSource(2 * _second, _time);
        using var periodic = new PeriodicTimer(_second, _time);
        var tick = periodic.WaitForNextTickAsync(CancellationToken.None);

        Assert.That(delay.IsCompleted, Is.False);
        _time.Advance(_second);
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(await tick, Is.True);
        Assert.That(timeout.IsCancellationRequested, Is.False);

        _time.Advance(_second);
        Assert.That(timeout.IsCancellationRequested, Is.True);
    }

    private ITimer Arm(string name, TimeSpan due, TimeSpan period) =>
        _time.CreateTimer(_ => _fired.Add((name, _time.GetUtcNow())), null, due, period);
}

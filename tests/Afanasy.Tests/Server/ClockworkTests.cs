using Afanasy.Messages;
using Afanasy.Model;
using Afanasy.Tests.Support;
using AfServer.Engine;
using AfServer.Model;
using AfServer.Solving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Server;

public sealed class ClockworkTests
{
    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(10);

    private readonly Session _session = new();
    private readonly FarmView _view;
    private readonly Clockwork _clockwork = new(new Mailbox(), _silenceMax, new ManualTime(), NullLogger<Clockwork>.Instance);

    public ClockworkTests()
    {
        var farm = new Farm();
        farm.Apply(new Change.RenderRegistered(new RenderId(1), "r", new RenderOffer { Capacity = 1 }) { At = DateTimeOffset.UnixEpoch });
        _view = new FarmView(farm, new Solver(farm), new Presences());
        _view.Presences.Of(farm.Renders[new RenderId(1)]).Attach(_session, "1", [], _view);
    }

    [Test]
    public void A_render_that_says_nothing_for_too_long_is_parted_with()
    {
        CheckUntil(TimeSpan.Zero, _silenceMax);
        Assert.That(_session.IsEnded, Is.False);

        CheckUntil(_silenceMax, _silenceMax + TimeSpan.FromSeconds(1));

        Assert.That(_session.IsEnded, Is.True);
    }

    [Test]
    public void A_turn_that_takes_longer_than_the_silence_costs_no_render_its_runs()
    {
        CheckUntil(TimeSpan.Zero, TimeSpan.FromSeconds(1));

        CheckUntil(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(45));
        Assert.That(_session.IsEnded, Is.False);

        CheckUntil(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(52));
        Assert.That(_session.IsEnded, Is.True, "the engine listens again, and the render is silent");
    }

    private void CheckUntil(TimeSpan from, TimeSpan until)
    {
        for (_view.Uptime = from; _view.Uptime <= until; _view.Uptime += TimeSpan.FromSeconds(0.5)) _clockwork.Check(_view).Then?.Invoke();
    }

    private sealed class Session : IRenderSession
    {
        public bool IsEnded { get; private set; }

        public string Peer => "here";

        public void Send(RenderOrders orders, long responseId)
        {
        }

        public void End(string reason) => IsEnded = true;
    }
}

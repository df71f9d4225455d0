using AfRender.Link;

namespace Afanasy.Tests.Agents;

public sealed class ServerRoundsTests
{
    private static readonly ServerAddress[] _servers = [new("a", 1), new("b", 2), new("c", 3)];

    [Test]
    public void A_round_is_over_when_each_server_has_failed_once()
    {
        var rounds = new ServerRounds(_servers);

        var seen = new List<(string Host, bool IsOver)>();
        for (var i = 0; i < 6; i++) seen.Add((rounds.Current.Host, rounds.Fail()));

        Assert.That(seen, Is.EqualTo(new[] { ("a", false), ("b", false), ("c", true), ("a", false), ("b", false), ("c", true) }));
    }

    [Test]
    public void The_server_that_was_lost_is_the_last_to_be_tried_again()
    {
        var rounds = new ServerRounds(_servers);
        rounds.Fail();
        rounds.Succeed();

        var isOver = new[] { rounds.Fail(), rounds.Fail(), rounds.Fail() };

        Assert.That(isOver, Is.EqualTo(new[] { false, false, true }));
        Assert.That(rounds.Current.Host, Is.EqualTo("b"));
    }

    [Test]
    public void The_others_begin_with_the_next()
    {
        var rounds = new ServerRounds(_servers);

        rounds.MoveTo(_servers[1]);

        Assert.That(rounds.Current.Host, Is.EqualTo("b"));
        Assert.That(rounds.Others.Select(server => server.Host), Is.EqualTo(new[] { "c", "a" }));
        Assert.That(new ServerRounds(_servers[..1]).HasOthers, Is.False);
    }
}

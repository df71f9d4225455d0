using Afanasy.EndToEnd.Support;

namespace Afanasy.EndToEnd.Failover;

internal sealed class StartTests : FarmTests
{
    [Test]
    public async Task Of_servers_that_start_together_on_an_empty_database_one_leads_and_the_others_follow_it()
    {
        var servers = new ServerGroup(Farm, await PostgresRun.NewDatabaseAsync(), "first", "second", "third");

        RunningProgram[] programs = [servers.Start("first"), servers.Start("second"), servers.Start("third")];
        await Until.TrueAsync(() => programs.All(program => ServerGroup.TimesReady(program) + ServerGroup.TimesStandby(program) > 0), "every server to say what it is");
        await servers.LeaderAsync();
        await Until.TrueAsync(async () => (await Farm.GetAsync("health")).GetProperty("servers").GetArrayLength() == 3, "the leader to know all servers");

        Assert.That((await Farm.GetAsync("health")).GetProperty("servers").EnumerateArray().Select(server => server.Text("role")), Is.EquivalentTo(new[] { "leader", "standby", "standby" }));
        Assert.That(programs.Any(program => program.HasEnded), Is.False);
    }
}

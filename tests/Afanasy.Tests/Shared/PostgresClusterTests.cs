using Afanasy.Shared;

namespace Afanasy.Tests.Shared;

internal sealed class PostgresClusterTests
{
    [Test]
    public async Task Every_database_of_the_shared_cluster_is_new_and_empty()
    {
        var one = await PostgresRun.NewDatabaseAsync();
        var two = await PostgresRun.NewDatabaseAsync();

        Assert.That(one, Is.Not.EqualTo(two));
        Assert.That(one, Does.StartWith("Host=127.0.0.1;Port="));
    }

    [TestCase(PostgresStop.Fast)]
    [TestCase(PostgresStop.Immediate)]
    [TestCase(PostgresStop.Kill)]
    public async Task What_was_committed_is_there_after_every_kind_of_end(PostgresStop how)
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await cluster.QueryAsync(PostgresCluster.User, "CREATE TABLE facts (fact int); INSERT INTO facts VALUES (7)");
        var port = cluster.Port;

        await cluster.StopAsync(how);
        Assert.That(cluster.IsRunning, Is.False);
        await cluster.StartAgainAsync();

        Assert.That(cluster.Port, Is.EqualTo(port));
        Assert.That(await cluster.QueryAsync(PostgresCluster.User, "SELECT fact, current_setting('fsync') FROM facts"), Is.EqualTo("7|on"));
    }

    [Test]
    public async Task A_setting_of_a_test_is_taken_and_a_query_that_fails_is_an_error()
    {
        await using var cluster = await PostgresCluster.StartAsync("max_connections=17");

        Assert.That(await cluster.QueryAsync(PostgresCluster.User, "SHOW max_connections"), Is.EqualTo("17"));
        Assert.That(async () => await cluster.QueryAsync(PostgresCluster.User, "SELECT nothing"), Throws.InvalidOperationException.With.Message.Contains("nothing"));
    }
}

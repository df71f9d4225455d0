using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>The table in which the servers of the farm say that they are there.</summary>
internal static class ServerRows
{
    /// <summary>A server that said nothing for this long is not shown any more; each says something twice a second.</summary>
    private const string ShownFor = "10 seconds";

    // Each start of a server is a row; those of long ago are of no use to anybody.
    private const string KeptFor = "1 day";

    /// <summary>Says that this server is here, and hears which others are.</summary>
    public static void Tell(NpgsqlConnection connection, PostgresDatabase database, FarmServers servers, long sequence, bool leads)
    {
        connection.Execute(
            """
            INSERT INTO servers VALUES($1, $2, $3, clock_timestamp())
            ON CONFLICT (server) DO UPDATE SET address = excluded.address, sequence = excluded.sequence, seen = excluded.seen
            """,
            database.Server, servers.Address, sequence);

        using var command = connection.Command(
            $"""
            SELECT DISTINCT ON (address) address, CASE WHEN server = (SELECT server FROM lease) AND (server <> $1 OR $2) THEN '{ServerSeen.Leader}' ELSE '{ServerSeen.Standby}' END, sequence FROM servers
            WHERE seen > clock_timestamp() - interval '{ShownFor}' AND address <> '' ORDER BY address, seen DESC
            """,
            database.Server, leads);
        using var rows = command.ExecuteReader();
        var all = new List<ServerSeen>();
        while (rows.Read()) all.Add(new ServerSeen(rows.GetString(0), rows.GetString(1), rows.GetInt64(2)));
        servers.All = all;
    }

    /// <summary>Says that this server is gone, and forgets those that went long ago.</summary>
    public static void Leave(NpgsqlConnection connection, PostgresDatabase database) =>
        connection.Execute($"DELETE FROM servers WHERE server = $1 OR seen < clock_timestamp() - interval '{KeptFor}'", database.Server);
}

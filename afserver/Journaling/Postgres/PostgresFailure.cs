using System.Net.Sockets;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>What a failed database means: for the program, whether to try again; for an operator, a sentence.</summary>
internal static class PostgresFailure
{
    /// <summary>What Npgsql says without a cause: of several hosts none takes writes now; a connection is out of step and of no more use.</summary>
    private static readonly string[] _passingWords = ["suitable host", "Received backend message"];

    /// <summary>What a failed connection throws: Npgsql's own exception or, when it breaks in the wrong moment, that something within it is gone already.</summary>
    public static bool IsOfDatabase(Exception e) => e is NpgsqlException or InvalidOperationException;

    /// <summary>The database is away or overloaded, and may be back: what was begun is tried again.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        PostgresException said => said.IsTransient || IsGoingAway(said.SqlState),
        AggregateException each => each.InnerExceptions.All(IsPassing),
        NpgsqlException { InnerException: { } inner } => IsPassing(inner),
        NpgsqlException none => _passingWords.Any(words => none.Message.Contains(words, StringComparison.Ordinal)),
        _ => e is SocketException or IOException or TimeoutException or InvalidOperationException,
    };

    /// <summary>A sentence with what to do; <paramref name="doing"/> reads on from "while".</summary>
    public static JournalException From(Exception e, string place, string doing)
    {
        var sentence = (e as PostgresException)?.SqlState switch
        {
            null when !IsPassing(e) => $"The database {place} cannot be connected to as --postgres says ({doing}). Correct its options.",
            null => $"The database {place} does not answer ({doing}). Check that PostgreSQL runs there and that this machine may connect.",
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"The database {place} refuses the user or the password ({doing}). Correct --postgres, or the database's pg_hba.conf.",
            PostgresErrorCodes.InvalidCatalogName => $"There is no database {place} ({doing}). Make it, owned by the farm's user: createdb --owner USER NAME.",
            PostgresErrorCodes.InsufficientPrivilege => $"The user may not write in the database {place} ({doing}). Let the farm's user own the database.",
            PostgresErrorCodes.DiskFull => $"The disk of the database {place} is full ({doing}). Nothing of it was kept in part. Make room there.",
            PostgresErrorCodes.ReadOnlySqlTransaction => $"The database {place} takes no writes ({doing}): it is a replica, or set read-only. Give --postgres the primary.",
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => $"The database {place} is damaged ({doing}). Lead from a replica if there is one. {JournalException.Advice(place)}",
            PostgresErrorCodes.UniqueViolation => $"The database {place} has already what was to be written ({doing}): another program has written to it, or a run or change was counted twice.",
            _ => $"The database {place} failed ({doing}). Look at its log.",
        };
        return new JournalException($"{sentence} PostgreSQL says: {e.Message}", e);
    }

    /// <summary>It stops, starts, is a replica that becomes the primary, has no room, waits for a lock or took too long, or ends the sessions of a server that was replaced.</summary>
    private static bool IsGoingAway(string state) => state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
        or PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled;
}

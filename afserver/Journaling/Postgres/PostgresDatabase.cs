using System.Globalization;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>The farm's database, and this server in it: makes connections that know whose they are.</summary>
internal sealed class PostgresDatabase
{
    /// <summary>A database host that is gone answers nothing; one that lives takes a connection in milliseconds.</summary>
    private const int ConnectSecondsMax = 2;

    /// <summary>Statements that a turn repeats, so that they are planned once.</summary>
    private const int StatementsPrepared = 32;

    private readonly NpgsqlConnectionStringBuilder _settings;

    /// <param name="connection">Keywords, as Npgsql takes them, or a postgresql:// address.</param>
    public PostgresDatabase(string connection)
    {
        _settings = Parse(connection);
        _settings.Timeout = ConnectSecondsMax;
        _settings.ApplicationName = SessionName(Server);
        _settings.MaxAutoPrepare = StatementsPrepared;
        _settings.AutoPrepareMinUsages = 2;

        // What was answered is on the database's disk, and on that of its synchronous standby if it has one, whatever its own default is.
        _settings.Options = $"{_settings.Options} -c synchronous_commit=on -c lock_timeout=5s".Trim();

        // Of several hosts, one that took no writes may have been promoted a moment ago.
        _settings.HostRecheckSeconds = 1;

        // A statement that took too long breaks its connection. Asking PostgreSQL to cancel it would end the wait for a synchronous
        // replica, and count as committed what that replica never had.
        _settings.CancellationTimeout = -1;

        // Whatever else these would be good for: nothing is gained here, and they would fail where nobody expects it.
        _settings.Multiplexing = false;
        _settings.MinPoolSize = 0;

        // A host that vanished without a word is noticed in seconds and not in hours.
        _settings.TcpKeepAlive = true;
        _settings.TcpKeepAliveTime = 2;
        _settings.TcpKeepAliveInterval = 1;
    }

    /// <summary>This start of this program; another start is another server.</summary>
    public string Server { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Where it is, without the password: for people.</summary>
    public string Place => $"{string.Join(',', _settings.Host!.Split(',').Select(WithPort))}/{_settings.Database}";   // settings without a host are refused before

    /// <summary>How the sessions of a server are called in the database, so that another server can end them.</summary>
    public static string SessionName(string server) => $"afserver {server}";

    /// <summary>What is wrong with the text of a connection; null when nothing is. Never repeats the text: it may hold a password.</summary>
    public static string? Problem(string connection)
    {
        try
        {
            var settings = Parse(connection);
            if (string.IsNullOrEmpty(settings.Host)) return "names no host";
            if (string.IsNullOrEmpty(settings.Database)) return "names no database";
            using var tried = NpgsqlDataSource.Create(new PostgresDatabase(connection)._settings);
            return null;
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            return $"cannot be used ({e.Message})";   // of what options are together, without their values
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return "cannot be read";
        }
    }

    /// <summary>Opens a connection of its own, which nobody else is given later.</summary>
    /// <param name="answerMax">How long one statement may take.</param>
    /// <exception cref="NpgsqlException">Nobody answers, or the database refuses.</exception>
    public NpgsqlConnection Connect(TimeSpan answerMax)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            Pooling = false,
            CommandTimeout = (int)answerMax.TotalSeconds,
        }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Connections for readers, a few at a time.</summary>
    public NpgsqlDataSource Readers(int connectionsMax) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
    {
        MaxPoolSize = connectionsMax,
        Timeout = 15,
    });

    private string WithPort(string host) => host.Contains(':') ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{_settings.Port}");

    private static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        if (!connection.StartsWith("postgres://", StringComparison.Ordinal) && !connection.StartsWith("postgresql://", StringComparison.Ordinal))
            return new NpgsqlConnectionStringBuilder(connection);

        var address = new Uri(connection);
        var user = address.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        var settings = new NpgsqlConnectionStringBuilder { Host = address.Host, Database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')) };
        if (address.Port > 0) settings.Port = address.Port;
        if (user[0].Length > 0) settings.Username = user[0];
        if (user.Length > 1) settings.Password = user[1];
        foreach (var option in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            settings[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair[^1]);
        }

        return settings;
    }
}

using AfServer.Journaling;
using AfServer.Journaling.Postgres;

namespace AfServer.Hosting;

/// <summary>The store of several servers: one of them leads, the others follow and wait for their turn.</summary>
internal sealed class PostgresStore(ServerSettings settings, TimeProvider time, ILoggerFactory loggers) : IFarmStore
{
    /// <summary>A server that was told to stop does not wait longer for a database that says nothing: it has 5 s in all.</summary>
    private static readonly TimeSpan _lastWordMax = TimeSpan.FromSeconds(4);

    private readonly PostgresDatabase _database = new(settings.Postgres);
    private readonly ILogger _logger = loggers.CreateLogger<PostgresJournal>();
    private readonly CancellationTokenSource _giveUp = new();
    private CancellationTokenRegistration _stopped;
    private bool _hasLed;

    public string Words => $"postgres {_database.Place}";

    public FarmServers Servers { get; } = new();

    public Task<Term?> LeadAsync(Action standBy, CancellationToken stop) =>
        Task.Factory.StartNew(() => Lead(standBy, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        _stopped.Dispose();
        _giveUp.Dispose();
    }

    private Term? Lead(Action standBy, CancellationToken stop)
    {
        if (!_hasLed) _stopped = stop.Register(() => _giveUp.CancelAfter(_lastWordMax));
        var began = time.GetTimestamp();
        var stoodBy = false;
        while (true)
        {
            using var standby = new PostgresStandby(_database, Servers, _logger);
            if (standby.WaitToLead(_hasLed ? null : settings.PostgresPatience, StandBy, stop) is not { } lease) return null;

            _hasLed = true;
            if (Open(standby, lease, stoodBy ? lease.RenewedAt : began) is { } term) return term;
        }

        void StandBy()
        {
            if (!stoodBy) standBy();
            stoodBy = true;
        }
    }

    /// <summary>Null when the database went away in this very moment.</summary>
    private Term? Open(PostgresStandby standby, Lease lease, long began)
    {
        try
        {
            var connection = _database.Connect(PostgresJournal.TurnMax);
            var journal = new PostgresJournal(_database, connection, lease, settings.PostgresPatience, _logger, _giveUp.Token);
            return new Term(Recovery.Of(standby.Replay), journal, new PostgresHistory(_database), began);
        }
        catch (Exception e) when (PostgresFailure.IsOfDatabase(e))
        {
            lease.Dispose();
            return PostgresFailure.IsPassing(e) ? null : throw PostgresFailure.From(e, _database.Place, "while taking over");
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}

using Afanasy.Model;
using AfServer.Journaling;
using AfServer.Journaling.Postgres;
using AfServer.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Journaling.Postgres;

/// <summary>A server as the database sees it: stands by, leads, and is gone when it is disposed.</summary>
internal sealed class FarmServer(string connection, TimeSpan? patience = null, CancellationToken giveUp = default) : IDisposable
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private readonly PostgresDatabase _database = new(connection);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stoodBy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PostgresStandby? _standby;
    private Task<PostgresJournal?>? _leading;

    public FarmServers Servers { get; } = new() { Address = $"http://{Guid.NewGuid():N}" };

    public string SessionName => PostgresDatabase.SessionName(_database.Server);

    public Replay Replay => _standby!.Replay;   // there once it was begun

    public Task StoodBy => _stoodBy.Task.WaitAsync(_longest);

    /// <summary>Begins to stand by; ends when it leads.</summary>
    public Task<PostgresJournal?> BeginAsync() => _leading = Task.Run(Lead);

    public async Task<PostgresJournal> LeadAsync() => await (_leading ?? BeginAsync()).WaitAsync(_longest) ?? throw new InvalidOperationException("It was stopped.");

    /// <summary>A turn of so many changes, each of which can be applied; their numbers are in the names of users.</summary>
    public static void Turn(PostgresJournal journal, int changes)
    {
        var first = journal.LastSequence + 1;
        for (var i = 0; i < changes; i++) journal.Append(User(first + i));
        journal.Commit();
    }

    public static Change User(long number) => new Change.UserSet($"user{number}", new UserSettings()) { At = StoppedClock.Noon };

    public IReadOnlyList<string> Users() => [.. Replay.Farm.Users.Keys.Order()];

    public static IReadOnlyList<string> UsersTo(long last) => [.. Enumerable.Range(1, (int)last).Select(number => $"user{number}").Order()];

    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;   // a test has ended it already
        _stop.Cancel();
        if (_leading is not null) Task.WhenAny(_leading).GetAwaiter().GetResult();   // its thread has the connection until then
        if (_leading is { IsCompletedSuccessfully: true, Result: { } journal }) journal.Dispose();
        _standby?.Dispose();
    }

    private PostgresJournal? Lead()
    {
        _standby = new PostgresStandby(_database, Servers, NullLogger.Instance);
        var lease = _standby.WaitToLead(_longest, () => _stoodBy.TrySetResult(), _stop.Token);
        return lease is null ? null : new PostgresJournal(_database, _database.Connect(PostgresJournal.TurnMax), lease, patience ?? _longest, NullLogger.Instance, giveUp.CanBeCanceled ? giveUp : _stop.Token);
    }
}

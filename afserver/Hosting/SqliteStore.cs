using AfServer.Journaling;

namespace AfServer.Hosting;

/// <summary>The embedded store: one file, one server, which leads at once.</summary>
internal sealed class SqliteStore(DataFolder folder, TimeProvider time, ILoggerFactory loggers) : IFarmStore
{
    public string Words => $"sqlite {folder.Path}";

    public FarmServers Servers { get; } = new();

    public Task<Term?> LeadAsync(Action standBy, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var journal = SqliteJournal.Open(folder.JournalFile, time, loggers.CreateLogger<SqliteJournal>());
        try
        {
            return Task.FromResult<Term?>(new Term(Recovery.Recover(journal), journal, new SqliteHistory(folder.JournalFile), began));
        }
        catch (JournalException)
        {
            journal.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Nothing is open between two terms.
    }
}

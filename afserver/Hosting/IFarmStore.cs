using AfServer.Engine;
using AfServer.Journaling;

namespace AfServer.Hosting;

/// <summary>Where the farm's facts are kept, and when this server may decide for the farm.</summary>
internal interface IFarmStore : IDisposable
{
    /// <summary>The store and its place, for the line that says that the server is ready.</summary>
    string Words { get; }

    FarmServers Servers { get; }

    /// <summary>Waits until this server may lead; null when it was stopped before.</summary>
    /// <param name="standBy">Called once, and off any pool's thread, when another server leads; this one waits then.</param>
    /// <exception cref="JournalException">The store cannot be used; the message says what to do.</exception>
    Task<Term?> LeadAsync(Action standBy, CancellationToken stop);
}

/// <summary>A time of leading: the farm as it was found, its journal and its history, until it is disposed.</summary>
/// <param name="Began">The monotonic moment at which recovery began.</param>
internal sealed record Term(Recovered Recovered, IJournal Journal, IHistory History, long Began) : IDisposable
{
    public void Dispose()
    {
        History.Dispose();
        Journal.Dispose();
    }
}

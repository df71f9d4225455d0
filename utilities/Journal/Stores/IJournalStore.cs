using AfJournal.Words;

namespace AfJournal.Stores;

/// <summary>Where the facts of a farm are kept.</summary>
internal interface IJournalStore
{
    /// <summary>Where it is, in words for a person.</summary>
    string Place { get; }

    /// <summary>The options that name it on a command line of this tool.</summary>
    string Options { get; }

    /// <exception cref="AfServer.Journaling.JournalException">It is not there, no journal, or too damaged to be opened.</exception>
    IStoredJournal Open();

    /// <summary>Writes all of it into a new, packed file, as it stands at one moment; a server may work meanwhile.</summary>
    void Pack(string to, Steps steps);
}

/// <summary>A store that an export can be put back into.</summary>
internal interface IRestorableStore : IJournalStore
{
    /// <summary>Takes what was verified, whole or not at all; no server works in the store meanwhile.</summary>
    /// <param name="force">What is there already is put aside.</param>
    /// <returns>Where what was there before is now; null when there was nothing.</returns>
    /// <exception cref="ToolFailure">A server holds the store, or it is not empty.</exception>
    string? Restore(SqliteFileStore from, bool force, Steps steps);
}

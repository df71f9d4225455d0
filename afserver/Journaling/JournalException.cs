using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>The journal cannot be read or written. The message says what was found, in which file, and what to do.</summary>
internal sealed class JournalException : IOException
{
    // Primary result codes of SQLite: https://www.sqlite.org/rescode.html
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteConstraint = 19;
    private const int SqliteNotADatabase = 26;

    public JournalException(string message)
        : base(message)
    {
    }

    public JournalException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Puts what SQLite said into a sentence for an operator; <paramref name="doing"/> reads on from "while".</summary>
    internal static JournalException From(SqliteException e, string file, string doing)
    {
        var sentence = e.SqliteErrorCode switch
        {
            SqliteFull =>
                $"The disk that holds {file} is full ({doing}). Nothing of it was kept in part. Make room, then start the server again.",
            SqliteNotADatabase =>
                $"{file} is not a database ({doing}). Move it away and put a copy of the farm's own farm.db there, or give another data folder.",
            SqliteCorrupt =>
                $"{file} is damaged ({doing}). Keep it aside, and start with a copy of the data folder, or with what \"sqlite3 farm.db .recover\" gets out of it.",
            SqliteBusy or SqliteLocked =>
                $"Another program holds {file} for writing ({doing}). End it: only the server writes here, others open the file read-only.",
            SqliteReadOnly =>
                $"{file} cannot be written ({doing}). Let the server's user own the data folder and all files in it.",
            SqliteCannotOpen =>
                $"{file} cannot be opened ({doing}). Check that its folder is there and belongs to the server's user.",
            SqliteConstraint =>
                $"{file} has already what was to be written ({doing}): another program has written to it, or a run or change was counted twice.",
            _ => $"{file} failed ({doing}). Check the disk and its messages in the system's log, then start the server again.",
        };
        return new JournalException($"{sentence} SQLite says: {e.Message}", e);
    }
}

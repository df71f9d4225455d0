using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>The journal cannot be read or written. The message says what was found, in which file, and what to do.</summary>
internal sealed class JournalException : IOException
{
    // Primary result codes of SQLite: https://www.sqlite.org/rescode.html
    private const int SqliteError = 1;
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

    public JournalException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Something is lost or spoiled: what was found, then the commands that help, the same everywhere.</summary>
    internal static JournalException Damaged(string place, string found, Exception? inner = null) => new($"{found} {Advice(place)}", inner);

    /// <summary>What an operator does next; <paramref name="place"/> is the file of the journal or the name of the database.</summary>
    internal static string Advice(string place)
    {
        var isFile = File.Exists(place) || place.EndsWith(".db", StringComparison.Ordinal);
        var where = !isFile ? "--store postgres --postgres CONNECTION" : Path.GetFileName(place) == DataFolder.JournalFileName ? $"--data {Path.GetDirectoryName(place)}" : $"--file {place}";
        return $"Run \"utilities/journal verify {where}\": it says what is left and what to do. Then put a copy back (\"utilities/journal restore COPY …\"), or keep what is good (\"utilities/journal export {where} --until last-good FILE\").";
    }

    /// <summary>Puts what SQLite said into a sentence for an operator; <paramref name="doing"/> reads on from "while".</summary>
    internal static JournalException From(SqliteException e, string file, string doing)
    {
        var sentence = e.SqliteErrorCode switch
        {
            SqliteFull =>
                $"The disk that holds {file} is full ({doing}). Nothing of it was kept in part. Make room, then start the server again.",
            SqliteNotADatabase =>
                $"{file} is not a database ({doing}): it is another file, or its beginning was lost. {Advice(file)}",
            SqliteError =>
                $"{file} has not the tables of a journal ({doing}). {Advice(file)}",
            SqliteCorrupt =>
                $"{file} is damaged ({doing}). {Advice(file)}",
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

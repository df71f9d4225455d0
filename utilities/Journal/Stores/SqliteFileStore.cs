using AfJournal.Words;
using AfServer.Journaling;
using Microsoft.Data.Sqlite;

namespace AfJournal.Stores;

/// <summary>A farm's database as a file: an export, a copy, or a server's own.</summary>
internal sealed class SqliteFileStore(string file) : IJournalStore
{
    public string Place => file;

    public string Options => Path.GetFileName(file) == DataFolder.JournalFileName ? $"--data {Path.GetDirectoryName(file)}" : $"--file {file}";

    /// <summary>Who works in it at this moment, in words; null when nobody does.</summary>
    public string? Holder() =>
        SamePlace.Of(file) is var there && Path.GetFileName(there) == DataFolder.JournalFileName ? DataFolder.HolderOf(Path.GetDirectoryName(there)!) : null;   // a file has a folder

    public IStoredJournal Open() => SqliteStoredJournal.Open(file);

    public void Pack(string to, Steps steps)
    {
        steps.Begin($"copying {Amount.OfBytes(new FileInfo(file).Length)} of {file}");
        using var connection = JournalSchema.OpenToRead(file);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $to";
            command.Parameters.AddWithValue("$to", to);
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw JournalException.From(e, file, $"while copying it to {to}");
        }
    }
}

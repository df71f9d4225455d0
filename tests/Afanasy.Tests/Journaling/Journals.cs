using AfServer.Journaling;
using AfServer.Model;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Afanasy.Tests.Journaling;

/// <summary>Journals as tests need them.</summary>
internal static class Journals
{
    public static SqliteJournal Open(string file) => SqliteJournal.Open(file, new StoppedClock(), NullLogger<SqliteJournal>.Instance);

    /// <summary>Makes a journal with these numbers of changes per turn and closes it.</summary>
    public static void Make(string file, params int[] turns)
    {
        using var journal = Open(file);
        foreach (var turn in turns)
            journal.Turn(turn);
    }

    /// <summary>Commits a turn of so many changes; each carries its own number.</summary>
    public static void Turn(this SqliteJournal journal, int changes)
    {
        var first = (int)journal.LastSequence + 1;
        for (var i = 0; i < changes; i++)
            journal.Append(SampleChanges.Pause(first + i));
        journal.Commit();
    }

    /// <summary>The numbers of the changes that are kept, as <see cref="Turn"/> wrote them.</summary>
    public static List<int> Kept(this SqliteJournal journal, long after = 0) => journal.ReadAfter(after).Select(c => ((Change.JobPaused)c).Job.Value).ToList();

    public static List<int> Kept(string file)
    {
        using var journal = Open(file);
        return journal.Kept();
    }

    public static void Sql(string file, string sql)
    {
        using var connection = JournalSchema.Connect(file, SqliteOpenMode.ReadWrite);
        connection.Execute(sql);
    }

    public static long Number(string file, string sql)
    {
        using var connection = JournalSchema.Connect(file, SqliteOpenMode.ReadOnly);
        return connection.Number(sql);
    }

    /// <summary>Copies the database while it is open: what is on disk at this moment, as after a power cut.</summary>
    public static string CopyAsAfterCrash(string file, string to)
    {
        foreach (var ending in new[] { "", "-wal" })
        {
            using var from = new FileStream(file + ending, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(to + ending);
            from.CopyTo(copy);
        }

        return to;
    }
}

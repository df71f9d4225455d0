using AfServer.Model;
using Npgsql;

namespace AfServer.Journaling.Postgres;

/// <summary>Reads the journal and its snapshots on a connection that somebody else owns; what a standby, a leader at its start, and tools do.</summary>
internal sealed partial class PostgresReader(NpgsqlConnection connection, string place, ILogger logger)
{
    // Records read at a time, so that replaying never holds the whole journal in memory.
    private const int ReadSlice = 4096;

    // A large snapshot takes seconds to read; everything else is answered in milliseconds.
    private const int ReadSecondsMax = 30;

    /// <summary>Where the journal ends, and who may write on.</summary>
    public JournalEnd End()
    {
        using var command = connection.Command("SELECT sequence, term, turn FROM journal_end");
        using var row = command.ExecuteReader();
        return row.Read() ? new JournalEnd(row.GetInt64(0), row.GetString(1), row.GetInt64(2))
            : throw JournalException.Damaged(place, $"The database {place} has lost where its journal ends.");
    }

    /// <summary>The first and last change that must be there are there; what is between is checked when it is read.</summary>
    /// <returns>The first change that is kept; 0 in an empty journal.</returns>
    public long CheckEnds(JournalEnd end)
    {
        var (first, last) = (connection.Ask<long>("SELECT min(sequence) FROM journal"), connection.Ask<long>("SELECT max(sequence) FROM journal"));
        var neededAfter = OlderKept();
        if (last < end.Sequence && last > 0) throw JournalException.Damaged(place, $"{place}: changes {last + 1} to {end.Sequence} are missing at the journal's end.");
        if (last > end.Sequence) throw JournalException.Damaged(place, $"{place} has change {last}, but should end with change {end.Sequence}.");
        if (first > neededAfter + 1) throw JournalException.Damaged(place, $"{place}: changes {neededAfter + 1} to {first - 1} are missing at the journal's beginning.");
        return first;
    }

    /// <summary>
    /// Whether a farm that was followed to a change within a term is the beginning of what is in the database now. It is not when the database
    /// went back to an older state and other changes took the numbers.
    /// </summary>
    public bool Continues(long sequence, string term) => connection.Ask<bool>(
        "SELECT $1 <= coalesce((SELECT min(later.begins) FROM terms AS later WHERE later.epoch > mine.epoch), $1) FROM terms AS mine WHERE term = $2", sequence, term);

    /// <summary>The change that the older of the kept snapshots was taken at; 0 while there are fewer.</summary>
    public long OlderKept() => connection.Ask<long>("SELECT DISTINCT sequence FROM snapshots ORDER BY sequence DESC LIMIT 1 OFFSET 1");

    /// <summary>The newest snapshot that is whole; null when there is none.</summary>
    public Snapshot? ReadSnapshot()
    {
        foreach (var sequence in SnapshotSequences())
        {
            try
            {
                return new Snapshot(sequence, SnapshotParts.Join(sequence, Parts(sequence)));
            }
            catch (InvalidDataException e)
            {
                LogSnapshotDamaged(place, sequence, e.Message);
            }
        }

        return null;
    }

    /// <summary>The changes after a sequence number up to another one, in order, without gaps.</summary>
    public IEnumerable<Change> ReadAfter(long sequence, long last)
    {
        for (var next = sequence + 1; next <= last;)
        {
            var rows = Rows(next, last);
            if (rows.Count == 0) throw JournalException.Damaged(place, $"{place}: changes {next} to {last} are missing at the journal's end.");
            foreach (var row in rows)
            {
                if (row.Sequence != next) throw row.Missing(place, next);
                yield return row.Decode(place);
                next++;
            }
        }
    }

    private List<JournalRow> Rows(long from, long last)
    {
        using var command = connection.Command($"SELECT sequence, record, checksum FROM journal WHERE sequence BETWEEN $1 AND $2 ORDER BY sequence LIMIT {ReadSlice}", from, last);
        command.CommandTimeout = ReadSecondsMax;
        using var reader = command.ExecuteReader();
        var rows = new List<JournalRow>();
        while (reader.Read()) rows.Add(new JournalRow(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2)));
        return rows;
    }

    private List<long> SnapshotSequences()
    {
        using var command = connection.Command("SELECT DISTINCT sequence FROM snapshots ORDER BY sequence DESC");
        using var rows = command.ExecuteReader();
        var sequences = new List<long>();
        while (rows.Read()) sequences.Add(rows.GetInt64(0));
        return sequences;
    }

    private IEnumerable<(SnapshotPart Part, long Checksum)> Parts(long sequence)
    {
        using var command = connection.Command("SELECT part, is_last, record, checksum FROM snapshots WHERE sequence = $1 ORDER BY part", sequence);
        command.CommandTimeout = ReadSecondsMax;
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return (new SnapshotPart(rows.GetInt32(0), rows.GetBoolean(1), rows.GetFieldValue<byte[]>(2)), rows.GetInt64(3));
    }

    [LoggerMessage(4101, LogLevel.Error, "{Place}: the snapshot at change {Sequence} cannot be used, an older one and more of the journal are read instead. {Problem}")]
    private partial void LogSnapshotDamaged(string place, long sequence, string problem);
}

/// <summary>The last change, the leader's term, and the number of its last turn within it.</summary>
/// <param name="Term">A name that no other term has, also after the database went back to an older state and the same epoch came again.</param>
internal readonly record struct JournalEnd(long Sequence, string Term, long Turn);

using AfServer.Model;
using Microsoft.Data.Sqlite;

namespace AfServer.Journaling;

/// <summary>The snapshots table: each snapshot is cut into parts, each part is a row of [length, change] pairs with a checksum.</summary>
internal sealed partial class SqliteSnapshots(string file, SqliteConnection connection, TimeProvider time, ILogger logger) : IDisposable
{
    // Two, so that a snapshot which cannot be read costs a longer replay and not the farm.
    private const int SnapshotsKept = 2;

    private readonly SqliteCommand _insert = connection.Prepared(
        "INSERT INTO snapshots VALUES($sequence, $part, $is_last, $taken, $record, $checksum)",
        "$sequence", "$part", "$is_last", "$taken", "$record", "$checksum");

    /// <summary>The change that the newest snapshot was taken at; 0 when there is none.</summary>
    public long Newest() => connection.Number("SELECT max(sequence) FROM snapshots");

    /// <summary>The change that the older of the kept snapshots was taken at; 0 while there are fewer.</summary>
    public long OlderKept() => connection.Number($"SELECT DISTINCT sequence FROM snapshots ORDER BY sequence DESC LIMIT 1 OFFSET {SnapshotsKept - 1}");

    /// <summary>Writes a snapshot in the transaction that is open and deletes those that are too many.</summary>
    public void Write(long sequence, IReadOnlyList<Change> changes)
    {
        connection.Execute($"DELETE FROM snapshots WHERE sequence = {sequence}");

        var taken = HistoryColumns.Text(time.GetUtcNow());
        foreach (var part in SnapshotParts.Cut(changes))
            _insert.Execute(sequence, part.Number, part.IsLast, taken, part.Record, part.ChecksumAt(sequence));
        connection.Execute($"DELETE FROM snapshots WHERE sequence < {OlderKept()}");
    }

    /// <summary>The newest snapshot that is whole; null when there is none.</summary>
    public Snapshot? ReadNewest()
    {
        foreach (var sequence in Sequences())
        {
            try
            {
                return new Snapshot(sequence, Read(sequence));
            }
            catch (InvalidDataException e)
            {
                LogSnapshotDamaged(file, sequence, e.Message);
            }
        }

        return null;
    }

    public void Dispose() => _insert.Dispose();

    private List<long> Sequences()
    {
        using var command = connection.Prepared("SELECT DISTINCT sequence FROM snapshots ORDER BY sequence DESC");
        using var rows = command.ExecuteReader();
        var sequences = new List<long>();
        while (rows.Read())
            sequences.Add(rows.NumberAt(0));
        return sequences;
    }

    private List<Change> Read(long sequence)
    {
        using var command = connection.Prepared("SELECT part, is_last, record, checksum FROM snapshots WHERE sequence = $sequence ORDER BY part", "$sequence");
        command.Set(sequence);
        using var rows = command.ExecuteReader();
        return SnapshotParts.Join(sequence, Rows(rows));
    }

    private static IEnumerable<(SnapshotPart Part, long Checksum)> Rows(SqliteDataReader rows)
    {
        while (rows.Read())
            yield return (new SnapshotPart(rows.SmallNumberAt(0), rows.NumberAt(1) == 1, rows.BytesAt(2)), rows.NumberAt(3));
    }

    [LoggerMessage(4001, LogLevel.Error, "{File}: the snapshot at change {Sequence} cannot be used, an older one and more of the journal are read instead. {Problem}")]
    private partial void LogSnapshotDamaged(string file, long sequence, string problem);
}

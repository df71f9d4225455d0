using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>One row of the journal as a store keeps it.</summary>
internal readonly record struct JournalRow(long Sequence, byte[] Record, long Checksum)
{
    public static JournalRow Of(long sequence, byte[] record) => new(sequence, record, Journaling.Checksum.Of(sequence, 0, record));

    /// <param name="place">The store, as an operator knows it.</param>
    /// <exception cref="JournalException">The row is damaged, or a newer server has written it.</exception>
    public Change Decode(string place)
    {
        if (Journaling.Checksum.Of(Sequence, 0, Record) != Checksum)
            throw JournalException.Damaged(place, $"{place}: change {Sequence} is damaged, its checksum does not match.");

        try
        {
            return ChangeCodec.Read(Record);
        }
        catch (InvalidDataException e)
        {
            throw new JournalException($"{place}: change {Sequence} is not one that this server knows: {e.Message} If a newer server has written it, start that one.", e);
        }
    }

    /// <summary>What is between the ends is checked when it is read; that a change is missing is said here.</summary>
    public JournalException Missing(string place, long next) =>
        JournalException.Damaged(place, $"{place}: after change {next - 1} comes change {Sequence}, {Sequence - next} are missing.");
}

using System.Buffers;
using System.Collections.Frozen;
using Afanasy.Wire;
using AfServer.Model;

namespace AfServer.Journaling;

/// <summary>A change as the journal keeps it: one MessagePack array [number, version, UTC ticks, fields…]. The fields of each case are in <see cref="ChangeForms"/>.</summary>
internal static class ChangeCodec
{
    /// <summary>Number, version and time, before a change's own fields.</summary>
    private const int HeadFields = 3;

    private static readonly FrozenDictionary<Type, ChangeForm> _written =
        ChangeForms.All.Where(f => f.Case is not null).ToFrozenDictionary(f => f.Case!);

    private static readonly FrozenDictionary<(int Number, int Version), ChangeForm> _read =
        ChangeForms.All.ToFrozenDictionary(f => ((int)f.Number, f.Version));

    public static byte[] Write(Change change)
    {
        if (!_written.TryGetValue(change.GetType(), out var form))
            throw new NotSupportedException($"ChangeForms has no form for {change.GetType().Name}: give it a number and a form.");

        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(HeadFields + form.Fields);
        writer.Write((int)form.Number);
        writer.Write(form.Version);
        writer.Write(change.At.UtcTicks);
        form.Write!(ref writer, change); // a form with a case has a writer
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">These bytes are no change, or one that this server does not know.</exception>
    public static Change Read(ReadOnlyMemory<byte> record)
    {
        try
        {
            var reader = new MessagePackReader(record);
            var count = reader.ReadArrayHeader();
            var (number, version) = (reader.ReadInt32(), reader.ReadInt32());
            if (!_read.TryGetValue((number, version), out var form))
                throw new InvalidDataException(Unknown(number, version));
            if (count != HeadFields + form.Fields)
                throw new InvalidDataException($"{form.Number} version {version} has {form.Fields} fields, found {count - HeadFields}.");

            var change = form.Read(ref reader, reader.ReadTime());
            return reader.End ? change : throw new InvalidDataException($"{form.Number} is followed by bytes that do not belong to it.");
        }
        catch (WireException e)
        {
            throw new InvalidDataException($"These bytes are not a change: {e.Message}", e);
        }
    }

    private static string Unknown(int number, int version)
    {
        var known = ChangeForms.All.Where(f => (int)f.Number == number).MaxBy(f => f.Version);
        return known is null
            ? $"Found change number {number}, the highest known is {ChangeForms.All.Max(f => (int)f.Number)}."
            : $"Found version {version} of {known.Number}, known is up to {known.Version}.";
    }
}

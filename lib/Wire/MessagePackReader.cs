using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Afanasy.Wire;

/// <summary>
/// Reads MessagePack values one after the other, and allocates nothing that the bytes at hand do not cover. Anything malformed,
/// cut off, out of range or over a limit is a <see cref="WireException"/>.
/// </summary>
public ref struct MessagePackReader
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SequenceReader<byte> _bytes;

    public MessagePackReader(in ReadOnlySequence<byte> bytes) => _bytes = new SequenceReader<byte>(bytes);

    public MessagePackReader(ReadOnlyMemory<byte> bytes) => _bytes = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));

    public readonly long Consumed => _bytes.Consumed;

    public readonly SequencePosition Position => _bytes.Position;

    public readonly bool End => _bytes.End;

    /// <summary>The first byte of the next value, which stays unread.</summary>
    public readonly byte NextCode => _bytes.TryPeek(out var code) ? code : throw CutOff(1);

    public readonly MessagePackType NextMessagePackType => MessagePackCode.ToMessagePackType(NextCode);

    /// <summary>Takes the next value when it is nil; otherwise leaves it unread and says false.</summary>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil) return false;
        _bytes.Advance(1);
        return true;
    }

    public bool ReadBoolean()
    {
        var code = ReadCode();
        return code switch
        {
            MessagePackCode.True => true,
            MessagePackCode.False => false,
            _ => throw Unexpected("a boolean", code),
        };
    }

    public byte ReadByte() => (byte)ReadInteger(byte.MinValue, byte.MaxValue);

    public sbyte ReadSByte() => (sbyte)ReadInteger(sbyte.MinValue, sbyte.MaxValue);

    public short ReadInt16() => (short)ReadInteger(short.MinValue, short.MaxValue);

    public ushort ReadUInt16() => (ushort)ReadInteger(ushort.MinValue, ushort.MaxValue);

    public int ReadInt32() => (int)ReadInteger(int.MinValue, int.MaxValue);

    public uint ReadUInt32() => (uint)ReadInteger(uint.MinValue, uint.MaxValue);

    public long ReadInt64() => ReadInteger(long.MinValue, long.MaxValue);

    public ulong ReadUInt64()
    {
        if (NextCode != MessagePackCode.UInt64) return (ulong)ReadInteger(0, long.MaxValue);
        _bytes.Advance(1);
        return ReadBigEndian(sizeof(ulong));
    }

    /// <summary>Takes float32 and integers too, and narrows float64.</summary>
    public float ReadSingle() => (float)ReadDouble();

    /// <summary>Takes float32 and integers too.</summary>
    public double ReadDouble()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float64:
                _bytes.Advance(1);
                return BitConverter.UInt64BitsToDouble(ReadBigEndian(sizeof(ulong)));
            case MessagePackCode.Float32:
                _bytes.Advance(1);
                return BitConverter.UInt32BitsToSingle((uint)ReadBigEndian(sizeof(uint)));
            case MessagePackCode.UInt64:
                return ReadUInt64();
            default:
                return ReadInt64();
        }
    }

    /// <summary>A text, or null where nil stands; refused when it is longer than <see cref="WireLimits.StringBytesMax"/> or not UTF-8.</summary>
    public string? ReadString()
    {
        if (TryReadNil()) return null;
        var length = ReadLength(MessagePackType.String, "a string");
        if (length > WireLimits.StringBytesMax)
            throw new WireException($"A string of {length} bytes, the limit is {WireLimits.StringBytesMax}.");

        try
        {
            return _strictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new WireException($"A string that is not UTF-8, before byte {Consumed}.");
        }
    }

    /// <summary>Bytes, or null where nil stands. They are a part of the sequence that is read, not a copy.</summary>
    public ReadOnlySequence<byte>? ReadBytes() =>
        TryReadNil() ? null : Take(ReadLength(MessagePackType.Binary, "bytes"));

    /// <summary>How many values follow: never more than bytes remain, nor than <see cref="WireLimits.ArrayElementsMax"/>.</summary>
    public int ReadArrayHeader() => ReadCount(MessagePackType.Array, "an array", valuesEach: 1);

    /// <summary>How many pairs of values follow: never more than bytes remain for, nor than <see cref="WireLimits.ArrayElementsMax"/>.</summary>
    public int ReadMapHeader() => ReadCount(MessagePackType.Map, "a map", valuesEach: 2);

    public ExtensionHeader ReadExtensionFormatHeader()
    {
        var length = ReadLength(MessagePackType.Extension, "an extension");
        if (length >= _bytes.Remaining) throw CutOff(length + 1);
        return new ExtensionHeader((sbyte)ReadCode(), (uint)length);
    }

    /// <summary>The next bytes as they stand, a part of the sequence that is read.</summary>
    public ReadOnlySequence<byte> ReadRaw(long length) => Take(length);

    /// <summary>Passes over one value of any kind, with all that is in it.</summary>
    public void Skip() => Skip(depth: 1);

    private void Skip(int depth)
    {
        if (depth > WireLimits.DepthMax) throw new WireException($"Values nested more than {WireLimits.DepthMax} deep.");

        switch (NextMessagePackType)
        {
            case MessagePackType.Integer:
                if (NextCode == MessagePackCode.UInt64) ReadUInt64();
                else ReadInt64();
                break;
            case MessagePackType.Nil:
            case MessagePackType.Boolean:
                _bytes.Advance(1);
                break;
            case MessagePackType.Float:
                ReadDouble();
                break;
            case MessagePackType.String:
                Take(ReadLength(MessagePackType.String, "a string"));
                break;
            case MessagePackType.Binary:
                Take(ReadLength(MessagePackType.Binary, "bytes"));
                break;
            case MessagePackType.Extension:
                Take(ReadExtensionFormatHeader().Length);
                break;
            case MessagePackType.Array:
                for (var left = ReadArrayHeader(); left > 0; left--) Skip(depth + 1);
                break;
            case MessagePackType.Map:
                for (var left = 2 * ReadMapHeader(); left > 0; left--) Skip(depth + 1);
                break;
            default:
                throw Unexpected("a value", NextCode);
        }
    }

    private long ReadInteger(long min, long max)
    {
        var code = ReadCode();
        var value = code switch
        {
            <= MessagePackCode.MaxFixInt => code,
            >= MessagePackCode.MinNegativeFixInt => (sbyte)code,
            MessagePackCode.UInt8 => (long)ReadBigEndian(sizeof(byte)),
            MessagePackCode.UInt16 => (long)ReadBigEndian(sizeof(ushort)),
            MessagePackCode.UInt32 => (long)ReadBigEndian(sizeof(uint)),
            MessagePackCode.UInt64 => ReadUnsignedInto(max),
            MessagePackCode.Int8 => (sbyte)ReadBigEndian(sizeof(sbyte)),
            MessagePackCode.Int16 => (short)ReadBigEndian(sizeof(short)),
            MessagePackCode.Int32 => (int)ReadBigEndian(sizeof(int)),
            MessagePackCode.Int64 => (long)ReadBigEndian(sizeof(long)),
            _ => throw Unexpected("an integer", code),
        };
        return value >= min && value <= max ? value : throw new WireException($"{value} is not within {min} to {max}.");
    }

    private long ReadUnsignedInto(long max)
    {
        var value = ReadBigEndian(sizeof(ulong));
        return value <= (ulong)max ? (long)value : throw new WireException($"{value} is more than {max}.");
    }

    private int ReadCount(MessagePackType type, string what, int valuesEach)
    {
        var count = ReadLength(type, what);
        if (count * valuesEach > _bytes.Remaining)
            throw new WireException($"Before byte {Consumed} {what} claims {count} elements where {_bytes.Remaining} bytes remain.");
        if (count > WireLimits.ArrayElementsMax)
            throw new WireException($"Before byte {Consumed} {what} has {count} elements, the limit is {WireLimits.ArrayElementsMax}.");
        return (int)count;
    }

    private long ReadLength(MessagePackType type, string what)
    {
        var code = ReadCode();
        if (MessagePackCode.ToMessagePackType(code) != type) throw Unexpected(what, code);

        return code switch
        {
            <= MessagePackCode.MaxFixMap => code - MessagePackCode.MinFixMap,
            <= MessagePackCode.MaxFixArray => code - MessagePackCode.MinFixArray,
            <= MessagePackCode.MaxFixStr => code - MessagePackCode.MinFixStr,
            >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16 => 1 << (code - MessagePackCode.FixExt1),
            MessagePackCode.Str8 or MessagePackCode.Bin8 or MessagePackCode.Ext8 => (long)ReadBigEndian(sizeof(byte)),
            MessagePackCode.Str16 or MessagePackCode.Bin16 or MessagePackCode.Ext16 or MessagePackCode.Array16 or MessagePackCode.Map16 =>
                (long)ReadBigEndian(sizeof(ushort)),
            _ => (long)ReadBigEndian(sizeof(uint)),
        };
    }

    private ulong ReadBigEndian(int size)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        if (!_bytes.TryCopyTo(padded[^size..])) throw CutOff(size);
        _bytes.Advance(size);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private byte ReadCode() => _bytes.TryRead(out var code) ? code : throw CutOff(1);

    private ReadOnlySequence<byte> Take(long length)
    {
        if (length > _bytes.Remaining) throw CutOff(length);
        var taken = _bytes.UnreadSequence.Slice(0, length);
        _bytes.Advance(length);
        return taken;
    }

    private readonly WireException CutOff(long needed) =>
        new($"At byte {Consumed} {needed} more bytes are needed where {_bytes.Remaining} remain.");

    private readonly WireException Unexpected(string wanted, byte code) =>
        new($"Before byte {Consumed} {wanted} is wanted, found {MessagePackCode.ToMessagePackType(code)} (0x{code:x2}).");
}

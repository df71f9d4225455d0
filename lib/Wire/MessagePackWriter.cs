using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Afanasy.Wire;

/// <summary>Writes MessagePack values, each in its shortest form. What is written reaches the output with <see cref="Flush"/>.</summary>
public ref struct MessagePackWriter(IBufferWriter<byte> output)
{
    private const int ChunkBytes = 256;                   // most messages are smaller: one request to the output each

    private Span<byte> _span;
    private int _used;

    public void Flush()
    {
        output.Advance(_used);
        _span = default;
        _used = 0;
    }

    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    public void Write(long value)
    {
        switch (value)
        {
            case >= 0: Write((ulong)value); break;
            case >= -32: WriteCode((byte)value); break;
            case >= sbyte.MinValue: WriteBigEndian(MessagePackCode.Int8, (ulong)value, sizeof(sbyte)); break;
            case >= short.MinValue: WriteBigEndian(MessagePackCode.Int16, (ulong)value, sizeof(short)); break;
            case >= int.MinValue: WriteBigEndian(MessagePackCode.Int32, (ulong)value, sizeof(int)); break;
            default: WriteBigEndian(MessagePackCode.Int64, (ulong)value, sizeof(long)); break;
        }
    }

    public void Write(ulong value)
    {
        switch (value)
        {
            case <= MessagePackCode.MaxFixInt: WriteCode((byte)value); break;
            case <= byte.MaxValue: WriteBigEndian(MessagePackCode.UInt8, value, sizeof(byte)); break;
            case <= ushort.MaxValue: WriteBigEndian(MessagePackCode.UInt16, value, sizeof(ushort)); break;
            case <= uint.MaxValue: WriteBigEndian(MessagePackCode.UInt32, value, sizeof(uint)); break;
            default: WriteBigEndian(MessagePackCode.UInt64, value, sizeof(ulong)); break;
        }
    }

    public void Write(float value) => WriteBigEndian(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value), sizeof(uint));

    public void Write(double value) => WriteBigEndian(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value), sizeof(ulong));

    /// <summary>A text, or nil for null.</summary>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(length);
        Encoding.UTF8.GetBytes(value, Reserve(length));
        _used += length;
    }

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        WriteBinHeader(bytes.Length);
        WriteRaw(bytes);
    }

    public void Write(in ReadOnlySequence<byte> bytes)
    {
        WriteBinHeader(checked((int)bytes.Length));
        foreach (var part in bytes) WriteRaw(part.Span);
    }

    public void WriteStringHeader(int length)
    {
        if (length < 32) WriteCode((byte)(MessagePackCode.MinFixStr + length));
        else if (length <= byte.MaxValue) WriteBigEndian(MessagePackCode.Str8, (ulong)length, sizeof(byte));
        else if (length <= ushort.MaxValue) WriteBigEndian(MessagePackCode.Str16, (ulong)length, sizeof(ushort));
        else WriteBigEndian(MessagePackCode.Str32, (ulong)length, sizeof(uint));
    }

    public void WriteBinHeader(int length)
    {
        if (length <= byte.MaxValue) WriteBigEndian(MessagePackCode.Bin8, (ulong)length, sizeof(byte));
        else if (length <= ushort.MaxValue) WriteBigEndian(MessagePackCode.Bin16, (ulong)length, sizeof(ushort));
        else WriteBigEndian(MessagePackCode.Bin32, (ulong)length, sizeof(uint));
    }

    public void WriteArrayHeader(int count)
    {
        if (count < 16) WriteCode((byte)(MessagePackCode.MinFixArray + count));
        else if (count <= ushort.MaxValue) WriteBigEndian(MessagePackCode.Array16, (ulong)count, sizeof(ushort));
        else WriteBigEndian(MessagePackCode.Array32, (ulong)count, sizeof(uint));
    }

    public void WriteMapHeader(int count)
    {
        if (count < 16) WriteCode((byte)(MessagePackCode.MinFixMap + count));
        else if (count <= ushort.MaxValue) WriteBigEndian(MessagePackCode.Map16, (ulong)count, sizeof(ushort));
        else WriteBigEndian(MessagePackCode.Map32, (ulong)count, sizeof(uint));
    }

    /// <summary>The kind and length of an extension; its bytes follow with <see cref="WriteRaw"/>.</summary>
    public void WriteExtensionFormatHeader(ExtensionHeader header)
    {
        switch (header.Length)
        {
            case 1: WriteCode(MessagePackCode.FixExt1); break;
            case 2: WriteCode(MessagePackCode.FixExt2); break;
            case 4: WriteCode(MessagePackCode.FixExt4); break;
            case 8: WriteCode(MessagePackCode.FixExt8); break;
            case 16: WriteCode(MessagePackCode.FixExt16); break;
            case <= byte.MaxValue: WriteBigEndian(MessagePackCode.Ext8, header.Length, sizeof(byte)); break;
            case <= ushort.MaxValue: WriteBigEndian(MessagePackCode.Ext16, header.Length, sizeof(ushort)); break;
            default: WriteBigEndian(MessagePackCode.Ext32, header.Length, sizeof(uint)); break;
        }

        WriteCode((byte)header.TypeCode);
    }

    /// <summary>Bytes that are MessagePack already.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    private void WriteCode(byte code)
    {
        Reserve(1)[0] = code;
        _used++;
    }

    private void WriteBigEndian(byte code, ulong value, int size)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(padded, value);
        WriteCode(code);
        WriteRaw(padded[^size..]);
    }

    private Span<byte> Reserve(int size)
    {
        if (_span.Length - _used < size)
        {
            if (_used > 0) Flush();
            _span = output.GetSpan(Math.Max(size, ChunkBytes));
        }

        return _span[_used..];
    }
}

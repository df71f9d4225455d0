using System.Buffers;
using System.Globalization;
using System.Text;
using Afanasy.Wire;

namespace Afanasy.Tests.Wire;

/// <summary>Values of every MessagePack format, with a text for each that another implementation can make too.</summary>
internal static class MessagePackValues
{
    public static readonly long[] IntegerEdges =
    [
        0, 1, 127, 128, 255, 256, 65535, 65536, int.MaxValue, int.MaxValue + 1L, uint.MaxValue, uint.MaxValue + 1L, long.MaxValue,
        -1, -32, -33, -128, -129, -32768, -32769, int.MinValue, int.MinValue - 1L, long.MinValue,
    ];

    /// <summary>Both sides of the lengths at which the format of strings, bytes, arrays, maps and extensions changes.</summary>
    public static readonly int[] LengthEdges = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 65535, 65536];

    public static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads one value and says what it is.</summary>
    public static void Describe(ref MessagePackReader reader, StringBuilder text)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                text.Append(reader.TryReadNil() ? "nil" : "?");
                break;
            case MessagePackType.Boolean:
                text.Append(reader.ReadBoolean() ? "true" : "false");
                break;
            case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:
                text.Append("i:").Append(reader.ReadUInt64());
                break;
            case MessagePackType.Integer:
                text.Append("i:").Append(reader.ReadInt64());
                break;
            case MessagePackType.Float:
                text.Append(DescribeFloat(reader.ReadDouble()));
                break;
            case MessagePackType.String:
                text.Append("s:").Append(Hex(Encoding.UTF8.GetBytes(reader.ReadString()!)));
                break;
            case MessagePackType.Binary:
                text.Append("b:").Append(Hex(reader.ReadBytes()!.Value.ToArray()));
                break;
            case MessagePackType.Extension:
                var header = reader.ReadExtensionFormatHeader();
                text.Append("x:").Append(header.TypeCode).Append(':').Append(Hex(reader.ReadRaw(header.Length).ToArray()));
                break;
            case MessagePackType.Array:
                DescribeMany(ref reader, text, reader.ReadArrayHeader(), "[]");
                break;
            case MessagePackType.Map:
                DescribeMany(ref reader, text, 2 * reader.ReadMapHeader(), "{}");
                break;
            default:
                Assert.Fail($"No value begins with 0x{reader.NextCode:x2}.");
                break;
        }
    }

    /// <summary>Writes one value of any kind and says what it is.</summary>
    public static void WriteAny(ref MessagePackWriter writer, Random random, StringBuilder text, int depth = 0)
    {
        switch (random.Next(depth < 4 ? 9 : 7))
        {
            case 0: writer.WriteNil(); text.Append("nil"); break;
            case 1: WriteBoolean(ref writer, random.Next(2) == 0, text); break;
            case 2: WriteInteger(ref writer, random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64), text); break;
            case 3: WriteFloat(ref writer, random, text); break;
            case 4: WriteString(ref writer, RandomString(random, random.Next(60)), text); break;
            case 5: WriteBytes(ref writer, RandomBytes(random, random.Next(60)), text); break;
            case 6: WriteExtension(ref writer, (sbyte)random.Next(0, 128), RandomBytes(random, random.Next(20)), text); break;
            case 7: WriteArray(ref writer, random, random.Next(20), text, depth + 1); break;
            default: WriteMap(ref writer, random, random.Next(20), text, depth + 1); break;
        }
    }

    public static void WriteInteger(ref MessagePackWriter writer, long value, StringBuilder text)
    {
        writer.Write(value);
        text.Append("i:").Append(value);
    }

    public static void WriteString(ref MessagePackWriter writer, string value, StringBuilder text)
    {
        writer.Write(value);
        text.Append("s:").Append(Hex(Encoding.UTF8.GetBytes(value)));
    }

    public static void WriteBytes(ref MessagePackWriter writer, byte[] value, StringBuilder text)
    {
        writer.Write(value);
        text.Append("b:").Append(Hex(value));
    }

    public static void WriteExtension(ref MessagePackWriter writer, sbyte type, byte[] value, StringBuilder text)
    {
        writer.WriteExtensionFormatHeader(new ExtensionHeader(type, (uint)value.Length));
        writer.WriteRaw(value);
        text.Append("x:").Append(type).Append(':').Append(Hex(value));
    }

    /// <summary>Beyond a few elements the rest is nil, so that the longest array is not slow.</summary>
    public static void WriteArray(ref MessagePackWriter writer, Random random, int count, StringBuilder text, int depth)
    {
        writer.WriteArrayHeader(count);
        text.Append('[');
        for (var i = 0; i < count; i++)
        {
            if (i < 20) WriteAny(ref writer, random, text, depth);
            else WriteInteger(ref writer, i, text);
            text.Append(',');
        }

        text.Append(']');
    }

    public static void WriteMap(ref MessagePackWriter writer, Random random, int count, StringBuilder text, int depth)
    {
        writer.WriteMapHeader(count);
        text.Append('{');
        for (var i = 0; i < count; i++)
        {
            WriteString(ref writer, $"k{i}", text);
            text.Append(',');
            if (i < 20) WriteAny(ref writer, random, text, depth);
            else WriteInteger(ref writer, i, text);
            text.Append(',');
        }

        text.Append('}');
    }

    public static string RandomString(Random random, int characters)
    {
        var text = new StringBuilder();
        while (text.Length < characters)
            text.Append(random.Next(4) switch { 0 => "é", 1 => "帧", 2 => "🎬", _ => ((char)random.Next(0, 128)).ToString() });
        return text.ToString();
    }

    public static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void WriteBoolean(ref MessagePackWriter writer, bool value, StringBuilder text)
    {
        writer.Write(value);
        text.Append(value ? "true" : "false");
    }

    private static void WriteFloat(ref MessagePackWriter writer, Random random, StringBuilder text)
    {
        var value = random.Next(4) switch
        {
            0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
            1 => double.NegativeInfinity,
            2 => double.NaN,
            _ => random.NextDouble(),
        };
        var single = random.Next(2) == 0;
        if (single) writer.Write((float)value);
        else writer.Write(value);
        text.Append(DescribeFloat(single ? (float)value : value));
    }

    private static void DescribeMany(ref MessagePackReader reader, StringBuilder text, int values, string brackets)
    {
        text.Append(brackets[0]);
        for (; values > 0; values--)
        {
            Describe(ref reader, text);
            text.Append(',');
        }

        text.Append(brackets[1]);
    }

    private static string DescribeFloat(double value) =>
        double.IsNaN(value) ? "f:nan" : "f:" + BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Afanasy.EndToEnd.Demo;

/// <summary>Just enough of the format to say whether a picture is whole.</summary>
internal static class PngFile
{
    private static readonly byte[] _signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The size of a picture whose every pixel can be read.</summary>
    /// <exception cref="InvalidDataException">It is no picture, or not whole.</exception>
    public static (int Width, int Height) ReadWhole(string path)
    {
        var content = File.ReadAllBytes(path).AsSpan();
        if (!content.StartsWith(_signature)) throw new InvalidDataException($"{path} does not begin as a PNG.");
        var (width, height, packed, hasEnd) = (0, 0, new MemoryStream(), false);
        var (bits, channels) = (0, 0);
        for (var at = _signature.Length; at + 12 <= content.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(content[at..]);
            var kind = Encoding.ASCII.GetString(content.Slice(at + 4, 4));
            var body = content.Slice(at + 8, length);
            if (kind == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                (bits, channels) = (body[8], body[9] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, var other => throw new InvalidDataException($"{path} has pixels of kind {other}.") });
            }

            if (kind == "IDAT") packed.Write(body);
            hasEnd = kind == "IEND";
            at += 12 + length;
        }

        packed.Position = 0;
        using var pixels = new MemoryStream();
        using (var unpack = new ZLibStream(packed, CompressionMode.Decompress)) unpack.CopyTo(pixels);
        var expected = (long)height * (1 + (width * channels * bits / 8));
        if (!hasEnd || pixels.Length != expected) throw new InvalidDataException($"{path} has {pixels.Length} bytes of pixels instead of {expected}, or no end.");
        return (width, height);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using AfServer.Journaling;
using AfServer.Model;

namespace AfJournal.Checking;

/// <summary>A number that two farms share only when a snapshot of both tells the same. Facts that stand side by side have no order.</summary>
internal static class FarmMark
{
    public static UInt128 Of(Farm farm)
    {
        UInt128 sum = 0;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var change in farm.Describe(DateTimeOffset.UnixEpoch))
        {
            SHA256.HashData(ChangeCodec.Write(change), hash);
            unchecked
            {
                sum += BinaryPrimitives.ReadUInt128LittleEndian(hash);
            }
        }

        return sum;
    }

    /// <summary>The first fact that only one of them has.</summary>
    public static Change? Difference(Farm farm, Farm other) => OnlyIn(farm, other) ?? OnlyIn(other, farm);

    private static Change? OnlyIn(Farm farm, Farm other)
    {
        var known = other.Describe(DateTimeOffset.UnixEpoch).Select(change => Convert.ToHexString(SHA256.HashData(ChangeCodec.Write(change)))).ToHashSet();
        return farm.Describe(DateTimeOffset.UnixEpoch).FirstOrDefault(change => !known.Contains(Convert.ToHexString(SHA256.HashData(ChangeCodec.Write(change)))));
    }
}

namespace Afanasy.Wire;

/// <summary>What a packet can carry: it has a number and knows how it is written and read.</summary>
public interface IPacketBody<TSelf>
    where TSelf : IPacketBody<TSelf>
{
    static abstract int PacketType { get; }

    /// <summary>Writes exactly one value.</summary>
    void Write(ref MessagePackWriter writer);

    /// <summary>Reads exactly one value, as far as this side knows it.</summary>
    static abstract TSelf Read(ref MessagePackReader reader);
}

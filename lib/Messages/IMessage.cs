using Afanasy.Wire;

namespace Afanasy.Messages;

/// <summary>A message of the native protocol: its body is an array by position, and its number is a <see cref="MessageType"/>.</summary>
public interface IMessage<TSelf> : IPacketBody<TSelf>
    where TSelf : IMessage<TSelf>
{
    static abstract MessageType Type { get; }

    static int IPacketBody<TSelf>.PacketType => (int)TSelf.Type;
}

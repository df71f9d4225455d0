using Afanasy.Wire;

namespace Afanasy.Messages;

/// <summary>What the peer is; decides which messages it may send.</summary>
public enum PeerRole
{
    Render = 1,
}

/// <summary>The first message of a connection: who is there. Answered by <see cref="Welcome"/> or <see cref="Refusal"/>.</summary>
public sealed record Hello : IMessage<Hello>
{
    public required PeerRole Role { get; init; }
    public required string Name { get; init; }
    public string Version { get; init; } = "";
    public string Credential { get; init; } = "";

    public static MessageType Type => MessageType.Hello;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write((int)Role);
        writer.Write(Name);
        writer.Write(Version);
        writer.Write(Credential);
    }

    public static Hello Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("Hello", required: 2);
        var hello = new Hello
        {
            Role = (PeerRole)reader.NextInt32(ref left),
            Name = reader.NextName(ref left),
            Version = reader.NextName(ref left),
            Credential = reader.NextText(ref left, MessageLimits.CredentialCharsMax),
        };
        reader.SkipElements(left);
        return hello;
    }
}

/// <summary>The server takes the peer in.</summary>
public sealed record Welcome : IMessage<Welcome>
{
    public string Version { get; init; } = "";

    public static MessageType Type => MessageType.Welcome;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Version);
    }

    public static Welcome Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("Welcome", required: 0);
        var welcome = new Welcome
        {
            Version = reader.NextName(ref left),
        };
        reader.SkipElements(left);
        return welcome;
    }
}

/// <summary>The server does not want this peer, in words for a person; the connection ends after it.</summary>
public sealed record Refusal : IMessage<Refusal>
{
    public required string Reason { get; init; }

    /// <summary>The server only stands by: another one of the farm takes this peer.</summary>
    public bool StandsBy { get; init; }

    public static MessageType Type => MessageType.Refusal;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteSentence(Reason);
        writer.Write(StandsBy);
    }

    public static Refusal Read(ref MessagePackReader reader)
    {
        var left = reader.ReadElements("Refusal", required: 1);
        var refusal = new Refusal
        {
            Reason = reader.NextSentence(ref left),
            StandsBy = reader.NextBoolean(ref left),
        };
        reader.SkipElements(left);
        return refusal;
    }
}

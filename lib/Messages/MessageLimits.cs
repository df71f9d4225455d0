namespace Afanasy.Messages;

/// <summary>What single elements of messages may hold, below the limits of the wire.</summary>
public static class MessageLimits
{
    /// <summary>Names of machines, services and versions. File systems and DNS end at 255 bytes too, so no name in use is longer.</summary>
    public const int NameCharsMax = 255;

    /// <summary>A credential may be a signed token, which takes one or two thousand characters.</summary>
    public const int CredentialCharsMax = 4096;

    /// <summary>Reasons and activities are one or two sentences; the server keeps one for each run. Writers cut longer ones.</summary>
    public const int SentenceCharsMax = 1024;

    /// <summary>A chunk of output: large enough that the packet around it costs nothing, small enough that a heartbeat never waits behind it for long.</summary>
    public const int OutputBytesMax = 256 * 1024;
}

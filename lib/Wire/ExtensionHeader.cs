namespace Afanasy.Wire;

/// <summary>The kind and the length of a MessagePack extension; its bytes follow.</summary>
public readonly record struct ExtensionHeader(sbyte TypeCode, uint Length);

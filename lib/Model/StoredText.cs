using System.Text;

namespace Afanasy.Model;

/// <summary>A text that is kept for long and seldom read: as UTF-8, which is half of what a string takes.</summary>
internal readonly struct StoredText(string text) : IEquatable<StoredText>
{
    private readonly byte[]? _utf8 = text.Length == 0 ? null : Encoding.UTF8.GetBytes(text);

    public bool Equals(StoredText other) => _utf8.AsSpan().SequenceEqual(other._utf8);

    public override bool Equals(object? obj) => obj is StoredText other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_utf8);
        return hash.ToHashCode();
    }

    public override string ToString() => _utf8 is null ? "" : Encoding.UTF8.GetString(_utf8);
}

using System.Globalization;

namespace AfRender.Link;

/// <summary>Where a server listens.</summary>
internal sealed record ServerAddress(string Host, int Port)
{
    public const int PortDefault = 51000;

    /// <summary>Reads HOST, HOST:PORT or [IPV6]:PORT; false when the text is none of these.</summary>
    public static bool TryParse(string text, out ServerAddress address)
    {
        address = new ServerAddress("", PortDefault);
        var colon = text.LastIndexOf(':');
        var hasPort = colon > 0 && !text.EndsWith(']') && (text[0] == '[' || text.IndexOf(':', StringComparison.Ordinal) == colon);
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = PortDefault;
        if (hasPort && !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)) return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || port is < 1 or > 65535) return false;

        address = new ServerAddress(host, port);
        return true;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

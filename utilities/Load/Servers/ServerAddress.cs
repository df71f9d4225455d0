namespace AfLoad.Servers;

/// <summary>Where a server listens.</summary>
internal readonly record struct ServerAddress(string Host, int Port)
{
    public Uri Http => new UriBuilder("http", Host, Port).Uri;

    public static bool TryParse(string text, out ServerAddress address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.None, null, out var port) || port is < 1 or > 65535) return false;
        if (Uri.CheckHostName(text[..colon]) is UriHostNameType.Unknown) return false;
        address = new ServerAddress(text[..colon], port);
        return true;
    }

    public override string ToString() => $"{Host}:{Port}";
}

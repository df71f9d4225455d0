namespace AfCmd.Server;

/// <summary>Where the server listens.</summary>
internal readonly record struct ServerAddress(string Host, int Port)
{
    public const int PortDefault = 51000;
    public const string Default = "127.0.0.1:51000";

    public Uri Http => new UriBuilder("http", Host, Port).Uri;
    public Uri Live => new UriBuilder("ws", Host, Port, "/api/v1/live").Uri;

    /// <summary>Reads HOST, HOST:PORT or [IPv6]:PORT; a problem in words otherwise.</summary>
    public static bool TryParse(string text, out ServerAddress address, out string problem)
    {
        address = default;
        problem = $"must be HOST or HOST:PORT, such as {Default}, was '{text}'";
        var colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = PortDefault;
        if (colon >= 0 && (!int.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.None, null, out port) || port is < 1 or > 65535))
            return false;
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown) return false;

        address = new ServerAddress(host, port);
        problem = "";
        return true;
    }

    public override string ToString() => $"{Host}:{Port}";
}

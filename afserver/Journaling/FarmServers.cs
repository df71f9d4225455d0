namespace AfServer.Journaling;

/// <summary>A server of the farm as the others see it.</summary>
/// <param name="Address">Where its port is, for browsers and programs.</param>
/// <param name="Role"><c>leader</c> or <c>standby</c>.</param>
/// <param name="Sequence">The last change that it has.</param>
internal sealed record ServerSeen(string Address, string Role, long Sequence)
{
    public const string Leader = "leader";
    public const string Standby = "standby";
}

/// <summary>The servers of the farm, this one among them; written by whoever asks the store, read by any thread.</summary>
internal sealed class FarmServers
{
    private volatile IReadOnlyList<ServerSeen> _all = [];
    private volatile string _address = "";

    /// <summary>Of this server; empty until its port is open.</summary>
    public string Address
    {
        get => _address;
        set => _address = value;
    }

    public IReadOnlyList<ServerSeen> All
    {
        get => _all;
        set => _all = value;
    }

    /// <summary>The address of the one that leads; empty when none is known.</summary>
    public string Leader => _all.FirstOrDefault(server => server.Role == ServerSeen.Leader)?.Address ?? "";

    /// <summary>The last change that this server has, as it was last told.</summary>
    public long Sequence => _all.FirstOrDefault(server => server.Address == _address)?.Sequence ?? 0;
}

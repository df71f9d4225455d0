namespace AfRender.Link;

/// <summary>Which server is next: through the list, and from its beginning again.</summary>
internal sealed class ServerRounds(IReadOnlyList<ServerAddress> servers)
{
    private int _current;
    private int _failures;

    public ServerAddress Current => servers[_current];

    public bool HasOthers => servers.Count > 1;

    /// <summary>All but the current one, the next one first.</summary>
    public IEnumerable<ServerAddress> Others => Enumerable.Range(1, servers.Count - 1).Select(step => servers[(_current + step) % servers.Count]);

    public void Succeed() => _failures = 0;

    /// <summary>Goes on to the next; true when each server has failed once more, the one whose connection was lost among them.</summary>
    public bool Fail()
    {
        _current = (_current + 1) % servers.Count;
        return ++_failures % servers.Count == 0;
    }

    public void MoveTo(ServerAddress server) => _current = Enumerable.Range(0, servers.Count).First(i => servers[i] == server);
}

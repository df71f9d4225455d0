using Afanasy.Model;

namespace AfServer.Model;

/// <summary>A pool of the tree of renders. What it does not say, the pool above says; CGRU contract §5.4.</summary>
internal sealed class Pool(string path, Pool? parent, PoolSettings settings, DateTimeOffset created)
{
    /// <summary>The pool that every render is in at first.</summary>
    public const string RootPath = "/";

    private readonly HashSet<Pool> _children = [];
    private readonly HashSet<Render> _renders = [];
    private readonly Dictionary<string, TicketUse> _tickets = [];
    private NameMask? _pattern;

    public string Path { get; } = path;

    public Pool? Parent { get; } = parent;

    public PoolSettings Settings
    {
        get => field;
        set => (field, _pattern) = (value, null);
    } = settings;

    /// <summary>New renders whose names are this belong here; none when the settings name no pattern. Kept until these change.</summary>
    public NameMask? Pattern => Settings.Pattern.Length == 0 ? null : _pattern ??= NameMask.Of(Settings.Pattern, MaskDialect.Regex, ignoreCase: true);

    public DateTimeOffset Created { get; } = created;

    public IReadOnlyCollection<Pool> Children => _children;

    /// <summary>Those directly in this pool.</summary>
    public IReadOnlyCollection<Render> Renders => _renders;

    /// <summary>Tickets in use by all hosts below, by name.</summary>
    public IReadOnlyDictionary<string, TicketUse> Tickets => _tickets;

    /// <summary>This pool and those above it, up to the root.</summary>
    public IEnumerable<Pool> Chain()
    {
        for (var pool = this; pool is not null; pool = pool.Parent) yield return pool;
    }

    public void Add(Pool child) => _children.Add(child);

    public void Remove(Pool child) => _children.Remove(child);

    public void Add(Render render) => _renders.Add(render);

    public void Remove(Render render) => _renders.Remove(render);

    public void Take(string ticket, int count, RenderId render)
    {
        if (!_tickets.TryGetValue(ticket, out var use)) _tickets.Add(ticket, use = new TicketUse());
        use.Take(count, render);
    }

    public void GiveBack(string ticket, int count, RenderId render)
    {
        if (_tickets.TryGetValue(ticket, out var use) && use.GiveBack(count, render)) _tickets.Remove(ticket);
    }
}

/// <summary>How many of one ticket are in use, and on which hosts.</summary>
internal sealed class TicketUse
{
    private readonly Dictionary<RenderId, int> _hosts = [];

    public int Count { get; private set; }

    public int Hosts => _hosts.Count;

    public bool IsOn(RenderId render) => _hosts.ContainsKey(render);

    public void Take(int count, RenderId render)
    {
        Count += count;
        _hosts[render] = _hosts.GetValueOrDefault(render) + count;
    }

    /// <summary>True when none is in use any more.</summary>
    public bool GiveBack(int count, RenderId render)
    {
        Count -= count;
        var left = _hosts.GetValueOrDefault(render) - count;
        if (left > 0) _hosts[render] = left;
        else _hosts.Remove(render);
        return Count <= 0;
    }
}

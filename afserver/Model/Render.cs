using Afanasy.Model;

namespace AfServer.Model;

/// <summary>
/// A machine that runs tasks, and what of it is reserved. Whether it is connected and how busy it is are no facts of the farm: see
/// the engine's presence.
/// </summary>
internal sealed class Render
{
    private readonly List<TaskRun> _runs = [];
    private readonly List<TaskRun> _helping = [];
    private readonly List<string> _errorUsers = [];
    private int[] _gpuFree = [];
    private RenderOffer _offer;
    private RenderSettings _settings = new();
    private Pool _pool;

    public Render(RenderId id, string name, RenderOffer offer, Pool pool, DateTimeOffset registered)
    {
        (Id, Name, _offer, _pool, Registered) = (id, name, offer, pool, registered);
        Settle();
    }

    public RenderId Id { get; }

    public string Name { get; }

    public DateTimeOffset Registered { get; }

    public RenderOffer Offer => _offer;

    public RenderSettings Settings => _settings;

    public Pool Pool => _pool;

    /// <summary>What it runs as the first or only host.</summary>
    public IReadOnlyList<TaskRun> Runs => _runs;

    /// <summary>Multi-host runs that another render leads.</summary>
    public IReadOnlyList<TaskRun> Helping => _helping;

    public int TaskCount => _runs.Count + _helping.Count;

    /// <summary>Errors in a row, of different users, as many as the pool allows; takes nothing until it is healed or does well.</summary>
    public bool IsSick { get; private set; }

    public IReadOnlyList<string> ErrorUsers => _errorUsers;

    /// <summary>When a run last began or ended here.</summary>
    public DateTimeOffset LastTurn { get; set; }

    // By the settings of people, else the nearest pool that says it, else what the render offers.
    public int Capacity { get; private set; }

    /// <summary>-1 is no limit but the capacity.</summary>
    public int MaxTasks { get; private set; }

    public int Power { get; private set; }

    public string Properties { get; private set; } = "";

    public int CapacityUsed { get; private set; }

    public int MemoryReserved { get; private set; }

    public int CoresReserved { get; private set; }

    public int DiskReserved { get; private set; }

    public int CapacityFree => Capacity - CapacityUsed;

    public bool HasFreeSlot => MaxTasks < 0 || TaskCount < MaxTasks;

    public int GpuCount => _gpuFree.Length;

    /// <summary>Megabytes free on a device; one that a run has for itself has none.</summary>
    public int GpuFree(int device) => _gpuFree[device];

    public bool IsGpuUnused(int device) => _gpuFree[device] == _offer.GpuMegabytes[device] && !All().Any(run => run.Grant.Gpus.Contains(device) || run.Grant.SharedGpu == device);

    public IEnumerable<TaskRun> All() => _runs.Concat(_helping);

    /// <summary>Tickets in use on this host.</summary>
    public int TicketsUsed(string name)
    {
        var used = 0;
        foreach (var run in _runs) used += run.Tickets(name);
        foreach (var run in _helping) used += run.Tickets(name);
        return used;
    }

    /// <summary>The number of a ticket that each host has; null when no level names it.</summary>
    public int? TicketsOfHost(string name)
    {
        if (_settings.TicketsHost.TryGetValue(name, out var own)) return own;
        foreach (var pool in _pool.Chain())
        {
            if (pool.Settings.TicketsHost.TryGetValue(name, out var count)) return count;
        }

        return null;
    }

    /// <summary>The nearest level that names the service decides; when none does, it is allowed unless one lists others.</summary>
    public bool Offers(string service)
    {
        if (_offer.Services.Count > 0 && !_offer.Services.Contains(service)) return false;
        var anyListed = false;
        HostSettings level = _settings;
        for (Pool? next = _pool; ; next = next.Parent)
        {
            if (level.ServicesDisabled.Contains(service)) return false;
            if (level.Services.Contains(service)) return true;
            anyListed |= level.Services.Count > 0;
            if (next is null) return !anyListed;
            level = next.Settings;
        }
    }

    public void Set(RenderOffer offer)
    {
        _offer = offer;
        Settle();
    }

    public void Set(Pool pool, RenderSettings settings)
    {
        (_pool, _settings) = (pool, settings);
        Settle();
    }

    /// <summary>Works out anew what the levels above it say; call when one of them has changed.</summary>
    public void Settle()
    {
        Capacity = Nearest(settings => settings.CapacityHost, _offer.Capacity);
        MaxTasks = Nearest(settings => settings.MaxTasksHost, _offer.MaxTasks == 0 ? -1 : _offer.MaxTasks);
        Power = Nearest(settings => settings.PowerHost, 0);
        Properties = _pool.Chain().Select(pool => pool.Settings.PropertiesHost).Prepend(_settings.PropertiesHost).FirstOrDefault(text => text.Length > 0, "");
        _gpuFree = [.. _offer.GpuMegabytes];
        foreach (var run in All()) ReserveGpus(run.Grant, 1);
    }

    public void Add(TaskRun run, DateTimeOffset at)
    {
        (run.Render == this ? _runs : _helping).Add(run);
        Reserve(run.Grant, 1);
        LastTurn = at;
    }

    public void Remove(TaskRun run, DateTimeOffset at)
    {
        if (!(run.Render == this ? _runs : _helping).Remove(run)) return;
        Reserve(run.Grant, -1);
        LastTurn = at;
    }

    /// <summary>An error of a run; errors of one user alone do not make it sick.</summary>
    public void CountError(string user)
    {
        var allowed = _pool.Chain().Select(pool => pool.Settings.SickErrorsCount).FirstOrDefault(count => count > 0);
        if (allowed == 0) return;
        if (!_errorUsers.Contains(user)) _errorUsers.Add(user);
        if (_errorUsers.Count >= allowed) IsSick = true;
    }

    public void Heal()
    {
        IsSick = false;
        _errorUsers.Clear();
    }

    public void RestoreHealth(IEnumerable<string> users, bool isSick)
    {
        _errorUsers.AddRange(users);
        IsSick = isSick;
    }

    private int Nearest(Func<HostSettings, int> value, int absent) =>
        value(_settings) >= 0 ? value(_settings) : _pool.Chain().Select(pool => value(pool.Settings)).Where(found => found >= 0).DefaultIfEmpty(absent).First();

    private void Reserve(RunGrant grant, int sign)
    {
        CapacityUsed += sign * grant.Capacity;
        MemoryReserved += sign * grant.MemoryMegabytes;
        CoresReserved += sign * grant.Cores;
        DiskReserved += sign * grant.DiskGigabytes;
        ReserveGpus(grant, sign);
    }

    private void ReserveGpus(RunGrant grant, int sign)
    {
        foreach (var device in grant.Gpus)
        {
            if (device < _gpuFree.Length) _gpuFree[device] -= sign * _offer.GpuMegabytes[device];
        }

        if (grant.SharedGpu >= 0 && grant.SharedGpu < _gpuFree.Length) _gpuFree[grant.SharedGpu] -= sign * grant.GpuMegabytes;
    }
}

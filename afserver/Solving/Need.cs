using System.Text;
using Afanasy.Model;
using AfServer.Model;

namespace AfServer.Solving;

/// <summary>
/// What a task needs of a render, as all levels above it say together: branches, user, job, block. Blocks with the same need share
/// what is known about where it fits. Two needs are the same when their keys are.
/// </summary>
internal sealed class Need
{
    private readonly List<(string Text, bool Excludes)> _hosts = [];
    private readonly List<string> _os;
    private readonly List<string> _properties;
    private readonly bool _isRegex;
    private IReadOnlyList<NameMask>? _masks;
    private IReadOnlyList<NameMask>? _osMasks;
    private IReadOnlyList<NameMask>? _propertyMasks;

    private Need(Block block, int memory)
    {
        var (job, description) = (block.Job, block.Description);
        WorkSettings[] levels = [.. job.Branch.Chain().Select(branch => branch.Settings), job.User.Settings, job.Description];
        Service = description.Service;
        Capacity = description.Capacity * (IsVariable(description) ? Math.Max(1, description.CapacityCoeffMin) : 1);
        Memory = memory > 0 ? memory : Most(levels.Select(level => level.NeedMemory), description.NeedMemory);
        Disk = Most(levels.Select(level => level.NeedHdd), description.NeedHdd);
        Power = Most(levels.Select(level => level.NeedPower), description.NeedPower);
        Cores = Math.Max(0, description.NeedCpuCores);
        CpuMegahertz = Math.Max(0, description.NeedCpuFreqMgz);
        CpuMegahertzTimesCores = Math.Max(0, description.NeedCpuFreqCores);
        Gpus = Math.Max(0, description.NeedGpus);
        GpuMemory = Math.Max(0, description.NeedGpuMemMb);
        IgnoreNimby = job.Description.IgnoreNimby;
        IgnorePaused = job.Description.IgnorePaused;
        Tickets = TicketsOf(job.Description, description);
        Pools = [.. levels.Select(level => level.Pools).Where(pools => pools.Count > 0)];
        _isRegex = MaskTypeOf(job) == "regex";
        foreach (var level in levels) AddHosts(level.HostsMask, level.HostsMaskExclude);
        AddHosts(description.HostsMask, description.HostsMaskExclude);
        _os = [.. levels.Select(level => level.NeedOs).Where(text => text.Length > 0)];
        _properties = [.. levels.Select(level => level.NeedProperties).Append(description.NeedProperties).Where(text => text.Length > 0)];
        ReachKey = ReachKeyOf(levels, description, _isRegex);
        Key = $"{ReachKey}|{Capacity}|{Memory}|{Disk}|{Cores}|{Gpus}|{GpuMemory}|{string.Join(',', Tickets.Select(ticket => $"{ticket.Name}={ticket.Count}"))}";
    }

    public string Service { get; }

    public int Capacity { get; }

    /// <summary>Megabytes; 0 is none.</summary>
    public int Memory { get; }

    /// <summary>Gigabytes; 0 is none.</summary>
    public int Disk { get; }

    public int Cores { get; }

    public int CpuMegahertz { get; }

    public int CpuMegahertzTimesCores { get; }

    public int Power { get; }

    public int Gpus { get; }

    public int GpuMemory { get; }

    public bool WantsGpu => Gpus > 0 || GpuMemory > 0;

    public bool IgnoreNimby { get; }

    public bool IgnorePaused { get; }

    public IReadOnlyList<(string Name, int Count)> Tickets { get; }

    /// <summary>Every level's own map; each is judged by itself.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, int>> Pools { get; }

    /// <summary>Made ready when they are asked: most needs are made only to find, by their key, the one that is known.</summary>
    public IReadOnlyList<NameMask> Masks => _masks ??= [.. _hosts.Select(mask => NameMask.Of(mask.Text, DialectOf(mask.Text), mask.Excludes))];

    public IReadOnlyList<NameMask> Os => _osMasks ??= Containing(_os);

    public IReadOnlyList<NameMask> Properties => _propertyMasks ??= Containing(_properties);

    /// <summary>Says all that no start and end of a run changes; needs with the same one reach the same renders.</summary>
    public string ReachKey { get; }

    public string Key { get; }

    /// <summary>The need of a block's tasks; <paramref name="memory"/> above 0 is that of tasks which ran out of it.</summary>
    public static Need Of(Block block, int memory) => new(block, memory);

    public static bool IsVariable(BlockDescription block) => block.Flags.HasFlag(BlockTraits.VarCapacity) && block.CapacityCoeffMax > 0;

    private static string MaskTypeOf(Job job) =>
        job.Description.HostsMaskType.Length > 0 ? job.Description.HostsMaskType : job.User.Settings.HostsMaskType;

    private void AddHosts(string mask, string exclude)
    {
        if (mask.Length > 0) _hosts.Add((mask, false));
        if (exclude.Length > 0) _hosts.Add((exclude, true));
    }

    /// <summary>The type may be the user's and younger than the mask, which then was not judged as a regular expression.</summary>
    private MaskDialect DialectOf(string pattern) => _isRegex && NameMask.Problem(pattern, MaskDialect.Regex) is null ? MaskDialect.Regex : MaskDialect.Find;

    private static IReadOnlyList<NameMask> Containing(List<string> texts) => [.. texts.Select(text => NameMask.Of(text, MaskDialect.Contain))];

    private static IReadOnlyList<(string Name, int Count)> TicketsOf(JobDescription job, BlockDescription block)
    {
        var tickets = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, count) in block.Tickets.Concat(job.Limits).Where(ticket => ticket.Value > 0))
            tickets[name] = tickets.GetValueOrDefault(name) + count;
        return [.. tickets.Select(ticket => (ticket.Key, ticket.Value))];
    }

    private string ReachKeyOf(WorkSettings[] levels, BlockDescription block, bool isRegex)
    {
        var key = new StringBuilder();
        key.Append(Service).Append('|').Append(Power).Append('|').Append(CpuMegahertz).Append('|').Append(CpuMegahertzTimesCores)
            .Append('|').Append(IgnoreNimby ? 'n' : '-').Append(IgnorePaused ? 'p' : '-').Append(isRegex ? 'r' : '-');
        foreach (var level in levels)
        {
            key.Append('|').Append(level.HostsMask).Append('\n').Append(level.HostsMaskExclude).Append('\n').Append(level.NeedOs).Append('\n').Append(level.NeedProperties);
            foreach (var (path, value) in level.Pools.OrderBy(pool => pool.Key, StringComparer.Ordinal)) key.Append('\n').Append(path).Append('=').Append(value);
        }

        return key.Append('|').Append(block.HostsMask).Append('\n').Append(block.HostsMaskExclude).Append('\n').Append(block.NeedProperties).ToString();
    }

    private static int Most(IEnumerable<int> levels, int own) => Math.Max(0, levels.Append(own).Max());
}

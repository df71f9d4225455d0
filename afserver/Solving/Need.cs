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
        var isRegex = MaskTypeOf(job) == "regex";
        Masks = [.. levels.Select(level => (level.HostsMask, level.HostsMaskExclude)).Append((description.HostsMask, description.HostsMaskExclude))
            .SelectMany(pair => MasksOf(pair.Item1, pair.Item2, isRegex))];
        Os = [.. levels.Select(level => level.NeedOs).Where(text => text.Length > 0).Select(text => NameMask.Of(text, MaskDialect.Contain))];
        Properties = [.. levels.Select(level => level.NeedProperties).Append(description.NeedProperties).Where(text => text.Length > 0).Select(text => NameMask.Of(text, MaskDialect.Contain))];
        ReachKey = ReachKeyOf(levels, description, isRegex);
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

    public IReadOnlyList<NameMask> Masks { get; }

    public IReadOnlyList<NameMask> Os { get; }

    public IReadOnlyList<NameMask> Properties { get; }

    /// <summary>Says all that no start and end of a run changes; needs with the same one reach the same renders.</summary>
    public string ReachKey { get; }

    public string Key { get; }

    /// <summary>The need of a block's tasks; <paramref name="memory"/> above 0 is that of tasks which ran out of it.</summary>
    public static Need Of(Block block, int memory) => new(block, memory);

    public static bool IsVariable(BlockDescription block) => block.Flags.HasFlag(BlockTraits.VarCapacity) && block.CapacityCoeffMax > 0;

    private static string MaskTypeOf(Job job) =>
        job.Description.HostsMaskType.Length > 0 ? job.Description.HostsMaskType : job.User.Settings.HostsMaskType;

    private static IEnumerable<NameMask> MasksOf(string mask, string exclude, bool isRegex)
    {
        if (mask.Length > 0) yield return NameMask.Of(mask, DialectOf(mask));
        if (exclude.Length > 0) yield return NameMask.Of(exclude, DialectOf(exclude), excludes: true);

        // The type may be the user's and younger than the mask, which then was not judged as a regular expression.
        MaskDialect DialectOf(string pattern) => isRegex && NameMask.Problem(pattern, MaskDialect.Regex) is null ? MaskDialect.Regex : MaskDialect.Find;
    }

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
